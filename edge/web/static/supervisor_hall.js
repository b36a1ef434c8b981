/* The hall at a glance: queues, counters with their clocks, bookings, slips that staff are asked about. */
import { $, clock, closedWords, draw, el, link, minutes, name, now, post, t, timeOfDay, toast, waitWords } from "./common.js";
import { STATUS, WARNED, clerkName, counterClock, isBad, known, pauseName, priorityName, serviceName } from "./hall_words.js";

export function drawHall(view) {
  draw($("queues"), [view.services, known.about.catalogue?.version], () => view.services.map(queueLine));
  draw($("counters"), [view.counters, known.about.catalogue?.version], () => view.counters.map(counterLine));
  drawLost(view.lost);
  $("slips-card").hidden = view.slips_for_staff.length === 0;
  draw($("slips"), view.slips_for_staff, (numbers) => numbers.map((number) => el("li", {},
    el("span", { className: "number" }, number),
    el("button", { className: "button low", onclick: () => reprint(number) }, t("Print a copy")))));
  const { expected, arrived, void: lost } = view.roster;
  draw($("roster"), view.roster, () => [
    fact(t("expected"), expected), fact(t("arrived"), arrived), fact(t("void"), lost, lost > 0 ? "bad" : ""),
  ]);
  tick();
}

function drawLost(lost) {
  $("lost-card").hidden = !lost;
  if (!lost) return;
  const ranges = lost.ranges.map(([first, last]) => `${first}–${last}`).join(" · ");
  $("lost-when").textContent = t("At {time} this node went on from an old or damaged record of the day.", { time: timeOfDay(lost.at) });
  $("lost-what").textContent = t("It does not know whether slips {ranges} were given out: whoever holds one gets a new number.", { ranges });
}

async function reprint(number) {
  try {
    await post("/api/slips/reprint", { number });
    toast(t("A copy of {number} is printed.", { number }), true);
  } catch (refusal) {
    toast(refusal.message);
  }
}

export const fact = (label, value, kind = "") => el("span", { className: `fact ${kind}` }, el("b", {}, String(value)), el("span", {}, label));

function queueLine(one) {
  const state = one.closed ? el("span", { className: "chip" }, closedWords(one.closed)) : el("span", { className: "soft small" }, waitWords(one.wait));
  const open = one.served_by.length;
  return el("tr", { "data-service": one.id },
    el("th", { scope: "row" }, el("span", { className: "letter" }, one.letter), name(one.name)),
    cell(t("Waiting"), one.waiting, one.waiting > 0 ? "strong" : ""),
    el("td", { "data-label": t("Longest") }, el("span", { "data-waits": one.waiting_since || "" }, "–")),
    cell(t("Booked"), one.booked || "–"),
    cell(t("Deferred"), one.deferred || "–"),
    cell(t("Served"), one.served),
    cell(t("Passed"), one.passed),
    el("td", { "data-label": t("Counters") }, open === 0 && one.waiting > 0 ? el("span", { className: "chip bad" }, t("none open")) : String(open)),
    el("td", { className: "state" }, state));
}

const cell = (label, value, kind = "") => el("td", { className: kind, "data-label": label }, String(value));

function counterLine(one) {
  const [kind, words] = STATUS[one.status];
  const told = one.warned.filter((each) => WARNED[each] && !(each === "limit_near" && one.warned.includes("limit_over")));
  return el("li", { className: told.some(isBad) ? "told bad" : told.length ? "told" : "", "data-counter": one.id },
    el("span", { className: "head" },
      el("a", { href: link(`/counter/${encodeURIComponent(one.id)}`) }, name(one.name)),
      el("span", { className: `chip ${kind}` }, words())),
    el("span", { className: "soft small" }, one.clerk ? one.clerk_name || one.clerk : one.serves.map(serviceName).join(" · ")),
    one.number && el("span", { className: "customer" }, el("b", { className: "number" }, one.number), serviceName(one.service),
      one.lane === "priority" && el("span", { className: "chip special" }, priorityName(one.priority_class) || t("Priority"))),
    one.status === "paused" && el("span", {}, [pauseName(one.pause_reason), one.cover && t("Covered by {name}", { name: clerkName(one.cover) })].filter(Boolean).join(" · ")),
    one.status !== "closed" && el("span", { className: "time", "data-clock": one.id }, el("b", {}), el("span", { className: "note" })),
    told.map((each) => el("span", { className: `warned ${isBad(each) ? "bad" : ""}`, "data-warned": each }, `⚠ ${WARNED[each]()}`)));
}

/** Every second: clocks and waits. */
export function tick() {
  if (!known.view) return;
  for (const shown of document.querySelectorAll("[data-clock]")) {
    const counter = known.view.counters.find((one) => one.id === shown.dataset.clock);
    if (!counter) continue;
    const { text, note, mood } = counterClock(counter, now(), known.about.rules);
    shown.className = `time ${mood}`;
    shown.children[0].textContent = text;
    shown.children[1].textContent = note;
  }
  for (const shown of document.querySelectorAll("[data-waits]")) {
    if (shown.dataset.waits) shown.textContent = minutes(now() - Number(shown.dataset.waits));
  }
  for (const shown of document.querySelectorAll("[data-ago]")) shown.textContent = clock(now() - Number(shown.dataset.ago));
}

// --- bookings ------------------------------------------------------------------------------------

const BOOKED = {
  booked: ["", () => t("expected")], arrived: ["good", () => t("arrived")],
  void: ["bad", () => t("void")], cancelled: ["", () => t("cancelled")],
};

export function bookingLine(one, lift) {
  const [kind, words] = BOOKED[one.status];
  return el("li", { "data-booking": one.code },
    el("span", { className: "when number" }, timeOfDay(one.starts_at)),
    el("span", { className: "what" }, one.name, el("span", { className: "small soft" }, serviceName(one.service))),
    one.number && el("span", { className: "number" }, one.number),
    el("span", { className: `chip ${kind}` }, words()),
    one.status === "void" && el("button", { className: "button low", onclick: () => lift(one) }, t("Lift …")));
}

/** The office cancelled it after its customer had come, who is served all the same. */
export const cancelledLine = (one) => el("li", { "data-cancelled": one.code },
  el("span", { className: "when number" }, timeOfDay(one.starts_at)),
  el("span", { className: "what" }, one.name, el("span", { className: "small soft" }, serviceName(one.service))),
  one.number && el("span", { className: "number" }, one.number),
  el("span", { className: "chip warn" }, t("served all the same")));
