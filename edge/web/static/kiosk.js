/* The kiosk: the first screen, and the end of every customer's use: untouched for a while, it is fresh for the next. */
import { $, closedWords, draw, el, forgetUnanswered, hall, lang, name, now, otherName, own, t, timeOfDay, waitWords } from "./common.js";
import * as checkin from "./kiosk_checkin.js";
import "./kiosk_demo.js";
import { emergencyLines } from "./emergency.js";
import { ended, touched as noted } from "./kiosk_session.js";
import { choose, learn, showAdvice, take, wish, worthTelling } from "./kiosk_ticket.js";

const IDLE_S = Number(document.documentElement.dataset.idle);
/** A number is read in less; whoever needs longer touches the screen (WCAG 2.2.1: at least 20 s). */
const READ_S = 20;
/** How long before the screen is cleared that is said. */
const WARN_S = Math.min(10, IDLE_S / 2);

const emergencies = JSON.parse($("emergencies").textContent);

let view = null;
let about = null;
let idle = 0;
let used = false;

function showServices() {
  if (!view || !about) return;
  const state = {
    services: view.services, ...wish, failed: about.failed, rules: about.rules,
    classes: publicClasses(),
    journeys: about.catalogue ? about.catalogue.journeys : [],
  };
  const columns = Math.min(3, Math.ceil(view.services.length / 4));
  $("services").style.setProperty("--columns", columns);
  $("services").style.setProperty("--rows", Math.ceil(view.services.length / columns));
  draw($("services"), state, () => view.services.map(service));
  draw($("classes"), [state.classes, wish.chosen], () => [
    el("span", {}, t("Priority service:")),
    ...state.classes.map((one) => el("button", {
      className: `button${wish.chosen === one.id ? " chosen" : ""}`,
      "aria-pressed": String(wish.chosen === one.id),
      onclick: () => { wish.chosen = wish.chosen === one.id ? null : one.id; showServices(); },
    }, name(one.name))),
  ]);
  $("classes").hidden = state.classes.length === 0;
  draw($("journeys"), state, () => [
    el("span", {}, t("Several matters with one number:")),
    ...state.journeys.map(journey),
  ]);
  $("journeys").hidden = state.journeys.length === 0;
  $("crowd").hidden = !view.crowded;
  showPrinting();
}

/** The published classes a customer may name; the one for failed flows is given, not chosen. */
function publicClasses() {
  const classes = about.catalogue ? about.catalogue.priority_classes : [];
  return classes.filter((one) => one.id !== about.rules.fallback_class);
}

function service(one) {
  const facts = one.closed
    ? [el("span", {}, closedWords(one.closed))]
    : [
      el("span", { className: "number" }, t("Waiting: {n}", { n: one.waiting })),
      el("span", {}, wish.taking === one.id ? t("Taking your number …") : t("Wait: {wait}", { wait: waitWords(one.wait) })),
    ];
  const shut = one.closed && !worthTelling(one);
  return el("button", {
    className: `service${one.closed ? " closed" : ""}`, disabled: Boolean(shut || wish.taking || about.failed),
    "data-service": one.id, onclick: () => choose(one),
  },
  el("span", { className: "letter" }, one.letter),
  el("span", {}, el("strong", {}, name(one.name)), el("span", { className: "other" }, otherName(one.name))),
  el("span", { className: "facts" }, facts));
}

function journey(one) {
  const stages = one.services.map((id) => view.services.find((each) => each.id === id)).filter(Boolean);
  const first = stages[0];
  return el("button", {
    className: "button journey", "data-journey": one.id, disabled: Boolean(!first || first.closed || wish.taking || about.failed),
    onclick: () => take({ service: first.id, journey: one.id }),
  }, el("strong", {}, name(one.name)), el("span", {}, stages.map((each) => name(each.name)).join(" → ")));
}

function showPrinting() {
  const warning = {
    trouble: t("No slips come out at present. Please remember your number or take a picture of it."),
  }[about.printing];
  $("trouble").hidden = !warning;
  $("trouble").textContent = warning || "";
  showAdvice();
}

const urgent = () => view !== null && view.emergency !== null;

/** It covers everything; when it ends, whoever comes finds nothing of who had to leave. */
function showEmergency() {
  const over = !urgent() && !$("emergency").hidden;
  $("emergency").hidden = !urgent();
  document.body.classList.toggle("urgent", urgent());
  draw($("emergency"), view.emergency, (kind) => (kind === null ? [] : emergencyLines(emergencies, kind)));
  if (urgent()) closeDialogs();
  if (over && used) fresh();
}

function closeDialogs() {
  for (const dialog of document.querySelectorAll("dialog[open]")) dialog.close();
}

/** Nothing of the last customer stays: not a word typed, not a number shown, not a language chosen (S4-39). */
function fresh() {
  ended("abandoned");
  forgetUnanswered();
  closeDialogs();
  checkin.clear();
  for (const shown of ["ticket-number", "ticket-outcome", "ticket-service"]) $(shown).textContent = "";
  $("toast").hidden = true;
  $("leaving").hidden = true;
  for (const aid of ["larger", "contrast"]) aided(aid, false);
  wish.chosen = null;
  used = false;
  scrollTo(0, 0);
  if (lang !== own) location.replace("/kiosk");
  showServices();
}

function touched() {
  idle = 0;
  used = true;
  noted();
  tick();
}

const limit = () => ($("ticket").open ? Math.min(READ_S, IDLE_S) : IDLE_S);

function tick() {
  const left = Math.max(0, limit() - idle);
  $("ticket-left").textContent = $("ticket").open ? String(left) : "";
  $("time").textContent = timeOfDay(now());
  const leaving = used && !$("ticket").open && left <= WARN_S;
  $("leaving").hidden = !leaving;
  $("leaving").textContent = leaving ? t("This screen is cleared in {n} s. Touch it to go on.", { n: left }) : "";
}

function aided(aid, on) {
  $(aid).setAttribute("aria-pressed", String(on));
  document.documentElement.classList.toggle(aid, on);
}

setInterval(() => {
  idle += 1;
  if (idle === limit()) fresh();
  tick();
}, 1000);
for (const touch of ["pointerdown", "keydown"]) addEventListener(touch, touched);
$("ticket-done").onclick = fresh;
$("ticket").addEventListener("shown", () => { idle = 0; tick(); });
$("slip-done").onclick = fresh;
$("sorry-again").onclick = () => { $("sorry").close(); checkin.open(); };
$("checkin-open").onclick = checkin.open;
for (const aid of ["larger", "contrast"]) $(aid).onclick = () => aided(aid, $(aid).getAttribute("aria-pressed") !== "true");
document.addEventListener("contextmenu", (event) => event.preventDefault());

hall((newView, newAbout) => {
  view = newView;
  about = newAbout;
  learn(view, about, showServices);
  showServices();
  showEmergency();
}, "/api/stream?reader=kiosk", { reading: (news) => { if (!urgent()) { touched(); checkin.heard(news); } } });
tick();
