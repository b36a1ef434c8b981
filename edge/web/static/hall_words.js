/* Names and words of the hall that the staff's pages share: counters, supervisor. */
import { clock, minutes, name, t, teach } from "./common.js";

/** What the stream told last. */
export const known = { view: null, about: null };

export function learn(view, about) {
  known.view = view;
  known.about = about;
}

const listed = (list, id) => (list || []).find((one) => one.id === id);
const offered = (kind) => (known.about && known.about.catalogue ? known.about.catalogue[kind] : []);

export const service = (id) => listed(offered("services"), id);
export const serviceName = (id) => name((listed(known.view.services, id) || {}).name) || id;
export const counterName = (id) => name((listed(known.view.counters, id) || {}).name) || id;
export const priorityName = (id) => name((listed(offered("priority_classes"), id) || {}).name);
export const clerkName = (id) => (listed(offered("clerks"), id) || {}).name || id;
export const pauseName = (id) => name((listed(offered("pause_reasons"), id) || {}).name) || id;
/** As the matters have it; else as the hall's own list does. */
export const material = (id) => listed(known.about.matters.flatMap((one) => one.materials), id) || listed(offered("materials"), id);
export const materialName = (id) => name((material(id) || {}).name) || id;
export const listing = offered;

export const STATUS = {
  closed: ["", () => t("closed")], idle: ["good", () => t("free")], called: ["warn", () => t("called")],
  serving: ["primary", () => t("being served")], paused: ["bad", () => t("paused")],
};

export const EMERGENCIES = {
  fire: () => t("Fire"), incident: () => t("Incident"), power: () => t("Power failure"),
  network: () => t("Network failure"), device: () => t("Device failure"),
};

const ALARMS = {
  help: () => t("Help wanted"), silent: () => t("Silent alarm"), fire: () => t("Fire alarm"), intrusion: () => t("Intrusion alarm"), crowd: () => t("Crowd"),
};

export const alarmName = (kind) => (ALARMS[kind] ? ALARMS[kind]() : kind);

export const KINDS = {
  papers_out: () => t("customer took the papers"), papers_kept: () => t("papers kept here"), step: () => t("waits for a step"),
};

export const VERIFIED = {
  same: ["good", () => t("identity checked: the same person")],
  other: ["bad", () => t("identity checked: ANOTHER person")],
  none: ["primary", () => t("identity recorded, nothing to compare with")],
};

/** "counter:3" as people say it; an input's own name as it is. */
export function placeName(place) {
  if (place === "desk") return t("Service desk");
  const [kind, counter] = place.split(":");
  return kind === "counter" && counter ? counterName(counter) : place;
}

/** Why this ticket and no other: two sentences. */
export function whyWords(why) {
  if (!why) return [];
  const sentence = {
    first_come: t("Called because it came first."),
    priority_turn: t("Called because it is the priority lane's turn."),
    ordinary_turn: t("Called because it is the ordinary lane's turn."),
    only_lane: t("Called first in its lane; nobody waited in the other lane."),
    aged: t("Called because it waited too long."),
    deferred: t("Called because nobody else waits: it came late while it was busy."),
    chosen: t("Called because it was chosen."),
  }[why.policy];
  const rest = why.policy === "chosen" && why.reason
    ? t("Reason: {reason}", { reason: why.reason })
    : t("{n} waited in {group}.", { n: why.waiting, group: why.group.split("+").map(serviceName).join(" + ") });
  return [sentence, rest];
}

/** What was told of a counter and still holds. The clock itself says how far. */
export const WARNED = {
  limit_near: () => t("The counter time is nearly over."),
  limit_over: () => t("The counter time is over."),
  idle: () => t("People wait, and this counter is idle."),
  pause_over: () => t("The pause is longer than the rules allow."),
};
export const isBad = (kind) => kind !== "limit_near";

/** The counter's clock at `at` (ms): {text, note, mood}, mood "", "near" or "over". */
export function counterClock(counter, at, rules) {
  if (counter.status !== "serving") return { text: clock(at - counter.since), note: "", mood: "" };
  const lasted = at - counter.started_at - counter.suspended_ms;
  const left = counter.limit_s * 1000 - lasted;
  const text = clock(lasted);
  if (!counter.limit_s) return { text, note: "", mood: "" };
  if (left < 0) return { text, note: t("over the limit by {time}", { time: clock(-left) }), mood: "over" };
  if (left < rules.warn_before_s * 1000) return { text, note: t("{time} left", { time: clock(left) }), mood: "near" };
  return { text, note: t("of {time}", { time: minutes(counter.limit_s * 1000) }), mood: "" };
}

teach({
  pin_wanted: () => t("Please type the PIN."),
  wrong_pin: () => t("This PIN is wrong."),
  pin_wait: () => t("Too many wrong PINs. Please wait."),
  badge_wanted: () => t("Please lay the badge on the reader."),
  unknown_badge: () => t("Nobody in this hall has this badge."),
  no_supervisor: () => t("Only a supervisor may do this."),
  alarm_open: () => t("Help has been called already."),
  emergency: () => t("There is an emergency: nobody is called."),
  no_self_test: () => t("This node tests no devices."),
  no_reception: () => t("This node compares no documents."),
  invalid: () => t("Something is not right in what was typed. Please look again."),
  expired: () => t("The document has expired."),
  pulled: () => t("The card was pulled too early. Please lay it on again."),
  unknown_card: () => t("This card is not known. Please use another document, or type its number."),
  unreadable: () => t("The card cannot be read. Please try again, or type its number."),
  not_here: () => t("This code is of no use at a window: read a document here."),
  no_ticket: () => t("Nobody is at this counter."),
});
