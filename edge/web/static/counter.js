/* The clerk's terminal: one counter, its keys on the keyboard and on the screen. */
import { $, counted, draw, el, hall, post, sayError, t, toast } from "./common.js";
import { dialogOpen } from "./dialog.js";
import { EMERGENCIES, alarmName, learn, known, placeName } from "./hall_words.js";
import { askQuestions, fixBooked, openGuide, possibleWithMatter } from "./counter_matter.js";
import { drawnBy, here, id, printAgain, step } from "./counter_state.js";
import { drawDesk, tick } from "./counter_desk.js";
import { askAcceptance, askNotice, askNumber, askResult, drawCustomer, heard, possibleHere } from "./counter_customer.js";
import {
  chooseCase, chooseHelp, chooseNumber, choosePassed, choosePause, chooseSuspension, chooseThen, chooseTransfer,
  chooseWalkUp, silentAlarm,
} from "./counter_dialogs.js";
import { learnStaff, showLogin } from "./counter_login.js";

const REPEAT_MS = 400;
let lastKey = { key: "", at: 0 };

// --- what may be done ----------------------------------------------------------------------------

function possible(action) {
  const { desk } = here;
  const { rules } = known.about;
  const present = desk.status === "called" || desk.status === "serving";
  const open = desk.status !== "closed";
  const calm = known.view.emergency === null;
  const own = {
    next: calm && (present || (desk.status === "idle" && desk.waiting > 0)),
    recall: calm && desk.status === "called",
    welcome: present,
    start: desk.status === "called",
    finish: present,
    then: present,
    pass: desk.status === "called",
    transfer: present,
    restore: open && desk.status !== "paused" && desk.passed.length > 0,
    choose: calm && desk.status === "idle" && rules.choose !== "nobody",
    suspend: desk.status === "serving",
    continue: desk.status === "idle" && desk.suspended_cases.length > 0,
    undo: Boolean(desk.undo),
    pause: desk.status === "idle" || desk.status === "paused",
    walkup: calm && open && desk.status !== "paused" && rules.adhoc,
    help: open,
  }[action];
  return own ?? possibleHere(action) ?? possibleWithMatter(action);
}

const asks = {
  transfer: chooseTransfer, restore: choosePassed, choose: chooseNumber, suspend: chooseSuspension, continue: chooseCase,
  then: chooseThen, walkup: chooseWalkUp, help: chooseHelp,
  verify: askNumber, fix: fixBooked, guide: openGuide, questions: askQuestions, accept: askAcceptance, notice: askNotice, result: askResult,
  pause: () => (here.desk.status === "paused" ? step("resume") : choosePause()),
};

function act(action) {
  if (here.busy || !here.desk || !possible(action)) return;
  (asks[action] || (() => step(action)))();
}

// --- drawing -------------------------------------------------------------------------------------

function show() {
  const { view } = known;
  here.desk = view && view.counters.find((one) => one.id === id);
  if (!here.desk) return;
  const { desk } = here;
  const open = desk.status !== "closed";
  if (open && $("desk").hidden) $("toast").hidden = true; // what was wrong with logging in is past, and lies over the keys
  $("login").hidden = open;
  $("desk").hidden = !open;
  for (const one of [$("logout"), $("help")]) one.hidden = !open;
  $("logout").disabled = here.busy || Boolean(desk.ticket);
  if (!open) showLogin();
  drawDesk();
  drawCustomer();
  drawBanners(view);
  showActions();
}

function drawBanners(view) {
  $("emergency").hidden = view.emergency === null;
  $("emergency").textContent = view.emergency === null ? "" : t("Emergency: {kind}. Nobody is called until it ends.", { kind: (EMERGENCIES[view.emergency] || (() => view.emergency))() });
  // A silent alarm is for the supervisor alone: whoever it is about may see this screen.
  const alarms = view.alarms.filter((one) => one.kind !== "silent");
  $("alarms").hidden = alarms.length === 0;
  draw($("alarms"), alarms, () => alarms.map((one) => el("span", {}, `${alarmName(one.kind)}: ${placeName(one.place)}`)));
  $("staff").hidden = view.slips_for_staff.length + here.unprinted.length === 0;
  draw($("staff"), [view.slips_for_staff, here.unprinted, here.busy], ([slips, papers]) => [
    ...slips.map((number) => printLine(t("The slip of {number} may be lost.", { number }), () => reprint(number))),
    ...papers.map((number) => printLine(t("The paper {number} did not come out.", { number }), () => printAgain(number))),
  ]);
}

const printLine = (words, act) => el("span", { className: "row" }, words,
  el("button", { className: "button warn low", disabled: here.busy, onclick: act }, t("Print a copy")));

async function reprint(number) {
  await post("/api/slips/reprint", { number }).catch((refusal) => toast(refusal.message));
}

function showActions() {
  const { desk } = here;
  for (const button of document.querySelectorAll("[data-action]")) {
    button.disabled = here.busy || !possible(button.dataset.action);
  }
  document.querySelector("[data-action=pause] span").textContent = desk.status === "paused" ? t("Resume") : t("Pause …");
  document.querySelector("[data-action=undo] span").textContent = { pass: t("Undo the pass"), finish: t("Undo the finish") }[desk.undo] || t("Undo");
  const offered = desk.status === "called" && known.about.rules.ring === "clerk" && desk.calls >= known.about.rules.rings;
  $("offer").hidden = !offered;
  $("offer-text").textContent = offered ? counted("{number} was called {n} time and has not come.", "{number} was called {n} times and has not come.", desk.calls, { number: desk.number }) : "";
}

// --- keys ----------------------------------------------------------------------------------------

addEventListener("keydown", (event) => {
  if (event.key === "F9") { event.preventDefault(); if (!event.repeat) silentAlarm(); return; }
  if (event.ctrlKey || event.altKey || event.metaKey || event.repeat || dialogOpen()) return;
  if (event.target.matches("input:not([type=checkbox]), select")) return;
  const key = event.key.toUpperCase();
  if (key === lastKey.key && event.timeStamp - lastKey.at < REPEAT_MS) { event.preventDefault(); return; }
  lastKey = { key, at: event.timeStamp };
  const button = document.querySelector(`[data-action][data-key="${CSS.escape(key)}"]`);
  if (button) { event.preventDefault(); act(button.dataset.action); }
});
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-action]");
  if (button) act(button.dataset.action);
});
$("offer-pass").onclick = () => act("pass");
$("logout").onclick = () => step("logout");

drawnBy(show);
// Nothing is drawn before it is known who logs in how: a press by then would go the wrong way.
const staff = learnStaff();
hall((view, about) => { learn(view, about); staff.then(show); }, `/api/stream?reader=counter:${encodeURIComponent(id)}`, {
  reading: (news) => { heard({ ...news, words: sayError({ status: 409, error: news.code, detail: news.detail }) }); staff.then(show); },
});
setInterval(tick, 1000);
