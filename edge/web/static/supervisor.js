/* The supervisor's page: the hall at a glance, and what may be ordered. */
import { $, draw, el, get, hall, lang, name, now, t, timeOfDay, toast } from "./common.js";
import { clerkName, known, learn } from "./hall_words.js";
import { bookingLine, cancelledLine, drawHall, fact, tick } from "./supervisor_hall.js";
import { closeList, drawOrders, learnPins, liftVoid, testDevices, tickItem } from "./supervisor_orders.js";
import { HEALTH, deviceKind } from "./device_words.js";

const LOOK_MS = 3000;
let seen = {};

function show() {
  const { view } = known;
  drawHall(view);
  drawOrders(view);
  follow("checklists", view.checklists, showLists);
  follow("roster", view.roster, showBookings);
  follow("rules", [known.about.rules, known.about.catalogue?.version], showRules);
  drawTest(view);
}

/** What only a question tells is asked again when its part of the view changes. */
function follow(what, part, ask) {
  const text = JSON.stringify(part);
  if (seen[what] === text) return;
  seen = { ...seen, [what]: text };
  ask();
}

const told = (path) => get(path).catch((refusal) => { toast(refusal.message); return null; });

// --- checklists ----------------------------------------------------------------------------------

async function showLists() {
  const answer = await told("/api/supervisor/checklists");
  if (!answer) return;
  const { checklists } = answer;
  $("lists-card").hidden = checklists.length === 0;
  draw($("lists"), [checklists, known.view.checklists], () => checklists.map(listPart));
}

function listPart(list) {
  const state = known.view.checklists.find((one) => one.id === list.id);
  const closed = state && state.closed_by;
  return el("section", { className: "list", "data-list": list.id },
    el("h3", {}, name(list.name), " ", closed && el("span", { className: "chip good" }, t("closed by {name} at {time}", { name: clerkName(state.closed_by), time: timeOfDay(state.closed_at) })),
      state && lateChip(state)),
    el("ul", {}, list.items.map((item) => itemLine(list, item, closed))),
    !closed && el("button", { className: "button low", "data-close": list.id, disabled: list.items.some((item) => !item.tick), onclick: () => closeList(list, showLists) }, t("Close the checklist")));
}

function lateChip(state) {
  if (!state.due_at) return null;
  const over = state.closed_by ? state.closed_at > state.due_at : now() > state.due_at;
  if (over) return el("span", { className: "chip bad" }, state.closed_by ? t("closed late") : t("late: due at {time}", { time: timeOfDay(state.due_at) }));
  return state.closed_by ? null : el("span", { className: "chip" }, t("due at {time}", { time: timeOfDay(state.due_at) }));
}

function itemLine(list, item, closed) {
  const { tick: mark } = item;
  const [kind, words] = !mark ? ["", t("not looked at")] : mark.ok ? ["good", t("in order")] : ["bad", t("not in order")];
  return el("li", { "data-item": item.id },
    el("span", { className: "what" }, name(item.name), mark && el("span", { className: "small soft" }, [clerkName(mark.by), timeOfDay(mark.at), mark.note].filter(Boolean).join(" · "))),
    el("span", { className: `chip ${kind}` }, words),
    !closed && el("span", { className: "row" },
      el("button", { className: "button low", "aria-label": t("In order"), title: t("In order"), onclick: () => tickItem(list, item, true, showLists) }, "✓"),
      el("button", { className: "button low", "aria-label": t("Not in order"), title: t("Not in order"), onclick: () => tickItem(list, item, false, showLists) }, "✗")));
}

// --- bookings, rules, devices ----------------------------------------------------------------------

async function showBookings() {
  const answer = await told("/api/supervisor/bookings");
  if (!answer) return;
  const { bookings } = answer;
  $("bookings-card").hidden = bookings.length === 0;
  const late = bookings.filter((one) => one.cancelled_here);
  $("cancelled-card").hidden = late.length === 0;
  draw($("cancelled"), late, () => late.map(cancelledLine));
  draw($("bookings"), bookings, () => bookings.map((one) => bookingLine(one, (booking) => liftVoid(booking, showBookings))));
}

async function showRules() {
  const answer = await told(`/api/supervisor/rules?lang=${lang}`);
  if (answer) draw($("rules"), answer.rules, (rules) => rules.map((one) => el("li", { "data-rules": one.rules.join(" ") }, one.text)));
}

async function showDevices() {
  const answer = await get("/api/supervisor/devices").catch(() => null);
  if (!answer) return;
  draw($("devices"), answer.devices, (devices) => devices.map((one) => {
    const [kind, words] = HEALTH[one.health];
    return el("li", { "data-device": one.id },
      el("span", { className: "what" }, el("b", {}, one.id), " ", el("span", { className: "small soft" }, deviceKind(one.kind)),
        one.words && el("span", { className: one.health === "ok" ? "small soft" : "small trouble" }, t(one.words))),
      el("span", { className: `chip ${kind}` }, words()));
  }));
}

function drawTest(view) {
  const results = Object.values(view.self_test);
  const count = (health) => results.filter((one) => one === health).length;
  draw($("tested"), [view.self_test_at, view.self_test], () => (view.self_test_at === 0 ? [el("span", { className: "soft" }, t("The devices have not been tested today."))] : [
    el("span", { className: "soft" }, t("Tested at {time}", { time: timeOfDay(view.self_test_at) })),
    fact(t("ok"), count("ok")), fact(t("degraded"), count("degraded")), fact(t("failed"), count("failed"), count("failed") ? "bad" : ""),
  ]));
}

$("test").onclick = testDevices;
// Nothing is drawn before it is known who proves an order with a PIN.
const pins = learnPins();
hall((view, about) => { learn(view, about); pins.then(show); });
showDevices();
setInterval(() => { if (!document.hidden) showDevices(); }, LOOK_MS);
setInterval(tick, 1000);
