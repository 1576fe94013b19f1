// What the pages gain when scripts run. Every action is a form that works without this file.

const all = (selector) => document.querySelectorAll(selector);
const byId = (id) => document.getElementById(id);
const main = byId("main");
const root = document.documentElement;

// --- Times. The words are those of ClockFace.swift; the reader's clock is corrected by the server's. ---

const skew = Date.parse(main?.dataset.now ?? "") - Date.now() || 0;
const two = (number) => String(number).padStart(2, "0");

function pair(large, largeUnit, small, smallUnit) {
  return small === 0 ? `${large}\u00a0${largeUnit}` : `${large}\u00a0${largeUnit} ${small}\u00a0${smallUnit}`;
}

function span(seconds) {
  if (seconds < 60) return `${seconds}\u00a0s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)}\u00a0min`;
  if (seconds < 86400) return pair(Math.floor(seconds / 3600), "h", Math.floor((seconds % 3600) / 60), "min");
  if (seconds < 864000) return pair(Math.floor(seconds / 86400), "d", Math.floor((seconds % 86400) / 3600), "h");
  return `${Math.floor(seconds / 86400)}\u00a0d`;
}

function countdown(seconds) {
  if (seconds < 3600) return `${two(Math.floor(seconds / 60))}:${two(seconds % 60)}`;
  if (seconds < 86400) {
    return `${Math.floor(seconds / 3600)}:${two(Math.floor((seconds % 3600) / 60))}:${two(seconds % 60)}`;
  }
  return span(seconds);
}

function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

function refreshTimes() {
  const now = Date.now() + skew;
  for (const time of all("time:not([data-at])")) {
    const past = Math.trunc((now - Date.parse(time.dateTime)) / 1000);
    if ("due" in time.dataset) {
      time.classList.toggle("late", past > 0);
      write(time, past >= 60 ? `late by ${countdown(past)}` : past > 0 ? "due now" : countdown(-past));
    } else if ("elapsed" in time.dataset) {
      write(time, span(Math.max(0, past)));
    } else {
      write(time, past === 0 ? "now" : past < 0 ? `in ${span(-past)}` : `${span(past)} ago`);
    }
  }
}

setInterval(() => {
  if (!document.hidden) refreshTimes();
}, 1000);

// --- Theme. ---

const theme = byId("theme");
if (theme) {
  theme.value = root.dataset.theme ?? "auto";
  theme.addEventListener("change", () => {
    if (theme.value === "auto") delete root.dataset.theme;
    else root.dataset.theme = theme.value;
    try {
      localStorage.setItem("theme", theme.value);
    } catch {
      // The choice then lasts as long as this page.
    }
  });
}

// --- Copying. ---

document.addEventListener("click", async ({ target }) => {
  const button = target.closest?.("[data-copy]");
  if (!button) return;
  const code = button.parentElement.querySelector("code");
  const label = button.lastChild;
  try {
    await navigator.clipboard.writeText(code.textContent);
    label.textContent = "Copied";
  } catch {
    // Not allowed, or not over https: select it, so that the reader can copy.
    getSelection().selectAllChildren(code);
    label.textContent = "Selected";
  }
  setTimeout(() => (label.textContent = "Copy"), 2000);
});

document.querySelector(".scroll [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });

// --- Small panels close when something else is chosen. ---

document.addEventListener("click", ({ target }) => {
  for (const open of all("details.disclosure[open]")) {
    if (!open.contains(target) && !open.querySelector(".faulty, .flash")) open.open = false;
  }
});

document.addEventListener("submit", ({ target }) => {
  // A second press while the first is on its way would be answered with "already done".
  for (const button of target.querySelectorAll("button[type=submit]")) {
    setTimeout(() => (button.disabled = true));
    setTimeout(() => (button.disabled = false), 5000);
  }
});

// --- Keyboard. ---

const places = { i: "/incidents", a: "/alerts", p: "/pages", o: "/schedules", s: "/my-shift" };
let going = 0;

function press(key) {
  const candidates = [...all(`[data-key="${key}"]`)].filter((each) => each.checkVisibility());
  const row = document.activeElement?.closest("tr, li");
  const chosen = candidates.find((each) => row?.contains(each)) ?? candidates[0];
  if (!chosen) return false;
  // With several to choose from, the key leads to the first one and acts only on the one in focus.
  if (chosen.matches("input, textarea, select") || (candidates.length > 1 && !row?.contains(chosen))) chosen.focus();
  else chosen.click();
  return true;
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.repeat) return;
  if (event.target.matches?.("input, textarea, select")) {
    if (event.key === "Escape") {
      // One press leaves the field, or shuts its list of choices; only the next one closes the panel around it.
      const panel = event.target.closest("[popover], .disclosure");
      if (panel) event.preventDefault();
      if (panel?.localName === "details") panel.querySelector("summary").focus();
      else event.target.blur();
    }
    return;
  }
  if (event.key === "Escape") {
    for (const open of all("details.disclosure[open]")) {
      open.open = false;
      open.querySelector("summary").focus();
    }
    return;
  }
  if (going && Date.now() - going < 1500) {
    going = 0;
    if (places[event.key]) location.href = places[event.key];
    return;
  }
  if (event.key === "g") {
    going = Date.now();
  } else if (event.key === "?") {
    byId("keys")?.togglePopover?.();
  } else if (event.key === "/") {
    event.preventDefault();
    if (!press("/") && main?.querySelector(".where")) location.href = "/alerts";
  } else if (event.key === "a" || event.key === "n") {
    if (press(event.key)) event.preventDefault();
  }
});

// --- Live parts: when the stream says that something changed, the parts that it may have changed are fetched anew. ---

function swap(fresh) {
  for (const part of fresh.querySelectorAll("[data-part][id]")) {
    const old = byId(part.id);
    if (!old) continue;
    const focused = old.contains(document.activeElement) ? document.activeElement : null;
    // Somebody is typing or deciding there; the next change brings it up to date.
    if (focused?.matches("input, textarea, select") || old.querySelector("details.disclosure[open]")) continue;
    for (const open of old.querySelectorAll("details[open][id]")) {
      const same = part.querySelector(`#${CSS.escape(open.id)}`);
      if (same) same.open = true;
    }
    const reachable = "a[href], button, summary";
    const index = focused ? [...old.querySelectorAll(reachable)].indexOf(focused) : -1;
    old.replaceWith(part);
    if (index >= 0) part.querySelectorAll(reachable)[index]?.focus({ preventScroll: true });
  }
  refreshTimes();
}

// XMLHttpRequest parses the answer into an inert document: nothing in it runs, and no string becomes markup here.
function fetchParts(address, then) {
  const request = new XMLHttpRequest();
  request.open("GET", address);
  request.responseType = "document";
  request.timeout = 15000;
  request.onload = () => {
    if (request.status === 200 && request.response) swap(request.response);
  };
  request.onloadend = then;
  request.send();
}

// A result that is waited for (a test message's) is looked for, and told to those who do not see it appear.
function awaitResults(turns) {
  const waiting = all("[data-waiting]");
  if (!waiting.length || !turns) return;
  const look = () =>
    fetchParts(location.href, () => {
      for (const { id } of waiting) {
        const part = byId(id);
        if (!part || "waiting" in part.dataset) continue;
        byId("flash").insertAdjacentText("beforeend", part.textContent);
      }
      awaitResults(turns - 1);
    });
  setTimeout(look, 2000);
}

awaitResults(60);

function follow(address, after) {
  const stream = new EventSource(`/api/v1/stream?after=${encodeURIComponent(after)}`);
  const note = document.createElement("span");
  note.className = "offline";
  note.setAttribute("role", "status");
  document.querySelector(".top .where")?.append(note);
  let isDue = false;
  let timer = 0;

  function refresh() {
    timer = 0;
    if (document.hidden) return;
    isDue = false;
    fetchParts(address);
  }

  function changed() {
    isDue = true;
    timer ||= setTimeout(refresh, 300);
  }

  stream.onmessage = ({ data }) => {
    // A fresh part may name more streams than the page began with.
    const { subjects } = (byId("watched") ?? main).dataset;
    if (!subjects || subjects.split(" ").includes(JSON.parse(data).stream)) changed();
  };
  // A short interruption is nobody's concern.
  let complaint = 0;
  stream.onopen = () => {
    clearTimeout(complaint);
    complaint = 0;
    note.textContent = "";
  };
  stream.onerror = () => {
    complaint ||= setTimeout(() => (note.textContent = "Not live: reload to see what is new"), 8000);
  };
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden && isDue) changed();
  });
  addEventListener("pagehide", () => stream.close());
}

if (main?.dataset.live) follow(main.dataset.live, main.dataset.after);
