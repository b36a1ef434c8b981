/* Taking a number at the kiosk: what one should know before, the wait and what else there is, and the result. */
import { $, closedWords, el, forgetUnanswered, lang, name, now, post, t, timeOfDay, toast, waitWords } from "./common.js";
import { ended, step } from "./kiosk_session.js";
import { guideOf } from "./matter_text.js";

let hall = { view: null, about: null };
let redraw = () => {};
/** The priority class chosen, and the service whose number is on its way. */
export const wish = { chosen: null, taking: null };

export function learn(view, about, drawn) {
  hall = { view, about };
  redraw = drawn;
}

const offered = (id) => hall.about.catalogue?.services.find((one) => one.id === id);
const long = (one) => Boolean(one.wait) && one.wait.p90_s > hall.about.rules.busy_s;

/** Whether there is more to tell of a service than its line does. */
export function worthTelling(one) {
  const known = offered(one.id);
  if (!known) return false;
  const more = Object.keys(known.guide).length || known.materials.length;
  return Boolean(more || ((one.closed || long(one)) && elsewhere(one).length));
}

/** Other ways, where somebody would wait long or cannot come now (S2-50). */
function elsewhere(one) {
  const phone = document.documentElement.dataset.phone;
  const shorter = one.closed ? [] : hall.view.services
    .filter((other) => other.id !== one.id && !other.closed && !long(other) && other.waiting < one.waiting)
    .sort((a, b) => a.waiting - b.waiting).slice(0, 2);
  return [
    ...(offered(one.id)?.instead ?? []).map((text) => name(text)),
    ...shorter.map((other) => t("Less wait at present: {service}, {wait}", { service: name(other.name), wait: waitWords(other.wait) })),
    phone ? t("Book a later time, or ask for another hall, by telephone: {phone}", { phone }) : null,
  ].filter(Boolean);
}

/** A touch on a service: a number at once, or what to know before. */
export function choose(one) {
  step("ticket");
  if (!worthTelling(one)) return take({ service: one.id });
  $("service-name").textContent = name(one.name);
  $("service-said").replaceChildren(...said(one).flat().filter(Boolean));
  $("service-take").disabled = Boolean(one.closed || hall.about.failed);
  $("service-take").onclick = () => { $("service").close(); take({ service: one.id }); };
  $("service").showModal();
  $("service-name").focus();
  return null;
}

function said(one) {
  const known = offered(one.id);
  const materials = known.materials.map((id) => hall.about.catalogue.materials.find((each) => each.id === id)).filter(Boolean);
  const ways = one.closed || long(one) ? elsewhere(one) : [];
  return [
    one.closed
      ? el("p", { className: "reason" }, closedWords(one.closed))
      : el("p", { className: `wait${long(one) ? " warn" : ""}` },
        t("Waiting: {n}", { n: one.waiting }), " · ", t("Wait: {wait}", { wait: waitWords(one.wait) }),
        long(one) ? el("strong", {}, t("The wait is long at present.")) : null),
    Object.keys(known.guide).length ? el("p", {}, name(known.guide)) : null,
    materials.length ? [el("h3", {}, t("Please have these ready")), el("ul", { className: "list" }, materials.map((each) =>
      el("li", {}, name(each.name), each.original ? el("span", { className: "chip warn" }, t("original")) : null)))] : null,
    ...hall.about.matters.filter((each) => each.service === one.id).map(matter),
    ways.length ? [el("h3", {}, t("Other ways")), el("ul", { className: "list ways" }, ways.map((way) => el("li", {}, way)))] : null,
  ];
}

/** What the office publishes of one matter of the service, to be opened by who needs it. */
function matter(each) {
  return el("details", { className: "matter" }, el("summary", {}, name(each.name)), guideOf(each),
    el("p", { className: "small soft" }, t("Published version {n}", { n: each.version })));
}

/** Asks for a ticket: `wanted` is the body of POST /api/tickets. Returns whether it was had. */
export async function take(wanted) {
  if (wish.taking) return false;
  wish.taking = wanted.journey || wanted.service;
  redraw();
  try {
    const body = { ...wanted };
    if (wish.chosen && !wanted.cause) body.priority_class = wish.chosen;
    showTicket(await post("/api/tickets", body), offered(wanted.service)?.name);
    wish.chosen = null;
    ended("completed");
    return true;
  } catch (refusal) {
    // Whoever presses next may be another person: a number too many is passed, one given twice is not forgiven.
    forgetUnanswered();
    toast(sorryTicket(refusal));
    return false;
  } finally {
    wish.taking = null;
    redraw();
  }
}

function sorryTicket(refusal) {
  if (refusal.status === 0) return t("No answer. Please ask the staff.");
  return refusal.status === 409 ? t("No number can be had here now. Please ask the staff.") : refusal.message;
}

/** The result on the screen; the slip comes by itself (S4-29). `arrived`: the answer of a check-in. */
export function showTicket(ticket, serviceName, arrived = null) {
  $("ticket-service").textContent = name(serviceName);
  $("ticket-number").textContent = ticket.number;
  $("ticket-ahead").textContent = ticket.ahead;
  $("ticket-wait").textContent = waitWords(ticket.wait);
  fill("ticket-outcome", arrived ? outcomeWords(arrived) : "");
  fill("ticket-place", arrived?.zone ? name(arrived.zone) : "");
  fill("ticket-windows", arrived ? arrived.windows.map((one) => name(one.name)).join(" · ") : "");
  showAdvice();
  if (!$("ticket").open) $("ticket").showModal();
  $("ticket").dispatchEvent(new Event("shown"));
  $("ticket-done").focus();
}

function fill(id, text) {
  $(id).hidden = !text;
  ($(id).querySelector("dd") || $(id)).textContent = text;
}

function outcomeWords(arrived) {
  const minutes = arrived.slot_at ? Math.max(1, Math.round((now() - arrived.slot_at) / 60000)) : 0;
  const time = arrived.slot_at ? timeOfDay(arrived.slot_at) : "";
  return {
    on_time: t("You are checked in for {time}. You are called from then on.", { time }),
    late: t("You are {n} min late. You are placed behind the next few waiting, as the hall's rules say.", { n: minutes }),
    deferred: t("You are late and it is busy now. Please sit in the rest area: you are called as soon as a window is free."),
    lifted: t("You are checked in."),
  }[arrived.outcome] || t("You are checked in.");
}

export function showAdvice() {
  const advice = $("ticket-advice");
  const remember = hall.about.printing !== "ok";
  advice.classList.toggle("warn", remember);
  advice.textContent = remember
    ? t("Please remember this number or take a picture of it. It is called on the screens and by voice.")
    : t("Please take your slip. Your number is called on the screens and by voice.");
}

/**
 * A flow that failed: why, what to do, and a ticket to a window (S4-31), in the class the hall's rules name.
 * `cause` goes with the ticket.
 */
export function fail(reason, advice, cause) {
  ended("failed", cause);
  const open = hall.view.services.filter((one) => !one.closed);
  const first = hall.about.rules.fallback_class !== null;
  $("sorry-reason").textContent = reason;
  $("sorry-advice").textContent = [
    advice,
    !open.length ? t("Please ask the staff.")
      : first ? t("Or go to a window: you need not queue a second time. What did you come for?")
        : t("Or take a number for a window. What did you come for?"),
  ].filter(Boolean).join(lang === "zh" ? "" : " ");
  $("sorry-services").replaceChildren(...open.map((one) => el("button", {
    className: "button primary", "data-fallback": one.id,
    onclick: () => { step("fall-back"); $("sorry").close(); take({ service: one.id, cause }); },
  }, name(one.name))));
  if (!$("sorry").open) $("sorry").showModal();
  $("sorry-title").focus();
}

$("service-back").onclick = () => $("service").close();
