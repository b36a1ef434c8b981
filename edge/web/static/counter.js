/* The clerk's terminal: one counter, its keys on the keyboard and on the screen. */
import { $, clock, draw, el, hall, minutes, name, now, post, t, toast } from "./common.js";

const id = document.documentElement.dataset.counter;
const REPEAT_MS = 400;

let view = null;
let about = null;
let desk = null;
let busy = false;
let lastKey = { key: "", at: 0 };

// --- what may be done ----------------------------------------------------------------------------

function possible(action) {
  const { status } = desk;
  const here = status === "called" || status === "serving";
  return {
    next: here || (status === "idle" && desk.waiting > 0),
    recall: status === "called",
    start: status === "called",
    finish: here,
    pass: status === "called",
    transfer: here,
    restore: status !== "closed" && status !== "paused" && desk.passed.length > 0,
    undo: Boolean(desk.undo),
    pause: status === "idle" || status === "paused",
  }[action];
}

const ask = {
  transfer: chooseTransfer,
  restore: choosePassed,
  pause: () => (desk.status === "paused" ? step("resume") : choosePause()),
};

function act(action) {
  if (busy || !desk || !possible(action)) return;
  (ask[action] || (() => step(action)))();
}

async function step(action, body = {}) {
  if (busy) return;
  busy = true;
  showActions();
  try {
    await post(`/api/counters/${encodeURIComponent(id)}/${action}`, body);
    closeDialog();
  } catch (refusal) {
    toast(refusal.message);
  } finally {
    busy = false;
    show();
  }
}

// --- drawing -------------------------------------------------------------------------------------

const serviceName = (service) => name((view.services.find((one) => one.id === service) || {}).name) || service;
const counterName = (counter) => name((view.counters.find((one) => one.id === counter) || {}).name) || counter;
const className = (priority) => name(((about.catalogue?.priority_classes || []).find((one) => one.id === priority) || {}).name);
const clerkName = (clerk) => ((about.catalogue?.clerks || []).find((one) => one.id === clerk) || {}).name || clerk;
const reasonName = (reason) => name(((about.catalogue?.pause_reasons || []).find((one) => one.id === reason) || {}).name) || reason;

const STATUS = {
  closed: ["", () => t("closed")], idle: ["good", () => t("free")], called: ["warn", () => t("called")],
  serving: ["primary", () => t("being served")], paused: ["bad", () => t("paused")],
};

function show() {
  desk = view && view.counters.find((one) => one.id === id);
  if (!desk) return;
  const open = desk.status !== "closed";
  $("login").hidden = open;
  $("desk").hidden = !open;
  $("logout").hidden = !open;
  $("logout").disabled = desk.status === "called" || desk.status === "serving";
  $("counter-name").textContent = name(desk.name);
  $("clerk").textContent = open ? t("Clerk: {name}", { name: desk.clerk_name || desk.clerk }) : desk.serves.map(serviceName).join(" · ");
  $("waiting").textContent = t("{n} waiting for you", { n: desk.waiting });
  const [kind, words] = STATUS[desk.status];
  $("status").className = `chip ${kind}`;
  $("status").textContent = words();
  if (!open) showLogin();
  draw($("now"), [desk, about.catalogue?.version], drawNow);
  draw($("next-up"), desk.next_up, (tickets) => drawTickets(tickets, t("Nobody is waiting."), nextWords));
  draw($("passed"), [desk.passed, desk.status, busy], () => drawTickets(desk.passed, t("No passed numbers."), passedWords));
  draw($("staff"), view.slips_for_staff, drawStaff);
  $("staff").hidden = view.slips_for_staff.length === 0;
  showActions();
  tick();
}

function drawNow() {
  if (desk.status === "paused") {
    const cover = desk.cover && t("Covered by {name}", { name: clerkName(desk.cover) });
    return [el("p", { className: "idle" }, t("Paused")), el("p", { className: "service" }, reasonName(desk.pause_reason)),
      cover && el("p", { className: "soft" }, cover), time(t("since"), desk.since)];
  }
  if (!desk.number) {
    return [el("p", { className: "idle" }, desk.waiting ? t("Call the next number") : t("Nobody is waiting.")), time(t("free for"), desk.since)];
  }
  const serving = desk.status === "serving";
  return [
    el("p", { className: "number big" }, desk.number),
    el("p", { className: "service" }, serviceName(desk.service)),
    el("p", { className: "row" }, badges(desk)),
    serving ? time(t("in service"), desk.started_at, about.rules.limit_s) : time(t("called since"), desk.called_at),
    el("p", { className: "why" }, whyWords(desk.why).map((sentence) => el("span", {}, sentence))),
  ];
}

function badges(ticket) {
  const waited = ticket.called_at && ticket.issued_at ? ticket.called_at - ticket.issued_at : null;
  return [
    ticket.lane === "priority" && el("span", { className: "chip special" }, className(ticket.priority_class) || t("Priority")),
    waited !== null && el("span", { className: "chip" }, t("in the hall for {time} before the call", { time: minutes(waited) })),
    ticket.calls > 0 && el("span", { className: "chip" }, t("calls: {n}", { n: ticket.calls })),
  ];
}

function time(label, since, limit = 0) {
  return el("p", { className: "time" }, el("span", { className: "soft" }, label), el("b", { "data-since": since, "data-limit": limit }, ""), el("span", { "data-over": "1", hidden: true }, t("over the limit")));
}

function whyWords(why) {
  if (!why) return [];
  const sentence = {
    first_come: t("Called because it came first."),
    priority_turn: t("Called because it is the priority lane's turn."),
    ordinary_turn: t("Called because it is the ordinary lane's turn."),
    only_lane: t("Called first in its lane; nobody waited in the other lane."),
    chosen: t("Called because it was chosen."),
  }[why.policy];
  const rest = t("{n} waited in {group}.", { n: why.waiting, group: why.group.split("+").map(serviceName).join(" + ") });
  return [sentence, rest];
}

function drawTickets(tickets, none, words) {
  if (tickets.length === 0) return el("li", { className: "none" }, none);
  return tickets.map((ticket, place) => el(
    "li", { className: place === 0 ? "first" : "" },
    el("span", { className: "number" }, ticket.number),
    words(ticket),
  ));
}

function nextWords(ticket) {
  return [
    el("span", { className: "what" }, serviceName(ticket.service), el("span", { className: "small soft", "data-waits": ticket.since }, "")),
    ticket.lane === "priority" && el("span", { className: "chip special" }, t("Priority")),
  ];
}

function passedWords(ticket) {
  return [
    el("span", { className: "what" }, serviceName(ticket.service)),
    el("button", { className: "button low", disabled: busy || !possible("restore"), onclick: () => step("restore", { number: ticket.ticket }) }, t("Bring back")),
  ];
}

function drawStaff(numbers) {
  return numbers.map((number) => el("span", { className: "row" },
    t("The slip of {number} may be lost.", { number }),
    el("button", { className: "button warn low", onclick: () => reprint(number) }, t("Print a copy"))));
}

async function reprint(number) {
  try {
    await post("/api/slips/reprint", { number });
  } catch (refusal) {
    toast(refusal.message);
  }
}

function showActions() {
  for (const button of document.querySelectorAll("[data-action]")) {
    button.disabled = busy || !possible(button.dataset.action);
  }
  const pause = document.querySelector("[data-action=pause] span");
  pause.textContent = desk.status === "paused" ? t("Resume") : t("Pause …");
  const undo = document.querySelector("[data-action=undo] span");
  undo.textContent = { pass: t("Undo the pass"), finish: t("Undo the finish") }[desk.undo] || t("Undo");
  const offered = desk.status === "called" && desk.calls >= about.rules.rings;
  $("offer").hidden = !offered;
  $("offer-text").textContent = offered ? t("{number} was called {n} times and has not come.", { number: desk.number, n: desk.calls }) : "";
}

function tick() {
  for (const shown of document.querySelectorAll("[data-since]")) {
    const lasted = now() - Number(shown.dataset.since);
    const limit = Number(shown.dataset.limit) * 1000;
    const over = limit > 0 && lasted > limit;
    shown.textContent = clock(lasted);
    shown.parentElement.classList.toggle("over", over);
    shown.nextElementSibling.hidden = !over;
  }
  for (const shown of document.querySelectorAll("[data-waits]")) {
    shown.textContent = t("waiting {time}", { time: minutes(now() - Number(shown.dataset.waits)) });
  }
}

// --- logging in ----------------------------------------------------------------------------------

function showLogin() {
  const clerks = about.catalogue ? about.catalogue.clerks : [];
  draw($("clerks"), clerks, () => clerks.map((clerk) => el("button", {
    type: "button", className: "button", "data-clerk": clerk.id, onclick: () => step("login", { clerk: clerk.id }),
  }, clerk.name, el("span", { className: "soft" }, clerk.id))));
  $("clerks").hidden = clerks.length === 0;
  $("clerk-field").hidden = clerks.length > 0;
  $("login-button").hidden = clerks.length > 0;
}

$("login-form").onsubmit = (event) => {
  event.preventDefault();
  const clerk = $("clerk-id").value.trim();
  if (clerk) step("login", { clerk });
  else toast(t("Please type your clerk number."));
};

// --- dialogs -------------------------------------------------------------------------------------

function openDialog(title, choices, typed = false) {
  $("dialog-title").textContent = title;
  $("dialog-choices").replaceChildren(...choices.map(([words, chosen], place) => el("button", {
    className: "button", "data-digit": String(place + 1), onclick: chosen,
  }, words, place < 9 && el("kbd", {}, String(place + 1)))));
  $("dialog-form").hidden = !typed;
  $("dialog-cover").hidden = true;
  $("dialog").showModal();
  $("dialog-choices").firstElementChild?.focus();
}

function closeDialog() { if ($("dialog").open) $("dialog").close(); }

function chooseTransfer() {
  const elsewhere = view.services.filter((one) => one.id !== desk.service)
    .map((one) => [name(one.name), () => step("transfer", { to_service: one.id })]);
  const windows = view.counters.filter((one) => one.id !== id && one.status !== "closed" && one.serves.includes(desk.service))
    .map((one) => [t("{service}, only {counter}", { service: serviceName(desk.service), counter: counterName(one.id) }),
      () => step("transfer", { to_service: desk.service, to_counter: one.id })]);
  openDialog(t("Transfer {number} to", { number: desk.number }), [...elsewhere, ...windows]);
}

function choosePassed() {
  openDialog(t("Bring back a passed number"), desk.passed.map((one) => [
    `${one.number} · ${serviceName(one.service)}`, () => step("restore", { number: one.ticket }),
  ]), true);
}

function choosePause() {
  const reasons = about.catalogue ? about.catalogue.pause_reasons : [];
  const offered = reasons.length ? reasons.map((one) => [name(one.name), one.id]) : [[t("Short break"), "break"]];
  openDialog(t("Why do you pause?"), offered.map(([words, reason]) => [words, () => pauseFor(reason)]));
  const colleagues = (about.catalogue?.clerks || []).filter((clerk) => clerk.id !== desk.clerk);
  $("dialog-cover").hidden = colleagues.length === 0;
  $("cover").replaceChildren(el("option", { value: "" }, t("nobody")), ...colleagues.map((clerk) => el("option", { value: clerk.id }, clerk.name)));
}

function pauseFor(reason) {
  const cover = $("dialog-cover").hidden ? "" : $("cover").value;
  step("pause", cover ? { reason, cover } : { reason });
}

$("dialog-close").onclick = closeDialog;
$("dialog-form").onsubmit = (event) => {
  event.preventDefault();
  const number = $("dialog-number").value.trim();
  $("dialog-number").value = "";
  if (number) step("restore", { number });
};

// --- keys ----------------------------------------------------------------------------------------

addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || event.repeat || event.target.matches("input, select")) return;
  const key = event.key.toUpperCase();
  if (key === lastKey.key && event.timeStamp - lastKey.at < REPEAT_MS) { event.preventDefault(); return; }
  lastKey = { key, at: event.timeStamp };
  if ($("dialog").open) {
    const chosen = document.querySelector(`[data-digit="${CSS.escape(key)}"]`);
    if (chosen) { event.preventDefault(); chosen.click(); }
    return;
  }
  const button = document.querySelector(`[data-action][data-key="${CSS.escape(key)}"]`);
  if (button) { event.preventDefault(); act(button.dataset.action); }
});
for (const button of document.querySelectorAll("[data-action]")) button.onclick = () => act(button.dataset.action);
$("offer-pass").onclick = () => act("pass");
$("logout").onclick = () => step("logout");

hall((newView, newAbout) => { view = newView; about = newAbout; show(); });
setInterval(tick, 1000);
