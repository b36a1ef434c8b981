/* What a supervisor orders: each names who orders it, with the PIN where that person has one. */
import { $, counted, draw, el, forgetUnanswered, get, name, post, t, toast } from "./common.js";
import { ask } from "./dialog.js";
import { EMERGENCIES, alarmName, listing, placeName } from "./hall_words.js";

let pins = [];
let by = "";

export async function learnPins() {
  pins = (await get("/api/staff").catch(() => ({ pins }))).pins;
}

/** Who orders: supervisors of the list, or a number typed where the hall has no list. */
function ordering(everybody = false) {
  const people = listing("clerks").filter((one) => everybody || one.role === "supervisor");
  const who = listing("clerks").length === 0
    ? { id: "by", label: t("Ordered by"), value: by, required: true, most: 64 }
    : { id: "by", label: t("Ordered by"), type: "select", value: by, options: people.map((one) => [one.id, one.name]), required: true };
  const pin = !everybody && people.some((one) => pins.includes(one.id));
  return [who, ...(pin ? [{ id: "pin", label: t("PIN"), type: "pin", most: 12 }] : [])];
}

async function order(path, { pin, ...sent }) {
  by = sent.by;
  try {
    return await post(path, { ...sent, ...(pin && { pin }) });
  } finally {
    forgetUnanswered();
  }
}

const own = (path) => `/api/supervisor/${path}`;

// --- the hall ------------------------------------------------------------------------------------

export function drawOrders(view) {
  const { emergency, suspended } = view;
  draw($("orders"), [emergency, suspended], () => [
    suspended === null
      ? el("button", { className: "button", id: "suspend", onclick: suspend }, t("Suspend the hall …"))
      : el("button", { className: "button primary", id: "resume", onclick: resume }, t("Open the hall again …")),
    emergency === null
      ? el("button", { className: "button danger", id: "declare", onclick: declare }, t("Emergency …"))
      : el("button", { className: "button primary", id: "end-emergency", onclick: endEmergency }, t("End the emergency …")),
  ]);
  $("emergency").hidden = emergency === null;
  $("emergency").textContent = emergency === null ? "" : t("Emergency: {kind}. Nobody is called until it ends.", { kind: (EMERGENCIES[emergency] || (() => emergency))() });
  drawAlarms(view.alarms);
}

function suspend() {
  ask({
    title: t("Suspend the hall"),
    note: t("No more tickets are issued; who waits is still called. The reason is shown on every screen."),
    fields: [{ id: "reason", label: t("Reason"), required: true, hints: [t("Power failure"), t("Network failure"), t("Too many people")] }, ...ordering()],
    submit: { words: t("Suspend"), act: (sent) => order(own("suspend"), sent) },
  });
}

function resume() {
  ask({ title: t("Open the hall again"), fields: ordering(), submit: { words: t("Open"), act: (sent) => order(own("resume"), sent) } });
}

/** Two steps: which, then surely. No PIN: nobody looks for one in a fire. */
function declare() {
  ask({
    title: t("Which emergency?"),
    choices: Object.entries(EMERGENCIES).map(([kind, words]) => [words(), () => confirmEmergency(kind, words())]),
  });
}

function confirmEmergency(kind, words) {
  ask({
    title: t("Declare: {kind}?", { kind: words }),
    note: t("Boards and loudspeakers say it at once, and nobody is called until it ends."),
    fields: ordering(true),
    submit: { words: t("Declare the emergency"), kind: "danger", act: (sent) => order(own("emergency"), { ...sent, kind }) },
  });
}

function endEmergency() {
  ask({
    title: t("End the emergency?"), note: t("Boards and loudspeakers return to normal, and counters call again."),
    fields: ordering(), submit: { words: t("End it"), act: (sent) => order(own("emergency/end"), sent) },
  });
}

// --- alarms --------------------------------------------------------------------------------------

function drawAlarms(alarms) {
  $("alarms-card").classList.toggle("alarmed", alarms.length > 0);
  draw($("alarms"), alarms, () => (alarms.length === 0 ? [el("li", { className: "none" }, t("No alarm is open."))] : alarms.map((one) => el("li", { "data-alarm": one.kind },
    el("span", { className: "what" }, el("b", {}, `⚠ ${alarmName(one.kind)}`), el("span", {}, placeName(one.place)), el("span", { className: "small soft", "data-ago": one.at }, "")),
    el("button", { className: "button low", onclick: () => closeAlarm(one) }, t("Close …"))))));
}

function closeAlarm(alarm) {
  ask({
    title: `${alarmName(alarm.kind)} · ${placeName(alarm.place)}`,
    fields: [{ id: "note", label: t("What was it, and what was done?"), required: true }, ...ordering()],
    submit: { words: t("Close the alarm"), act: (sent) => order(own(`alarms/${encodeURIComponent(alarm.id)}/close`), sent) },
  });
}

// --- bookings, devices, checklists -----------------------------------------------------------------

export function liftVoid(booking, done) {
  ask({
    title: t("Serve the void booking {code}", { code: booking.code }),
    note: t("Explain the effect to the customers who wait, and ask for their consent."),
    fields: [
      { id: "reason", label: t("Reason"), required: true, hints: [t("Force majeure"), t("Illness"), t("Fault of ours")] },
      { id: "consent", label: t("The waiting customers agree"), type: "tick", required: true }, ...ordering(),
    ],
    submit: { words: t("Serve"), act: async (sent) => { await order(`/api/bookings/${encodeURIComponent(booking.code)}/lift`, sent); done(); } },
  });
}

export function testDevices() {
  ask({
    title: t("Test all devices now?"), note: t("Boards flash, printers are asked; it takes some seconds."),
    fields: ordering(true), submit: { words: t("Test"), act: runTest },
  });
}

async function runTest(sent) {
  const { results } = await order("/api/self-test", sent);
  if (results === null) { toast(t("Slow devices are still being tried."), true); return; }
  const bad = Object.values(results).filter((one) => one === "failed").length;
  toast(bad ? counted("{n} device failed.", "{n} devices failed.", bad) : t("All devices are well."), bad === 0);
}

/** What is in order is ticked at once by whoever ordered last on this page; who that is, is asked only the first time. */
export async function tickItem(list, item, ok, done) {
  const act = async (sent) => { await order(own(`checklists/${encodeURIComponent(list.id)}/tick`), { ...sent, item: item.id, ok }); done(); };
  if (ok && by) {
    await act({ by }).catch((refusal) => toast(refusal.message));
    return;
  }
  ask({
    title: name(item.name),
    fields: [...(ok ? [] : [{ id: "note", label: t("What is not in order?"), required: true }]), ...ordering(true)],
    submit: { words: ok ? t("In order") : t("Not in order"), act },
  });
}

export function closeList(list, done) {
  ask({
    title: t("Close the checklist?"),
    fields: ordering(),
    submit: { words: t("Close"), act: async (sent) => { await order(own(`checklists/${encodeURIComponent(list.id)}/close`), sent); done(); } },
  });
}
