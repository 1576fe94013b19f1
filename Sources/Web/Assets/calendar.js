// Drawing over the calendar with a pointer picks a time and opens the form of an override with it. A finger scrolls instead.
"use strict";

const form = document.getElementById("override");
const days = document.querySelector(".calendar");
const week = document.querySelector("svg.week");
if (form && days) pickDays();
if (form && week) pickHours();

// The wall clock as a field of the form wants it; minutes may reach into later days.
function local(date, minutes) {
  const at = new Date(date + "T00:00:00Z");
  at.setUTCMinutes(minutes);
  return at.toISOString().slice(0, 16);
}

// After the click that ends the drawing, which closes what is open elsewhere.
function fill(from, to, user) {
  setTimeout(() => open(from, to, user));
}

function open(from, to, user) {
  form.open = true;
  form.querySelector("[name=from]").value = from;
  form.querySelector("[name=to]").value = to;
  const kind = form.querySelector("[name=kind]");
  const instead = form.querySelector("[name=for]");
  const who = form.querySelector("[name=users]");
  if (user) {
    kind.value = "stand-in";
    instead.value = user;
    if (who.value === user) who.selectedIndex = [...who.options].findIndex((option) => option.value !== user);
  } else {
    kind.value = "add";
    instead.value = "";
  }
  form.scrollIntoView({ block: "nearest" });
  who.focus();
}

function userAt(target) {
  const shift = target.closest("[data-user]");
  return shift ? shift.dataset.user : "";
}

function pickDays() {
  const cells = [...days.querySelectorAll("td[data-date]")];
  let first = null;
  let last = null;
  let user = "";
  const mark = () => {
    const [from, to] = [Math.min(first, last), Math.max(first, last)];
    cells.forEach((cell, index) => cell.classList.toggle("picked", first !== null && index >= from && index <= to));
  };
  const cellOf = (event) => {
    const element = document.elementFromPoint(event.clientX, event.clientY);
    return element ? cells.indexOf(element.closest("td[data-date]")) : -1;
  };
  days.addEventListener("pointerdown", (event) => {
    if (event.pointerType === "touch" || event.button !== 0) return;
    const index = cellOf(event);
    if (index < 0 || cells[index].classList.contains("past")) return;
    event.preventDefault();
    first = last = index;
    user = userAt(event.target);
    mark();
  });
  addEventListener("pointermove", (event) => {
    if (first === null) return;
    const index = cellOf(event);
    if (index >= 0 && !cells[index].classList.contains("past")) last = index;
    mark();
  });
  addEventListener("pointerup", () => {
    if (first === null) return;
    const [from, to] = [Math.min(first, last), Math.max(first, last)];
    fill(local(cells[from].dataset.date, 0), local(cells[to].dataset.date, 1440), user);
    first = null;
  });
}

function pickHours() {
  const dates = week.dataset.days.split(" ");
  const [left, top, width, hour] = ["left", "top", "day", "hour"].map((name) => Number(week.dataset[name]));
  const step = 30;
  let start = null;
  let shadow = [];
  let user = "";
  const place = (event) => {
    const point = new DOMPoint(event.clientX, event.clientY).matrixTransform(week.getScreenCTM().inverse());
    const day = Math.floor((point.x - left) / width);
    const minute = Math.round((((point.y - top) / hour) * 60) / step) * step;
    return { day: Math.max(0, Math.min(6, day)), minute: Math.max(0, Math.min(1440, minute)) };
  };
  const count = (at) => at.day * 1440 + at.minute;
  const draw = (from, to) => {
    shadow.forEach((rect) => rect.remove());
    shadow = [];
    for (let day = Math.floor(from / 1440); day * 1440 < to && day < 7; day++) {
      const [begin, end] = [Math.max(from, day * 1440) - day * 1440, Math.min(to, (day + 1) * 1440) - day * 1440];
      const rect = document.createElementNS("http://www.w3.org/2000/svg", "rect");
      rect.setAttribute("class", "picked");
      rect.setAttribute("x", left + day * width + 1);
      rect.setAttribute("y", top + (begin * hour) / 60);
      rect.setAttribute("width", width - 2);
      rect.setAttribute("height", ((end - begin) * hour) / 60);
      week.append(rect);
      shadow.push(rect);
    }
  };
  const span = (event) => {
    const [from, to] = [count(start), count(place(event))].sort((one, other) => one - other);
    return [from, Math.max(to, from + step)];
  };
  week.addEventListener("pointerdown", (event) => {
    if (event.pointerType === "touch" || event.button !== 0) return;
    event.preventDefault();
    start = place(event);
    user = userAt(event.target);
    draw(...span(event));
  });
  addEventListener("pointermove", (event) => {
    if (start) draw(...span(event));
  });
  addEventListener("pointerup", (event) => {
    if (!start) return;
    const [from, to] = span(event);
    start = null;
    fill(local(dates[0], from), local(dates[0], to), user);
  });
}
