/* Who is at the counter: number, clock, why; and the lists beside: next up, suspended, passed. */
import { $, clock, draw, el, minutes, name, now, t, timeOfDay } from "./common.js";
import {
  KINDS, STATUS, WARNED, clerkName, counterClock, counterName, isBad, known, pauseName, priorityName, serviceName, whyWords,
} from "./hall_words.js";
import { here, step } from "./counter_state.js";

export function drawDesk() {
  const { desk } = here;
  const open = desk.status !== "closed";
  $("counter-name").textContent = name(desk.name);
  $("clerk").textContent = open ? t("Clerk: {name}", { name: desk.clerk_name || desk.clerk }) : desk.serves.map(serviceName).join(" · ");
  $("waiting").textContent = t("{n} waiting for you", { n: desk.waiting });
  const [kind, words] = STATUS[desk.status];
  $("status").className = `chip ${kind}`;
  $("status").textContent = words();
  draw($("now"), [desk, known.view.emergency, known.about.catalogue?.version], drawNow);
  draw($("next-up"), desk.next_up, () => lines(desk.next_up, t("Nobody is waiting."), nextWords));
  draw($("passed"), [desk.passed, desk.status, here.busy], () => lines(desk.passed, t("No passed numbers."), passedWords));
  draw($("cases"), [desk.suspended_cases, desk.status, here.busy], () => lines(desk.suspended_cases, t("No suspended cases."), caseWords));
  tick();
}

// --- now -----------------------------------------------------------------------------------------

function drawNow() {
  const { desk } = here;
  if (desk.status === "paused") {
    const cover = desk.cover && t("Covered by {name}", { name: clerkName(desk.cover) });
    return [el("p", { className: "idle" }, t("Paused")), el("p", { className: "service" }, pauseName(desk.pause_reason)),
      cover && el("p", { className: "soft" }, cover), time(t("since"))];
  }
  if (!desk.number) {
    return [el("p", { className: "idle" }, freeWords()), time(t("free for"))];
  }
  return [
    el("p", { className: "number big" }, desk.number),
    el("p", { className: "service" }, serviceName(desk.service)),
    who(),
    el("p", { className: "row" }, badges()),
    time(desk.status === "serving" ? t("in service") : t("called since")),
    el("p", { className: "why" }, whyWords(desk.why).map((sentence) => el("span", {}, sentence))),
    journey(),
  ];
}

function freeWords() {
  if (known.view.emergency !== null) return t("Calls rest during the emergency");
  return here.desk.waiting ? t("Call the next number") : t("Nobody is waiting.");
}

/** A booked customer's masked name and slot. */
function who() {
  const { desk } = here;
  if (!desk.booking) return null;
  return el("p", { className: "who" }, el("b", {}, desk.customer || t("booked customer")),
    desk.slot_at && el("span", { className: "chip primary" }, t("booked for {time}", { time: timeOfDay(desk.slot_at) })));
}

function badges() {
  const { desk } = here;
  return [
    desk.lane === "priority" && el("span", { className: "chip special" }, priorityName(desk.priority_class) || t("Priority")),
    desk.waited_ms !== null && el("span", { className: "chip" }, t("waited {time} before the call", { time: minutes(desk.waited_ms) })),
    desk.calls > 0 && el("span", { className: "chip" }, t("calls: {n}", { n: desk.calls })),
    desk.suspended_ms > 0 && el("span", { className: "chip" }, t("suspended for {time}", { time: minutes(desk.suspended_ms) })),
  ];
}

function journey() {
  const { desk } = here;
  if (desk.then.length === 0 && desk.stages.length === 0) return null;
  return el("p", { className: "journey", "aria-label": t("Services with this ticket") },
    desk.stages.map((one) => el("span", { className: "chip good" }, `✓ ${serviceName(one)}`)),
    el("span", { className: "chip primary" }, serviceName(desk.service)),
    desk.then.map((one) => el("span", { className: "chip" }, `→ ${serviceName(one)}`)));
}

function time(label) {
  return el("p", { className: "time", id: "clock" }, el("span", { className: "soft" }, label), el("b", {}), el("span", { className: "note" }));
}

// --- lists ---------------------------------------------------------------------------------------

function lines(tickets, none, words) {
  if (tickets.length === 0) return el("li", { className: "none" }, none);
  return tickets.map((ticket, place) => el("li", { className: place === 0 ? "first" : "" },
    el("span", { className: "number" }, ticket.number), words(ticket)));
}

function nextWords(ticket) {
  return [
    el("span", { className: "what" }, serviceName(ticket.service), el("span", { className: "small soft", "data-waits": ticket.since }, "")),
    ticket.lane === "priority" && el("span", { className: "chip special" }, t("Priority")),
  ];
}

function passedWords(ticket) {
  const ready = !here.busy && here.desk.status !== "paused";
  return [
    el("span", { className: "what" }, serviceName(ticket.service)),
    el("button", { className: "button low", disabled: !ready, onclick: () => step("restore", { number: ticket.ticket }) }, t("Bring back")),
  ];
}

function caseWords(one) {
  const ready = !here.busy && here.desk.status === "idle";
  const where = one.kind !== "papers_out" && one.counter !== here.desk.id ? ` · ${counterName(one.counter)}` : "";
  return [
    el("span", { className: "what" }, serviceName(one.service),
      el("span", { className: "small soft" }, `${KINDS[one.kind]()}${where} · ${one.reason}`),
      el("span", { className: "small soft", "data-held": one.since }, "")),
    el("button", { className: "button low", disabled: !ready, onclick: () => step("continue", { number: one.ticket }) }, t("Continue")),
  ];
}

// --- clocks --------------------------------------------------------------------------------------

/** Every second: the clock with its limit, in words as well as in colour. */
export function tick() {
  const { desk } = here;
  const shown = $("clock");
  if (desk && shown) {
    const { text, note, mood } = counterClock(desk, now(), known.about.rules);
    shown.className = `time ${mood}`;
    shown.children[1].textContent = text;
    shown.children[2].textContent = note;
  }
  if (desk) warn(desk);
  for (const waits of document.querySelectorAll("[data-waits]")) {
    waits.textContent = t("waiting {time}", { time: minutes(now() - Number(waits.dataset.waits)) });
  }
  for (const held of document.querySelectorAll("[data-held]")) {
    held.textContent = t("suspended for {time}", { time: clock(now() - Number(held.dataset.held)) });
  }
}

function warn(desk) {
  const told = desk.warned.filter((kind) => WARNED[kind] && !(kind === "limit_near" && desk.warned.includes("limit_over")));
  draw($("warned"), told, () => told.map((kind) => el("span", {}, `⚠ ${WARNED[kind]()}`)));
  $("warned").hidden = told.length === 0;
  $("warned").className = `banner ${told.some(isBad) ? "bad" : "warn"}`;
}
