// The booking pages work without this. With it: one day's times at a time, another matter without a new page, a clock.
"use strict";

// --- days and times ----------------------------------------------------------
function showDay(form) {
  const day = form.querySelector("input[name=day]:checked");
  for (const times of form.querySelectorAll(".hk-times")) times.hidden = !day || times.dataset.day !== day.value;
}
const showDays = () => document.querySelectorAll("form").forEach(showDay);

// --- another hall or matter: the same page is asked for, and the parts that hang on it are taken over ---------------
async function look(field, turn) {
  const form = field.form, asked = new FormData(form);
  asked.set("go", "look");
  const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(asked) });
  if (turn !== looked || !answer.ok) return; // a newer choice is on its way, or the old parts are as good
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const id of field.dataset.look.split(" ")) {
    const now = page.getElementById(id);
    if (now) document.getElementById(id).replaceWith(now);
  }
  showDay(form);
}
let looked = 0, soon = 0;
document.addEventListener("change", (event) => {
  if (event.target.name === "day") showDay(event.target.form);
  if (!event.target.dataset || !event.target.dataset.look) return;
  const turn = ++looked;
  clearTimeout(soon);
  soon = setTimeout(() => look(event.target, turn).catch(scriptless), 150); // arrow keys walk through a list
});

// Without an answer there is still the button that every browser has.
const scriptless = () => document.documentElement.classList.remove("hk-scripted");

// --- the clock since the form was opened ---------------------------------------
function clock(shown) {
  const ahead = Date.now() - Number(shown.dataset.now), began = Number(shown.dataset.began);
  const tick = () => {
    const s = Math.max(0, Math.floor((Date.now() - ahead - began) / 1000));
    shown.textContent = `${Math.floor(s / 60)}:${String(s % 60).padStart(2, "0")}`;
    shown.classList.toggle("hk-over", s > Number(shown.dataset.limit));
  };
  tick();
  setInterval(tick, 1000);
}

// --- keys: Alt and the letter shown, in every browser alike ------------------------
document.addEventListener("keydown", (event) => {
  if (!event.altKey || event.ctrlKey || event.metaKey || event.repeat) return;
  const key = event.code.replace(/^(Key|Digit)/, "").toLowerCase();
  const wanted = [...document.querySelectorAll(`[accesskey="${CSS.escape(key)}"]`)].find((one) => one.checkVisibility());
  if (!wanted) return;
  event.preventDefault();
  wanted.focus();
  if (wanted.matches("a, button, summary, [type=checkbox]")) wanted.click();
});

// --- a whole day's slots at once ----------------------------------------------------
document.addEventListener("change", (event) => {
  const day = event.target.dataset && event.target.dataset.all;
  if (day) for (const one of document.querySelectorAll(`[data-day="${day}"][type=checkbox]`)) one.checked = event.target.checked;
});

document.querySelectorAll("[data-print]").forEach((one) => one.addEventListener("click", () => window.print()));

document.documentElement.classList.add("hk-scripted");
showDays();
const timer = document.getElementById("hk-timer");
if (timer) clock(timer);
const first = document.querySelector("[data-focus]:not(:disabled)");
if (first) first.focus();
const marked = document.querySelector("[autofocus]");
if (marked) marked.focus();
