// Subscribes this browser to notifications. The form is the page's own; this only fills it in.
"use strict";

const place = document.querySelector("[data-push-key]");
if (place) offer(place);

function say(words) {
  const line = place.querySelector("p") || place.appendChild(document.createElement("p"));
  line.className = "muted";
  line.setAttribute("role", "status");
  line.textContent = words;
}

function offer() {
  if (!window.isSecureContext) return say("A browser takes notifications only from an https address, or from this machine.");
  if (!("serviceWorker" in navigator) || !("PushManager" in window)) {
    return say("This browser takes no notifications. On an iPhone, add Tocsin to the home screen first.");
  }
  if (Notification.permission === "denied") return say("You have forbidden notifications; allow them in the browser's settings for this site.");
  say("This browser will show your pages, with a button to acknowledge.");
  const button = document.createElement("button");
  button.type = "button";
  button.className = "primary";
  button.textContent = "Use this browser";
  button.addEventListener("click", () => subscribe(button));
  place.append(button);
}

async function subscribe(button) {
  button.disabled = true;
  try {
    if ((await Notification.requestPermission()) !== "granted") {
      button.disabled = false;
      return say("Without your permission nothing can be shown.");
    }
    await navigator.serviceWorker.register(worker(), { scope: "/" });
    const registration = await navigator.serviceWorker.ready;
    const old = await registration.pushManager.getSubscription();
    if (old) await old.unsubscribe();
    const subscription = await registration.pushManager.subscribe({
      userVisibleOnly: true,
      applicationServerKey: bytes(place.dataset.pushKey),
    });
    const form = place.closest("form");
    form.elements.address.value = subscription.endpoint;
    form.elements.secret.value = `${text(subscription.getKey("p256dh"))}.${text(subscription.getKey("auth"))}`;
    form.requestSubmit();
  } catch (fault) {
    button.disabled = false;
    say(`The browser did not subscribe: ${fault.message}`);
  }
}

// The site's rules let no text become a script's address without being asked.
function worker() {
  if (!window.trustedTypes) return "/push.js";
  const policy = window.trustedTypes.createPolicy("tocsin-push", { createScriptURL: (url) => (url === "/push.js" ? url : "") });
  return policy.createScriptURL("/push.js");
}

function bytes(base64) {
  const padded = base64.replaceAll("-", "+").replaceAll("_", "/").padEnd(Math.ceil(base64.length / 4) * 4, "=");
  return Uint8Array.from(atob(padded), (each) => each.charCodeAt(0));
}

function text(buffer) {
  return btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
