/* The kiosk: one touch on a service takes a number. After a minute untouched it is fresh for the next person. */
import { $, closedWords, draw, el, forgetUnanswered, hall, lang, name, now, otherName, own, post, t, timeOfDay, toast, waitWords } from "./common.js";

const IDLE_S = 60;

let view = null;
let about = null;
let chosen = null;
let taking = null;
let idle = 0;

function showServices() {
  const state = {
    services: view.services, chosen, taking, failed: about.failed,
    classes: about.catalogue ? about.catalogue.priority_classes : [],
  };
  const columns = Math.min(3, Math.ceil(view.services.length / 4));
  $("services").style.setProperty("--columns", columns);
  $("services").style.setProperty("--rows", Math.ceil(view.services.length / columns));
  draw($("services"), state, () => view.services.map(service));
  draw($("classes"), [state.classes, chosen], () => [
    el("span", {}, t("Priority service:")),
    ...state.classes.map((one) => el("button", {
      className: `button${chosen === one.id ? " chosen" : ""}`,
      "aria-pressed": String(chosen === one.id),
      onclick: () => { chosen = chosen === one.id ? null : one.id; showServices(); },
    }, name(one.name))),
  ]);
  $("classes").hidden = state.classes.length === 0;
  showPrinting();
}

function service(one) {
  const facts = one.closed
    ? [el("span", {}, closedWords(one.closed))]
    : [
      el("span", { className: "number" }, t("Waiting: {n}", { n: one.waiting })),
      el("span", {}, taking === one.id ? t("Taking your number …") : t("Wait: {wait}", { wait: waitWords(one.wait) })),
    ];
  return el("button", {
    className: `service${one.closed ? " closed" : ""}`, disabled: Boolean(one.closed || taking || about.failed),
    "data-service": one.id, onclick: () => take(one),
  },
  el("span", { className: "letter" }, one.letter),
  el("span", {}, el("strong", {}, name(one.name)), el("span", { className: "other" }, otherName(one.name))),
  el("span", { className: "facts" }, facts));
}

function showPrinting() {
  const warning = {
    trouble: t("No slips come out at present. Please remember your number or take a picture of it."),
  }[about.printing];
  $("trouble").hidden = !warning;
  $("trouble").textContent = warning || "";
  const advice = $("ticket-advice");
  const remember = about.printing !== "ok";
  advice.classList.toggle("warn", remember);
  advice.textContent = remember
    ? t("Please remember this number or take a picture of it. It is called on the screens and by voice.")
    : t("Please take your slip. Your number is called on the screens and by voice.");
}

async function take(one) {
  if (taking) return;
  taking = one.id;
  showServices();
  try {
    const wanted = { service: one.id };
    if (chosen) wanted.priority_class = chosen;
    const ticket = await post("/api/tickets", wanted);
    $("ticket-service").textContent = name(one.name);
    $("ticket-number").textContent = ticket.number;
    $("ticket-ahead").textContent = ticket.ahead;
    $("ticket-wait").textContent = waitWords(ticket.wait);
    if (!$("ticket").open) $("ticket").showModal();
    chosen = null;
  } catch (refusal) {
    // Whoever presses next may be another person: a number too many is passed, one given twice is not forgiven.
    forgetUnanswered();
    toast(sorry(refusal));
  } finally {
    taking = null;
    touched();
    showServices();
  }
}

function sorry(refusal) {
  if (refusal.status === 0) return t("No answer. Please ask the staff.");
  return refusal.status === 409 ? t("No number can be had here now. Please ask the staff.") : refusal.message;
}

function fresh() {
  forgetUnanswered();
  if ($("ticket").open) $("ticket").close();
  if (lang !== own) location.replace("/kiosk");
  chosen = null;
  if (view && about) showServices();
}

function touched() { idle = 0; tick(); }

function tick() {
  $("ticket-left").textContent = $("ticket").open ? String(Math.max(0, IDLE_S - idle)) : "";
  $("time").textContent = timeOfDay(now());
}

setInterval(() => {
  idle += 1;
  if (idle === IDLE_S) fresh();
  tick();
}, 1000);
for (const touch of ["pointerdown", "keydown"]) addEventListener(touch, touched);
$("ticket-done").onclick = () => { $("ticket").close(); chosen = null; showServices(); };
document.addEventListener("contextmenu", (event) => event.preventDefault());

hall((newView, newAbout) => { view = newView; about = newAbout; showServices(); });
tick();

