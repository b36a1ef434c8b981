/* The hall display: both languages at once, the newest call on top and blinking; an emergency before everything. */
import { $, draw, el, hall, name, now, otherName, own, timeOfDay } from "./common.js";
import { emergencyLines } from "./emergency.js";

const MOST_ROWS = 5;
const BLINK_MS = 8000;
const NOTICE_MS = 8000;
/** How fast notices run, in widths of the screen a second. */
const RUN_S = 0.09;
const MOST_WINDOWS = 6;

/* Both languages stand beside each other here whatever the page's own language is. */
const { say, emergencies, digit, phone, queue: pleaseQueue } = JSON.parse($("display").textContent);
const zone = new URLSearchParams(location.search).get("zone");
const still = matchMedia("(prefers-reduced-motion: reduce)");

let view = null;
let about = null;
let notice = 0;
let rowsThatFit = MOST_ROWS;

const both = (text) => [name(text, own), otherName(text, own)];
const bothOf = (sentence) => both(say[sentence]);

// --- how large, how many ---------------------------------------------------------------------------

/** A called number's digits are as high as the hall's file asks, whatever the font: its digits are measured. */
function measure() {
  const probe = document.createElement("canvas").getContext("2d");
  const style = getComputedStyle($("time"));
  probe.font = `${style.fontWeight} 200px ${style.fontFamily}`;
  const share = Math.min(..."0123456789".split("").map((one) => probe.measureText(one).actualBoundingBoxAscent)) / 200;
  document.body.style.setProperty("--digit", `${Math.ceil((digit * innerWidth * 1.02) / share)}px`);
  fit();
}

/** As many calls as have room at their size; the first row is higher as its number is larger. */
function fit() {
  const list = $("calls");
  const size = (of) => parseFloat(getComputedStyle(of).fontSize);
  const probe = el("ol", {}, el("li", {}, "0"), el("li", {}, "0"));
  list.after(probe);
  const [top, row] = [...probe.children].map((one) => size(one) * 1.12);
  probe.remove();
  const gap = parseFloat(getComputedStyle(list).rowGap);
  const high = Math.max(1, top / row);
  let count = MOST_ROWS;
  while (count > 1 && (list.clientHeight - (count - 1) * gap) / (count - 1 + high) < row) count -= 1;
  rowsThatFit = count;
  list.style.gridTemplateRows = count > 1 ? `${high}fr repeat(${count - 1}, 1fr)` : "1fr";
  if (view && about) show();
}

// --- calls, queues, windows -----------------------------------------------------------------------

function show() {
  showEmergency();
  $("columns").replaceChildren(...["Ticket number", "Please go to"].map((head) => el("span", {}, bothOf(head).join(" "))));
  $("queues-title").textContent = bothOf("People waiting").join(" ");
  const there = view.services.filter((one) => zone === null || one.zone === zone);
  const calls = view.recent.filter((call) => there.some((one) => one.id === call.service)).slice(0, rowsThatFit);
  $("calls").style.setProperty("--chars", Math.max(4, ...calls.map((call) => call.number.length)));
  draw($("calls"), [calls, calls.map((call) => isNew(call)), view.version, rowsThatFit], () => rows(calls));
  $("queues").style.setProperty("--rows", there.length);
  draw($("queues"), there.map(({ id, waiting, closed, name: named }) => [id, waiting, closed, named]), () => there.map(queue));
  showWindows(there.map((one) => one.id));
}

const isNew = (call) => now() - call.at < BLINK_MS;

function rows(calls) {
  if (calls.length > 0) return [...calls.map(row), ...blank(rowsThatFit - calls.length)];
  const [first, second] = bothOf("Please watch the screen and listen for your number");
  return [el("li", { className: "quiet" }, el("span", {}, first, el("small", {}, second))), ...blank(rowsThatFit - 1)];
}

const blank = (count) => Array.from({ length: Math.max(0, count) }, () => el("li", { className: "empty", "aria-hidden": "true" }));

function row(call) {
  const counter = view.counters.find((one) => one.id === call.counter);
  const [first, second] = both(counter ? counter.name : { en: call.counter });
  const again = call.calls > 1;
  const classes = [isNew(call) && "new", again && "again"].filter(Boolean).join(" ");
  return el("li", { className: classes, "data-number": call.number },
    el("span", { className: "number" }, call.number),
    el("span", { className: "where" }, first,
      el("small", {}, second, again ? el("b", {}, bothOf("Called again").map((word) => el("span", {}, ` ${word}`))) : null)));
}

function queue(service) {
  const [first, second] = both(service.name);
  return el("li", { "data-service": service.id },
    el("span", { className: "what" }, first, el("small", {}, second)),
    service.closed && service.waiting === 0
      ? el("span", { className: "shut" }, bothOf("No tickets").join(" "))
      : el("span", { className: "count number" }, String(service.waiting)));
}

/** Windows that serve nobody, the paused first, with the reason they give. */
function showWindows(services) {
  const away = ["paused", "closed"].flatMap((status) =>
    view.counters.filter((one) => one.status === status && one.serves.some((service) => services.includes(service))));
  const told = away.slice(0, MOST_WINDOWS).map((one) => ({ id: one.id, name: one.name, status: one.status, reason: reasonOf(one) }));
  $("windows-box").hidden = told.length === 0;
  $("windows-title").textContent = bothOf("Windows not serving").join(" ");
  draw($("windows"), told, () => told.map(awayWindow));
}

function reasonOf(counter) {
  if (!counter.pause_reason) return null;
  const known = about.catalogue.pause_reasons.find((one) => one.id === counter.pause_reason);
  return known ? known.name : { en: counter.pause_reason };
}

function awayWindow({ id, name: named, status, reason }) {
  const words = both(say[status === "paused" ? "Paused" : "Closed"]);
  const lines = both(named).map((line, nth) => [line, words[nth], reason && both(reason)[nth]].filter(Boolean).join(" · "));
  return el("li", { className: status, "data-counter": id }, lines[0], el("small", {}, lines[1]));
}

// --- notices, phone -------------------------------------------------------------------------------

const filled = (sentence, values) => Object.fromEntries(Object.entries(say[sentence]).map(([language, words]) =>
  [language, words.replace(/\{(\w+)\}/g, (whole, key) => values[key] ?? whole)]));

/** While the hall is suspended its reason stands there alone; while there is a crowd, what people are asked. */
function noticeTexts() {
  if (view && view.suspended !== null) return [filled("No tickets at present: {reason}", { reason: view.suspended })];
  const lost = view ? view.slips_for_staff.map((number) => filled("{number}: no slip was printed, please ask the staff", { number })) : [];
  if (view && view.crowded) return [pleaseQueue, ...lost];
  return [...lost, ...(about ? about.notices : []),
    say["Please watch the screens and listen for your number. If you missed it, ask at the service desk."],
    say["Take a number, wait for your call, go to the window, rate the service"]];
}

function showNotices() {
  const texts = noticeTexts();
  const alone = texts.length === 1;
  $("notice").classList.toggle("suspended", Boolean(view && (view.suspended !== null || view.crowded)));
  if (still.matches || alone || view?.crowded) {
    const one = texts[notice % texts.length];
    draw($("notice"), [one], () => both(one).filter(Boolean).map((line) => el("p", {}, line)));
  } else {
    draw($("notice"), texts, () => ticker(texts));
  }
}

/** All of them in one line that runs through; how long that takes follows from its length. */
function ticker(texts) {
  const run = el("div", { className: "run" }, texts.flatMap((text) => {
    const [first, second] = both(text);
    return [el("span", {}, first), el("span", { className: "second" }, second)];
  }));
  requestAnimationFrame(() => run.style.setProperty("--runs", `${Math.max(10, Math.round(run.offsetWidth / (innerWidth * RUN_S)))}s`));
  return run;
}

function showPhone() {
  $("phone").hidden = !phone;
  if (phone) $("phone").replaceChildren(el("small", {}, `${bothOf("Enquiries").join(" ")} `), phone);
}

// --- an emergency ---------------------------------------------------------------------------------

function showEmergency() {
  const box = $("emergency");
  box.hidden = view.emergency === null;
  draw(box, view.emergency, (kind) => (kind === null ? [] : emergencyLines(emergencies, kind)));
}

// --- moving ---------------------------------------------------------------------------------------

/** A screen of one waiting area bears its name. */
function showPlace() {
  const area = zone !== null && about.catalogue && about.catalogue.zones.find((one) => one.id === zone);
  if (area) draw($("hall"), area.name, () => both(area.name).map((line) => el("span", {}, line)));
}

function tick() {
  $("time").textContent = timeOfDay(now());
  if (view && about) show();
}

hall((newView, newAbout) => {
  view = newView;
  about = newAbout;
  showPlace();
  showNotices();
  show();
});
addEventListener("resize", measure);
still.addEventListener("change", showNotices);
setInterval(tick, 1000);
setInterval(() => { notice += 1; showNotices(); }, NOTICE_MS);
showPhone();
tick();
document.fonts.ready.then(measure);
