// Shows what the server pushes, and takes a page from its notification.
"use strict";

self.addEventListener("push", (event) => {
  let message = {};
  try {
    message = event.data ? event.data.json() : {};
  } catch {
    message = { body: event.data.text() };
  }
  const actions = [];
  if (message.action) actions.push({ action: "acknowledge", title: "Acknowledge" });
  if (message.url) actions.push({ action: "open", title: "Open" });
  event.waitUntil(
    self.registration.showNotification(message.title || "Tocsin", {
      body: message.body || "",
      tag: message.tag,
      renotify: Boolean(message.tag),
      requireInteraction: Boolean(message.urgent),
      silent: false,
      icon: "/assets/icon.svg",
      actions,
      data: message,
    }),
  );
});

self.addEventListener("notificationclick", (event) => {
  const message = event.notification.data || {};
  event.notification.close();
  event.waitUntil(event.action === "acknowledge" ? acknowledge(message) : open(message.url));
});

async function acknowledge(message) {
  let taken = false;
  try {
    const answer = await fetch(message.action, { method: "POST", credentials: "omit", redirect: "error" });
    taken = answer.ok;
  } catch {
    taken = false;
  }
  if (!taken) return open(message.link || message.url);
  return self.registration.showNotification("Acknowledged", {
    body: message.title || "",
    tag: message.tag,
    icon: "/assets/icon.svg",
    data: { url: message.url },
  });
}

async function open(url) {
  if (!url) return;
  const windows = await self.clients.matchAll({ type: "window" });
  const known = windows.find((each) => each.url === url);
  if (known) return known.focus();
  return self.clients.openWindow(url);
}
