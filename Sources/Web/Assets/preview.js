// Shows what a form would lead to, a moment after each change of it. The same as its button "Preview", without leaving the page.
"use strict";

const place = document.querySelector("[data-preview]");
const form = place && place.querySelector("form");
let timer = 0;
let round = 0;

// XMLHttpRequest parses the answer into an inert document: nothing in it runs, and no string becomes markup here.
function preview() {
  const mine = ++round;
  const fields = new URLSearchParams(new FormData(form));
  fields.set("preview", "yes");
  const request = new XMLHttpRequest();
  request.open("POST", form.action);
  request.responseType = "document";
  request.setRequestHeader("Content-Type", "application/x-www-form-urlencoded");
  request.addEventListener("load", () => {
    const fresh = request.response && request.response.querySelector("#preview");
    // What is half typed is refused; what was shown before stays until it is whole again.
    if (mine !== round || request.status !== 200 || !fresh) return;
    const old = document.querySelector("#preview");
    if (old) old.replaceWith(fresh);
    else place.after(fresh);
  });
  request.send(fields.toString());
}

if (form) {
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(preview, 500);
  });
}
