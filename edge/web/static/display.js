/* The hall display: both languages at once, the newest call on top and blinking, nothing scrolls. */
import { $, draw, el, hall, name, now, otherName, own, timeOfDay } from "./common.js";

const ROWS = 5;
const BLINK_MS = 8000;
const NOTICE_MS = 8000;

/* Both languages stand beside each other here whatever the page's own language is. */
const SAY = {
  number: { zh: "号码", en: "Number" },
  counter: { zh: "请到窗口", en: "Please go to" },
  waiting: { zh: "等候人数", en: "People waiting" },
  quiet: { zh: "请留意屏幕及语音叫号", en: "Please watch the screen and listen for your number" },
  shut: { zh: "停止取号", en: "no tickets" },
  suspended: { zh: "暂停取号：", en: "Tickets are suspended at present: " },
  default: { zh: "请留意屏幕及语音，过号请联系导办台", en: "Watch the screen and listen; if your number has passed, ask at the desk" },
};

let view = null;
let about = null;
let notice = 0;

const both = (text) => [name(text, own), otherName(text, own)];

function show() {
  $("columns").replaceChildren(...[SAY.number, SAY.counter].map((text) => el("span", {}, both(text).join(" "))));
  $("queues-title").textContent = both(SAY.waiting).join(" ");
  const calls = view.recent.slice(0, ROWS);
  draw($("calls"), [calls, calls.map((call) => isNew(call)), view.version], () => rows(calls));
  $("queues").style.setProperty("--rows", view.services.length);
  draw($("queues"), view.services.map(({ id, waiting, closed, name: named }) => [id, waiting, closed, named]), () => view.services.map(queue));
}

const isNew = (call) => now() - call.at < BLINK_MS;

function rows(calls) {
  if (calls.length === 0) {
    return [el("li", { className: "quiet" }, both(SAY.quiet)[0]), ...blank(ROWS - 1)];
  }
  return [...calls.map(row), ...blank(ROWS - calls.length)];
}

const blank = (count) => Array.from({ length: count }, () => el("li", { className: "empty", "aria-hidden": "true" }));

function row(call) {
  const counter = view.counters.find((one) => one.id === call.counter);
  const [first, second] = both(counter ? counter.name : { en: call.counter });
  return el("li", { className: isNew(call) ? "new" : "", "data-number": call.number },
    el("span", { className: "number" }, call.number),
    el("span", { className: "where" }, first, el("small", {}, second)));
}

function queue(service) {
  const [first, second] = both(service.name);
  return el("li", {},
    el("span", { className: "what" }, first, el("small", {}, second)),
    service.closed && service.waiting === 0
      ? el("span", { className: "shut" }, both(SAY.shut).join(" "))
      : el("span", { className: "count number" }, String(service.waiting)));
}

const suspendedText = (reason) => Object.fromEntries(Object.entries(SAY.suspended).map(([language, words]) => [language, words + reason]));

/** While the hall is suspended its reason stands there alone. */
function noticeTexts() {
  if (view && view.suspended !== null) return [suspendedText(view.suspended)];
  return about && about.notices.length ? about.notices : [SAY.default];
}

function showNotice() {
  const texts = noticeTexts();
  $("notice").classList.toggle("suspended", Boolean(view && view.suspended !== null));
  notice = (notice + 1) % texts.length;
  draw($("notice"), texts[notice], (text) => both(text).filter(Boolean).map((line) => el("p", {}, line)));
}

function tick() {
  $("time").textContent = timeOfDay(now());
  if (view && about) show();
}

hall((newView, newAbout) => {
  const said = JSON.stringify(noticeTexts());
  const first = about === null;
  view = newView;
  about = newAbout;
  if (first || JSON.stringify(noticeTexts()) !== said) showNotice();
  show();
});
setInterval(tick, 1000);
setInterval(showNotice, NOTICE_MS);
tick();
