/* Booking at the desk: the places this hall may sell by itself, who takes one, and the code that is given for it. */
import { $, draw, el, get, lang, name, now, t, teach, timeOfDay, toast } from "./common.js";
import { ask, fieldOf, valuesOf } from "./dialog.js";
import { known, listing, serviceName } from "./hall_words.js";
import { mattersOf } from "./matter_guide.js";
import { here, order, printing, signed, step } from "./desk_state.js";
import { showBookings } from "./desk_arrivals.js";

const LOOK_MS = 20_000;
/** `slot` as the node names it; the details stay in the form while another slot is chosen. */
const wish = { service: null, day: null, slot: null };
let told = { slots: [], trouble: "" };
let given = null;

const dayFormat = new Intl.DateTimeFormat(lang === "zh" ? "zh-CN" : "en-GB", { weekday: "short", day: "numeric", month: "short", timeZone: "UTC" });
const dayWords = (day) => dayFormat.format(new Date(`${day}T12:00:00Z`));
const slotWords = (one) => `${timeOfDay(one.starts_at)}–${timeOfDay(one.ends_at)}`;
/** K7PM-29QX-4TWA. */
const grouped = (code) => code.match(/.{1,4}/g).join("-");

// --- what there is ---------------------------------------------------------------------------------

export async function showPlaces() {
  if (!$("places")) return;
  const answer = await get("/api/desk/places").catch(() => null);
  if (!answer || !known.view) return;
  told = answer;
  drawPlaces();
}

const unique = (values) => [...new Set(values)];
const leftOf = (slots) => slots.reduce((sum, one) => sum + one.left, 0);

/** What was chosen and is there no more is chosen no more; where there is one choice only it is made. */
function settle() {
  const open = told.slots.filter((one) => one.starts_at > now());
  const services = unique(open.map((one) => one.service));
  if (!services.includes(wish.service)) wish.service = services.length === 1 ? services[0] : null;
  const mine = open.filter((one) => one.service === wish.service);
  const days = unique(mine.map((one) => one.day));
  if (!days.includes(wish.day)) wish.day = days.length === 1 ? days[0] : null;
  const slots = mine.filter((one) => one.day === wish.day);
  if (!slots.some((one) => one.slot === wish.slot)) wish.slot = null;
  return { open, services, mine, days, slots };
}

function drawPlaces() {
  const { open, services, mine, days, slots } = settle();
  const none = told.trouble ? t("Places cannot be booked here yet: put the line seal_key that `hallkeeper central enrol` prints into [centre] of this hall's file, and restart the node.")
    : t("The office has given this hall no places to book. It books them itself, by telephone and on the web.");
  $("places-none").textContent = told.trouble || open.length === 0 ? none : "";
  $("places-none").hidden = !$("places-none").textContent;
  $("places").hidden = !$("places-none").hidden;
  const chips = (id, all, chosen, words, pick) => draw($(id), [all, chosen, known.about.catalogue?.version], () => all.map((each) => el("button", {
    type: "button", className: "button low", "aria-pressed": String(each.key === chosen), "data-pick": each.key, onclick: () => choose(id, pick, each.key),
  }, words(each), el("span", { className: "small" }, t("{n} left", { n: each.left })))));
  chips("place-services", services.map((key) => ({ key, left: leftOf(open.filter((one) => one.service === key)) })), wish.service, (each) => serviceName(each.key), "service");
  chips("place-days", days.map((key) => ({ key, left: leftOf(mine.filter((one) => one.day === key)) })), wish.day, (each) => dayWords(each.key), "day");
  chips("place-slots", slots.map((one) => ({ key: one.slot, left: one.left, words: slotWords(one) })), wish.slot, (each) => each.words, "slot");
  $("place-days-part").hidden = wish.service === null;
  $("place-slots-part").hidden = wish.day === null;
  drawForm(slots.find((one) => one.slot === wish.slot));
}

function choose(id, what, key) {
  wish[what] = wish[what] === key ? null : key;
  readAgain();
  $("place-made").hidden = true;
  drawPlaces();
  $(id).querySelector(`[data-pick="${CSS.escape(key)}"]`)?.focus();
}

// --- who takes it ------------------------------------------------------------------------------------

function fields() {
  const classes = listing("priority_classes");
  return [
    { id: "name", label: t("Name, as on the document"), required: true, most: 64 },
    { id: "phone", label: t("Phone number"), required: true, most: 32 },
    { id: "id_type", label: t("Document"), type: "select", options: here.staff.kinds.map((one) => [one.id, name(one.name)]) },
    { id: "id_number", label: t("Number of the document"), required: true, most: 128 },
    ...(classes.length ? [{ id: "priority_class", label: t("Priority class"), type: "select", options: [["", t("none")], ...classes.map((one) => [one.id, name(one.name)])] }] : []),
    { id: "readback", label: t("Read back to the customer: name, number, telephone, matter, day and time. The customer agreed."), type: "tick", required: true },
  ];
}

function drawForm(slot) {
  $("place-form").hidden = !slot;
  draw($("place-fields"), [here.staff.kinds, listing("priority_classes")], () => fields().map((field) => el("div", { className: `part-of ${field.id}` }, fieldOf({ ...field, within: "place" }), el("p", { className: "problem", id: `problem-${field.id}`, role: "alert", hidden: true }))));
  drawMatters(slot ? mattersOf(slot.service) : []);
  if (slot) $("place-chosen").textContent = [serviceName(slot.service), dayWords(slot.day), slotWords(slot)].join(" · ");
}

/** Beside the details, which stay while another slot is chosen. One matter is no choice. */
function drawMatters(matters) {
  draw($("place-matter"), matters, () => matters.length > 0 && fieldOf({
    id: "matter", label: t("Matter"), type: "select", required: true, within: "place",
    options: [...(matters.length > 1 ? [["", t("Ask what is wanted …")]] : []), ...matters.map((one) => [one.id, name(one.name)])],
  }));
}

/** What was changed has not been read back. */
function readAgain() {
  const tick = $("place-fields").querySelector("[data-field=readback]");
  if (tick) tick.checked = false;
}

function complain(refusal) {
  const input = $("place-fields").querySelector(`[data-field="${CSS.escape(refusal.field || "")}"]`);
  if (!input) { toast(refusal.message); return; }
  const problem = $(`problem-${refusal.field}`);
  problem.textContent = refusal.message;
  problem.hidden = false;
  input.setAttribute("aria-invalid", "true");
  input.setAttribute("aria-describedby", problem.id);
  input.focus();
}

function forgetProblems() {
  for (const problem of $("place-fields").querySelectorAll(".problem")) problem.hidden = true;
  for (const input of $("place-fields").querySelectorAll("[aria-invalid]")) {
    input.removeAttribute("aria-invalid");
    input.removeAttribute("aria-describedby");
  }
}

async function book() {
  const slot = told.slots.find((one) => one.slot === wish.slot && one.service === wish.service);
  if (!slot || $("place-book").disabled) return;
  forgetProblems();
  $("place-book").disabled = true;
  const { priority_class: class_, ...sent } = { ...valuesOf($("place-fields")), ...valuesOf($("place-matter")) };
  try {
    showMade(await order("/api/desk/bookings", signed({ slot: slot.slot, service: slot.service, ...sent, ...(class_ && { priority_class: class_ }) }), { ...printing, secret: true }));
  } catch (refusal) {
    complain(refusal);
  } finally {
    $("place-book").disabled = false;
    showPlaces();
  }
}

function showMade(booking) {
  given = booking;
  $("place-form").reset();
  wish.slot = null;
  $("place-made").replaceChildren(
    el("strong", { className: "number", id: "place-code" }, grouped(booking.code)),
    el("span", { className: "what" },
      el("b", {}, serviceName(booking.service)),
      el("span", {}, [dayWords(booking.day), slotWords(booking)].join(" · ")),
      el("span", { className: booking.printed ? "soft" : "trouble" }, booking.printed ? t("The slip with the code is printed.") : t("No slip came out: please write the code down for the customer."))),
    el("span", { className: "row" },
      el("button", { type: "button", className: "button low", id: "place-again", onclick: again }, t("Print a copy")),
      el("button", { type: "button", className: "button low", onclick: () => { $("place-made").hidden = true; } }, t("Close"))));
  $("place-made").hidden = false;
  $("place-made").scrollIntoView({ block: "nearest" });
  drawPlaces();
  showBookings();
}

async function again() {
  if (await step(`/api/papers/${encodeURIComponent(given.code)}/print`, {}, printing)) toast(t("{number} is printed.", { number: grouped(given.code) }), true);
}

// --- given back --------------------------------------------------------------------------------------

function giveBack() {
  const slot = told.slots.find((one) => one.slot === wish.slot && one.service === wish.service);
  if (!slot) return;
  ask({
    title: t("Give the places left of this slot back?"),
    note: t("{slot}: the office can book them then, this hall cannot any more.", { slot: [serviceName(slot.service), dayWords(slot.day), slotWords(slot)].join(" · ") }),
    submit: { words: t("Give {n} back", { n: slot.left }), act: async () => {
      for (const one of slot.grants) await order(`/api/desk/shares/${encodeURIComponent(one.grant)}/return`, signed());
      toast(t("Given back: the office books them now."), true);
      wish.slot = null;
      showPlaces();
    } },
  });
}

if ($("places")) {
  $("place-fields").oninput = (event) => { if (event.target.dataset.field !== "readback") readAgain(); };
  $("place-matter").onchange = readAgain;
  $("place-form").onsubmit = (event) => { event.preventDefault(); book(); };
  $("place-return").onclick = giveBack;
  setInterval(() => { if (!document.hidden) showPlaces(); }, LOOK_MS);
}

teach({
  readback_needed: () => t("Please read the details back to the customer first, and tick that they agreed."),
  no_place: () => t("No place of this slot is left: please take another one."),
  slot_begun: () => t("This slot has begun: please take a later one, or a ticket."),
  unknown_slot: () => t("No place of this slot is left: please take another one."),
  grant_closed: () => t("No place of this slot is left: please take another one."),
  grant_stale: () => t("The office is telling anew which places this hall may book. Please try again in a minute."),
  booked_already: () => t("This person has a booking for it already. Change or cancel that one first."),
  who_wanted: () => t("Please choose above who is at the desk: a booking says who took it."),
  no_right: () => t("Only a receptionist or a supervisor may do this."),
  bad_name: () => t("Please type the name as it stands on the document."),
});
