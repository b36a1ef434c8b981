/* Who arrives with a booking: what the reader found, the three ways by hand, and who is expected next. */
import { $, draw, el, get, name, now, sayError, t, timeOfDay, toast, waitWords } from "./common.js";
import "./checkin_words.js";
import { fieldOf, valuesOf } from "./dialog.js";
import { known, serviceName } from "./hall_words.js";
import { here, order, signed } from "./desk_state.js";
import { showNumber } from "./desk_slips.js";

const LOOK_MS = 20_000;
const wish = { way: "code" };
let offered = 0;

// --- by hand -------------------------------------------------------------------------------------

const reason = (value, hints) => ({ id: "reason", label: t("Why at the desk?"), value, required: true, hints });
const WAYS = {
  code: () => [
    { id: "code", label: t("Booking code"), required: true, most: 64 },
    reason(t("asked at the desk"), [t("The kiosk is busy"), t("Needs help with the kiosk")]),
  ],
  phone: () => [
    { id: "phone", label: t("Phone number of the booking"), required: true, most: 32 },
    { id: "code", label: t("Booking code"), required: true, most: 64 },
    reason(t("asked at the desk"), [t("The kiosk is busy"), t("Needs help with the kiosk")]),
  ],
  number: () => [
    { id: "id_type", label: t("Document"), type: "select", options: here.staff.kinds.map((one) => [one.id, name(one.name)]) },
    { id: "id_number", label: t("Number"), required: true, most: 128 },
    reason("", [t("The card cannot be read"), t("The reader is out of order"), t("Paper document without chip")]),
  ],
};

export function drawWays() {
  if (!$("checkin")) return;
  draw($("checkin-form"), [wish.way, here.staff.kinds], () => [
    ...WAYS[wish.way]().map(fieldOf),
    el("button", { className: "button", id: "checkin-send" }, t("Check in")),
  ]);
  for (const button of document.querySelectorAll("[data-way]")) button.setAttribute("aria-pressed", String(button.dataset.way === wish.way));
}

/** A scanner types the whole address that a code holds. */
const tidy = (code) => code.slice(code.lastIndexOf("/") + 1);

async function sendTyped() {
  const sent = valuesOf($("checkin-form"));
  if (await checkIn({ ...sent, ...(sent.code && { code: tidy(sent.code) }) })) {
    for (const input of $("checkin-form").querySelectorAll("input")) input.value = input.defaultValue;
  }
}

async function checkIn(sent) {
  for (const button of $("checkin").querySelectorAll("button")) button.disabled = true;
  try {
    showArrived(await order("/api/checkin", signed(sent), { secret: true }));
    return true;
  } catch (refusal) {
    $("arrived").hidden = true;
    toast(refusal.message);
    return false;
  } finally {
    for (const button of $("checkin").querySelectorAll("button")) button.disabled = false;
    showBookings();
  }
}

const OUTCOMES = {
  on_time: (time) => t("In time for {time}: called from then on.", { time }),
  late: () => t("Late: placed behind the next few who wait."),
  deferred: () => t("Late while it is busy: called when nobody else waits."),
};

function showArrived(told) {
  const outcome = OUTCOMES[told.outcome];
  const windows = told.windows.map((one) => name(one.name)).join(" · ");
  $("arrived").replaceChildren(
    el("strong", { className: "number" }, told.number),
    el("span", { className: "what" },
      el("b", {}, name(told.service_name)),
      outcome && el("span", {}, outcome(told.slot_at ? timeOfDay(told.slot_at) : "")),
      el("span", {}, [t("{n} before", { n: told.ahead }), waitWords(told.wait), told.zone && name(told.zone)].filter(Boolean).join(" · ")),
      windows && el("span", {}, t("Windows: {names}", { names: windows }))));
  $("arrived").hidden = false;
}

// --- the desk's reader -----------------------------------------------------------------------------

/** News of the reader at the desk (edge/people/reading.py). */
export function heard(news) {
  if (!$("checkin")) return;
  if (news.kind === "failed") { toast(sayError({ status: 409, error: news.code, detail: news.detail })); return; }
  if (news.kind === "slip") { showSlip(news.path); return; }
  if (news.kind === "offer") showFound(news);
}

function showFound(news) {
  const kind = here.staff.kinds.find((one) => one.id === news.id_type);
  offered = news.until;
  $("arrived").hidden = true;
  $("found").replaceChildren(
    el("span", { className: "what" },
      el("b", {}, news.id_masked ? [kind && name(kind.name), news.name_masked].filter(Boolean).join(" · ") || t("The document") : t("A booking's code")),
      news.id_masked && el("span", { className: "number" }, news.id_masked),
      el("span", { className: news.booked ? "" : "trouble" }, news.booked ? t("A booking of today waits for it.") : t("No booking of today was found for this."))),
    el("span", { className: "row" },
      news.booked && el("button", { type: "button", className: "button primary", id: "found-checkin", onclick: () => useFound(news.handle) }, t("Check in")),
      el("button", { type: "button", className: "button low", id: "found-close", onclick: () => { $("found").hidden = true; } }, t("Close"))));
  $("found").hidden = false; // the focus stays: somebody may be typing
}

async function useFound(handle) {
  $("found").hidden = true;
  await checkIn({ handle });
}

async function showSlip(path) {
  try {
    const slip = await get(`/api/slips${path.slice(2)}`);
    showNumber(slip.number);
  } catch {
    toast(t("No ticket of this hall belongs to this code."));
  }
}

/** Every second: what a reader saw may be used for a minute. */
export function tickArrivals() {
  if ($("found") && !$("found").hidden && now() > offered) $("found").hidden = true;
}

// --- bookings --------------------------------------------------------------------------------------

const BOOKED = {
  booked: ["", () => t("expected")], arrived: ["good", () => t("arrived")], void: ["bad", () => t("void")],
};

export async function showBookings() {
  if (!$("bookings")) return;
  const told = await get("/api/desk/bookings").catch(() => null);
  if (!told || !known.view) return;
  draw($("bookings"), [told.bookings, known.about.catalogue?.version], () => (told.bookings.length === 0
    ? [el("li", { className: "none" }, t("Nobody is expected within the hour."))] : told.bookings.map(bookingLine)));
}

function bookingLine(one) {
  const [kind, words] = BOOKED[one.status];
  return el("li", { "data-booking": one.code },
    el("span", { className: "when number" }, timeOfDay(one.starts_at)),
    el("span", { className: "what" }, one.name, el("span", { className: "small soft" }, serviceName(one.service))),
    one.number && el("span", { className: "number" }, one.number),
    el("span", { className: `chip ${kind}` }, words()));
}

let roster = "";
/** Asked again when the hall's count of bookings changes, and now and then, since the hour moves on. */
export function followRoster() {
  const text = JSON.stringify(known.view.roster);
  if (text !== roster) { roster = text; showBookings(); }
}

if ($("checkin")) {
  $("checkin-form").onsubmit = (event) => { event.preventDefault(); sendTyped(); };
  for (const button of document.querySelectorAll("[data-way]")) {
    button.onclick = () => { wish.way = button.dataset.way; drawWays(); $("checkin-form").querySelector("input, select").focus(); };
  }
  setInterval(() => { if (!document.hidden) showBookings(); }, LOOK_MS);
}
