/* Checking in at the kiosk: a card, a scanned code, or typed fields, looked at while they are typed (S4-28). */
import { $, el, forgetUnanswered, name, post, sayError, t, teach, waitWords } from "./common.js";
import "./checkin_words.js";
import { keypad } from "./kiosk_keypad.js";
import { ended, step } from "./kiosk_session.js";
import { fail, showTicket } from "./kiosk_ticket.js";

const KINDS = JSON.parse($("kinds").textContent);
/** Numbers of one length, told while they are typed. */
const EIGHTEEN = ["resident-id", "residence-permit", "uscc"];
const CHECK_MS = 350;
/** Wrong tries before a window is offered. */
const PATIENCE = 2;

let tries = 0;
let handle = null;
let wedge = { text: "", at: 0 };
let checking = 0;

teach({
  expired: () => t("This document is out of date: please show another one."),
  pulled: () => t("The card was taken away too early: please lay it on again and leave it there."),
  unknown_card: () => t("This card cannot be read here: please type the number or the booking's code."),
  unreadable: () => t("The card could not be read: please lay it on again, or type the number."),
});

const ways = {
  code: { title: () => t("Booking code or QR code"), prompt: () => t("Hold the code under the scanner, or type it."), layout: "letters" },
  phone: { title: () => t("Telephone and booking code"), prompt: () => t("Type the telephone number you booked with, and the booking's code."), layout: "letters" },
  number: { title: () => t("Number of a document"), prompt: () => t("Choose the document and type its number. For an organisation: its unified social credit code."), layout: "letters" },
};

function at(nth, prompt) {
  [...$("checkin-steps").children].forEach((item, place) => {
    if (place === nth) item.setAttribute("aria-current", "step");
    else item.removeAttribute("aria-current");
  });
  $("prompt").textContent = prompt;
  $("ways").hidden = nth !== 0;
  $("entry").hidden = true;
  $("found").hidden = true;
  complain("");
}

function show(open) {
  $("home").hidden = open;
  $("checkin").hidden = !open;
}

export function open() {
  step("check-in");
  show(true);
  at(0, t("Lay your card on the reader, or choose another way."));
  $("ways").replaceChildren(
    el("div", { className: "way card" }, el("strong", {}, t("Card on the reader")), el("span", {}, t("Resident ID, social security card or another card with a chip"))),
    ...Object.entries(ways).map(([id, way]) => el("button", { className: "way card", "data-way": id, onclick: () => enter(id) },
      el("strong", {}, way.title()), el("span", {}, way.prompt()))),
  );
  $("checkin-title").focus();
}

/** Everything of the last customer goes: fields, handle, tries. */
export function clear() {
  clearTimeout(checking);
  handle = null;
  tries = 0;
  wedge = { text: "", at: 0 };
  $("fields").replaceChildren();
  $("keypad").replaceChildren();
  $("found").replaceChildren();
  $("slip-number").textContent = "";
  $("slip-state").textContent = "";
  complain("");
  show(false);
}

export const isOpen = () => !$("checkin").hidden;

$("checkin-back").onclick = () => ($("ways").hidden ? open() : clear());

// --- typing --------------------------------------------------------------------------------------

function field(id, label, more = {}) {
  return el("label", { className: "field" }, label,
    el("input", { id, required: true, autocomplete: "off", inputMode: "none", spellcheck: false, maxLength: 64, ...more }),
    el("span", { id: `${id}-hint`, className: "hint", "aria-live": "polite" }));
}

function enter(way) {
  step("check-in");
  at(1, ways[way].prompt());
  const made = {
    code: () => [field("code", t("Booking code"))],
    phone: () => [field("phone", t("Telephone number"), { maxLength: 20 }), field("code", t("Booking code"))],
    number: () => [choice("id-type", t("Document"), KINDS.map((kind) => [kind.id, name(kind.name)])),
      field("id-number", t("Number"), { maxLength: 128 }),
      choice("reason", t("Why is no card read?"), reasons().map((text) => [text, text]))],
  }[way]();
  $("fields").replaceChildren(...made);
  const inputs = [...$("fields").querySelectorAll("input")];
  keypad(ways[way].layout, inputs);
  if ($("phone")) $("phone").addEventListener("input", lookAtPhone);
  if ($("id-number")) for (const watched of ["id-number", "id-type"]) $(watched).addEventListener("input", lookAtNumber);
  $("entry").dataset.way = way;
  $("entry").hidden = false;
  inputs[0].focus();
}

const reasons = () => [t("The card cannot be read"), t("I do not have the card with me"), t("The document has no chip")];

function choice(id, label, options) {
  return el("label", { className: "field" }, label,
    el("select", { id }, options.map(([value, text]) => el("option", { value }, text))));
}

function hint(id, text, wrong = false) {
  const place = $(`${id}-hint`);
  if (!place) return;
  place.textContent = text;
  place.classList.toggle("bad", wrong);
  $(id).setAttribute("aria-invalid", String(wrong));
}

function lookAtPhone() {
  const digits = $("phone").value.replace(/\D/g, "");
  const local = /^1/.test(digits) && !$("phone").value.startsWith("+");
  if (!local) hint("phone", "");
  else hint("phone", t("{n} of {all} digits", { n: digits.length, all: 11 }), digits.length > 11);
}

function lookAtNumber() {
  clearTimeout(checking);
  const text = $("id-number").value.replace(/[\s-]/g, "");
  const eighteen = EIGHTEEN.includes($("id-type").value);
  if (text.length < (eighteen ? 18 : 6)) {
    hint("id-number", eighteen && text ? t("{n} of {all} characters", { n: text.length, all: 18 }) : "");
    return;
  }
  checking = setTimeout(async () => {
    const asked = { id_type: $("id-type").value, text };
    const told = await post("/api/identity/check", asked).catch(() => null);
    if (!told || !$("id-number") || $("id-number").value.replace(/[\s-]/g, "") !== text) return;
    hint("id-number", told.ok ? t("This number can be right.") : t(told.detail), !told.ok);
  }, CHECK_MS);
}

$("entry").onsubmit = (event) => {
  event.preventDefault();
  const value = (id) => $(id).value.trim();
  const way = $("entry").dataset.way;
  if (way === "code" && !/^[A-Za-z0-9-]{1,32}$/.test(value("code"))) { scanned(value("code")); return; }
  send({
    code: () => ({ code: value("code") }),
    phone: () => ({ phone: value("phone"), code: value("code") }),
    number: () => ({ id_type: value("id-type"), id_number: value("id-number"), reason: value("reason") }),
  }[way]());
};

// --- what the reader saw -------------------------------------------------------------------------

/** News of the reader beside this kiosk (edge/people/reading.py). */
export function heard(news) {
  if ($("ticket").open) return; // the one before is still reading the number
  if (!isOpen()) open();
  for (const dialog of document.querySelectorAll("dialog[open]")) dialog.close();
  step("check-in");
  if (news.kind === "slip") showSlip(news.path);
  else if (news.kind === "offer") showOffer(news);
  else if (news.kind === "failed") trouble(sayError({ status: 409, error: news.code, detail: news.detail }));
}

function trouble(sentence) {
  open();
  complain(sentence);
  $("prompt").textContent = t("Please try once more, or choose another way below.");
}

function showOffer(news) {
  handle = news.handle;
  at(1, news.booked ? t("Is this you? Then check in.") : t("No booking of today was found for this. Please compare it with your confirmation."));
  const kind = KINDS.find((one) => one.id === news.id_type);
  const read = news.id_masked
    ? [el("strong", {}, kind ? name(kind.name) : t("Your document")), el("span", { className: "number" }, news.id_masked), news.name_masked ? el("span", {}, news.name_masked) : null]
    : [el("strong", {}, t("The code was read."))];
  $("found").replaceChildren(el("p", { className: "who" }, read), el("div", { className: "row" },
    news.booked
      ? el("button", { className: "button primary", id: "found-checkin", onclick: () => { const kept = handle; handle = null; send({ handle: kept }); } }, t("Check in"))
      : el("button", { className: "button primary", id: "found-ticket", onclick: clear }, t("Take a number instead")),
    el("button", { className: "button", id: "found-other", onclick: open }, news.booked ? t("That is not me") : t("Choose another way"))));
  $("found").hidden = false;
  $("found").querySelector("button").focus();
}

async function showSlip(path) {
  try {
    const response = await fetch(`/api/slips${path.slice(2)}`);
    if (!response.ok) throw new Error("unknown");
    const slip = await response.json();
    clear();
    $("slip-number").textContent = slip.number;
    $("slip-state").textContent = slipWords(slip);
    $("slip").showModal();
    ended("completed");
  } catch {
    complain(t("No ticket of this hall belongs to this code."));
  }
}

function slipWords(slip) {
  const place = slip.counter ? name(slip.counter) : "";
  return {
    waiting: t("{n} before you · {wait}", { n: slip.ahead ?? 0, wait: waitWords(slip.wait) }),
    called: t("Please go to {place} now", { place }),
    serving: t("You are being served at {place}", { place }),
    passed: t("Your number was called and has passed. Please ask at the service desk."),
  }[slip.status] || t("This ticket has come to its end.");
}

/** A scanner that types: characters faster than fingers, ended by Enter, while no field has the focus. */
addEventListener("keydown", (event) => {
  if (!$("emergency").hidden || event.target instanceof HTMLInputElement || event.ctrlKey || event.altKey || event.metaKey) return;
  const quick = event.timeStamp - wedge.at < 60;
  if (event.key === "Enter" && quick && wedge.text.length >= 4) {
    event.preventDefault();
    const text = wedge.text;
    wedge = { text: "", at: 0 };
    scanned(text);
  } else if (event.key.length === 1) {
    wedge = { text: quick ? wedge.text + event.key : event.key, at: event.timeStamp };
  }
}, true);

async function scanned(text) {
  try {
    heard(await post("/api/kiosk/scan", { text }));
  } catch (refusal) {
    trouble(refusal.message);
  }
}

// --- sending -------------------------------------------------------------------------------------

async function send(body) {
  $("entry-send").disabled = true;
  complain("");
  try {
    const arrived = await post("/api/checkin", body);
    step("check-in");
    at(2, t("Take your slip"));
    clear();
    showTicket(arrived, arrived.service_name, arrived);
    ended("completed");
  } catch (refusal) {
    forgetUnanswered();
    wrong(refusal);
  } finally {
    $("entry-send").disabled = false;
  }
}

function wrong(refusal) {
  tries += 1;
  const minutes = /(\d+) min/.exec(refusal.detail || "")?.[1];
  const sentence = refusal.code === "too_many_tries" && minutes
    ? t("Too many wrong tries here: please wait {n} min, or ask the staff.", { n: minutes })
    : refusal.status === 422 ? t(refusal.detail) : refusal.message;
  const hopeless = ["booking_void", "booking_cancelled", "other_day", "too_many_tries", "no_checkin"].includes(refusal.code);
  complain(sentence);
  if (hopeless || (tries >= PATIENCE && refusal.status !== 422)) {
    fail(sentence, "", `checkin_${refusal.code}`);
  }
}

function complain(sentence) {
  $("wrong").textContent = sentence;
  $("wrong").hidden = !sentence;
  const place = $("entry").hidden ? $("checkin") : $("entry");
  if (sentence) place.insertBefore($("wrong"), $("entry").hidden ? $("ways") : $("keypad"));
}

