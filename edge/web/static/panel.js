/* The front panel: keys to press, lamps, slips, the voice line, switches, the way to the centre. */
import { $, clock, closedWords, counted, draw, el, get, hall, link, name, now, post, sayError, t, timeOfDay, toast } from "./common.js";
import { HEALTH, deviceKind } from "./device_words.js";
import { EMERGENCIES, alarmName, learn, placeName } from "./hall_words.js";
import { LAMP, light } from "./lamps.js";
import { readerCard } from "./panel_readers.js";
import { showTerminals } from "./panel_terminals.js";

let view = null;
let about = null;
let panel = null;
const lamps = new Map();

const send = (path, body) => post(path, body).catch((refusal) => toast(refusal.message));
const find = (list, id) => (list || []).find((one) => one.id === id);
const serviceOf = (id) => find(view.services, id);

// --- keys ----------------------------------------------------------------------------------------

const STEPS = {
  next: () => t("Next"), recall: () => t("Call again"), start: () => t("Start"), finish: () => t("Finish"),
  pass: () => t("Pass"), undo: () => t("Undo"), pause: () => t("Pause"), resume: () => t("Resume"), welcome: () => t("Welcome"),
};
const LEVELS = {
  5: () => t("Very satisfied"), 4: () => t("Satisfied"), 3: () => t("Fairly satisfied"),
  2: () => t("Dissatisfied"), 1: () => t("Very dissatisfied"),
};

/* A press turned down is answered at its card: "counter:1", or "ticket" for the ticket machine. */
const NOTE_MS = 6000;
const notes = new Map();
const notable = new Map();

const refusalWords = (refused) => sayError({ status: 409, error: refused.code, detail: refused.detail });
const cardOf = (action) => (action.startsWith("ticket:") ? "ticket" : `counter:${action.split(":")[1]}`);
const noteFor = (card) => (notes.has(card) ? el("p", { className: "note", role: "alert" }, notes.get(card).words) : null);

function noticeRefusals() {
  for (const { id, refused } of panel.devices) {
    const nth = refused ? refused.nth : 0;
    if (notable.has(id) && refused && notable.get(id) !== nth) note(id, refused);
    notable.set(id, nth);
  }
}

function note(device, refused) {
  const key = panel.keys.find((one) => one.device === device && one.key === refused.key);
  if (!key || !/^(ticket|counter|rate):/.test(key.action)) { toast(refusalWords(refused)); return; }
  const card = cardOf(key.action);
  const told = { words: refusalWords(refused), nth: `${device} ${refused.nth}` };
  notes.set(card, told);
  setTimeout(() => { if (notes.get(card) === told) { notes.delete(card); show(); } }, NOTE_MS);
}

const press = (key) => send("/api/panel/press", { device: key.device, key: key.key });

function ticketKey(key) {
  const [, id, special] = key.action.split(":");
  const service = serviceOf(id);
  const group = special && find(about.catalogue?.priority_classes, special);
  const state = service?.closed ? closedWords(service.closed) : t("{n} waiting", { n: service ? service.waiting : 0 });
  return el("button", { className: `ticket-key${special ? " special" : ""}${service?.closed ? " closed" : ""}`, "data-key": key.action, onclick: () => press(key) },
    el("b", {}, service ? service.letter : "?"),
    el("span", {}, service ? name(service.name) : key.label,
      special && el("small", {}, group ? name(group.name) : special),
      (!special || service?.closed) && el("small", {}, state)));
}

function callKey(key) {
  const step = key.action.split(":")[2];
  return el("button", { className: `cap ${step}`, "data-key": key.action, onclick: () => press(key) }, STEPS[step] ? STEPS[step]() : key.label);
}

function rateKey(key) {
  const level = key.action.split(":")[2];
  const words = LEVELS[level] ? LEVELS[level]() : key.label;
  return el("button", { className: "cap", title: words, "aria-label": words, "data-key": key.action, onclick: () => press(key) }, `${level}★`);
}

/* A contact of the building, or a button under a desk. */
function alarmKey(key) {
  const [, kind, ...place] = key.action.split(":");
  const words = alarmName(kind);
  return el("button", { className: "cap alarm", "data-key": key.action, onclick: () => press(key) },
    words, place.length > 0 && el("small", {}, placeName(place.join(":"))));
}

const emergencyName = () => (EMERGENCIES[view.emergency] ? EMERGENCIES[view.emergency]() : view.emergency);

function alarmLines() {
  return [
    view.emergency && el("li", {}, el("b", {}, emergencyName())),
    ...view.alarms.map((one) => el("li", {}, `⚠ ${alarmName(one.kind)} · ${placeName(one.place)}`)),
  ];
}

const keysFor = (start) => panel.keys.filter((key) => key.action.startsWith(start));

// --- boards --------------------------------------------------------------------------------------

function board(shown) {
  const canvas = el("canvas", { width: shown.width * LAMP, height: shown.height * LAMP, role: "img", "data-board": shown.id, "aria-label": t("LED board {id}", { id: shown.id }) });
  light(canvas, shown, lamps.get(shown.id));
  return el("div", { className: "board" }, canvas);
}

function lit(changed) {
  for (const [id, text] of Object.entries(changed)) {
    lamps.set(id, Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)));
    const shown = panel && find(panel.boards, id);
    for (const canvas of document.querySelectorAll(`[data-board="${CSS.escape(id)}"]`)) if (shown) light(canvas, shown, lamps.get(id));
  }
}

const boardsFor = (shows) => panel.boards.filter((one) => one.shows === shows || one.shows.startsWith(`${shows}:`));

// --- windows -------------------------------------------------------------------------------------

function windowCard(counter) {
  const keys = keysFor(`counter:${counter.id}:`);
  const rates = keysFor(`rate:${counter.id}:`);
  const who = counter.clerk ? t("Clerk: {name}", { name: counter.clerk_name || counter.clerk }) : t("closed: log in at the terminal");
  const terminal = link(`/counter/${encodeURIComponent(counter.id)}`);
  return el("section", { className: "card window", "data-counter": counter.id },
    el("h3", {}, el("a", { href: terminal }, name(counter.name)),
      counter.number && el("span", { className: "chip primary number" }, counter.number)),
    boardsFor(`counter:${counter.id}`).map(board),
    el("p", { className: "who" }, counter.clerk ? who : el("a", { href: terminal }, who)),
    noteFor(`counter:${counter.id}`),
    keys.length > 0 && el("div", { className: "caps" }, keys.map(callKey)),
    rates.length > 0 && el("div", { className: "rates" },
      el("p", {}, counter.rate_number ? t("Please rate the service for {number}", { number: counter.rate_number }) : t("Evaluator")),
      rates.map(rateKey)));
}

// --- devices, slips, voice, link ------------------------------------------------------------------

const SWITCHES = {
  paper_out: () => t("paper out"), cover_open: () => t("cover open"), near_end: () => t("paper low"), unplugged: () => t("unplugged"),
  stick: () => t("next key sticks"), pulled_early: () => t("cards are pulled too early"),
};

function switches(device) {
  return device.switches.length > 0 && el("span", { className: `switches ${device.switches.length > 1 ? "many" : ""}` }, device.switches.map((one) => toggle(
    SWITCHES[one.what] ? SWITCHES[one.what]() : one.what, one.on,
    (on) => send("/api/panel/switch", { device: device.id, what: one.what, on }), `${device.id}-${one.what}`,
  )));
}

function toggle(words, on, moved, id, kind = "") {
  return el("label", { className: `toggle ${kind}` },
    el("input", { type: "checkbox", checked: on, role: "switch", "data-switch": id, onchange: (event) => moved(event.target.checked) }), words);
}

function healthChip(device) {
  const [kind, words] = HEALTH[device.health];
  return el("span", { className: `chip ${kind}` }, words());
}

function deviceLine(device) {
  const kind = deviceKind(device.kind);
  return el("li", { "data-device": device.id },
    el("span", { className: "what", title: device.twin ? t("{kind}, simulated", { kind }) : kind }, el("b", {}, device.id), el("span", { className: "soft" }, kind)),
    device.kind !== "printer" && switches(device),
    healthChip(device),
    device.words && el("span", { className: device.health === "ok" ? "words soft" : "words" }, deviceWords(device)));
}

/** In the page's language: a refusal by its code, a known cause by the catalogue, anything else as it came. */
function deviceWords({ words, refused }) {
  return refused && words === `${refused.key}: ${refused.detail}` ? `${refused.key}: ${refusalWords(refused)}` : t(words);
}

function printerLine(device) {
  return el("div", { className: "printer" }, el("span", { className: "row" }, el("b", {}, device.id), healthChip(device)), switches(device));
}

function slip(one) {
  const source = `/api/panel/slips/${encodeURIComponent(one.id)}`;
  const words = t("Slip {number}, {time}", { number: one.number, time: timeOfDay(one.at) });
  return el("li", {}, el("button", { onclick: () => enlarge(source, words), "aria-label": words, "data-slip": one.number }, el("img", { src: source, alt: words })));
}

function enlarge(source, words) {
  $("slip-large").src = source;
  $("slip-large").alt = words;
  $("slip-dialog").showModal();
}

function linkLines(status) {
  if (!status.configured) return [el("p", {}, t("This hall works alone; no centre is configured."))];
  const [kind, words] = status.online ? ["good", t("online")] : ["bad", t("offline")];
  return [
    el("p", { className: "row" }, el("span", { className: `chip ${kind}` }, words), el("span", { id: "link-since", className: "soft" }, "")),
    el("p", {}, status.backlog === 0 ? t("Everything has been delivered.") : counted("{n} event waits to be delivered.", "{n} events wait to be delivered.", status.backlog)),
    status.words && el("p", { className: "soft" }, t(status.words)),
    toggle(t("Cut the uplink"), status.cut, (cut) => send("/api/panel/uplink", { on: !cut }), "uplink"),
  ];
}

/** The keys are hardware and can still be pressed; they look at rest, as nobody is to take a number now. */
function showEmergency() {
  const urgent = view.emergency !== null;
  $("emergency").hidden = !urgent;
  $("emergency").textContent = urgent ? t("Emergency: {kind}. Nobody is called until it ends.", { kind: emergencyName() }) : "";
  $("tickets").classList.toggle("resting", urgent);
}

function show() {
  if (!view || !about || !panel) return;
  showEmergency();
  const facts = [panel.keys, view.services, about.catalogue?.version, notes.get("ticket")];
  draw($("tickets"), facts, () => [...keysFor("ticket:").map(ticketKey), noteFor("ticket")]);
  draw($("summary"), panel.boards, () => boardsFor("summary").map(board));
  draw($("counters"), [panel.keys, panel.boards, view.counters.map(({ id, clerk, number, rate_number: rated }) => [id, clerk, number, rated, notes.get(`counter:${id}`)])],
    () => view.counters.map(windowCard));
  const alarms = keysFor("alarm:");
  $("alarms-card").hidden = alarms.length === 0 && view.alarms.length === 0 && view.emergency === null;
  draw($("alarm-keys"), alarms, () => alarms.map(alarmKey));
  draw($("alarms"), [view.alarms, view.emergency], alarmLines);
  draw($("readers"), panel.readers, () => panel.readers.map((one) => readerCard(one, send)));
  const known = /^(ticket|counter|rate|alarm):/;
  const others = panel.keys.filter((key) => !known.test(key.action));
  $("others").hidden = others.length === 0;
  draw($("other-keys"), others, () => others.map((key) => el("button", { className: "cap", onclick: () => press(key) }, key.label || key.action)));
  draw($("printers"), panel.devices, () => panel.devices.filter((one) => one.kind === "printer").map(printerLine));
  draw($("devices"), panel.devices, () => panel.devices.map(deviceLine));
  draw($("slips"), panel.slips, () => (panel.slips.length ? panel.slips.map(slip) : [el("li", { className: "none" }, t("Slips come out here."))]));
  draw($("voice"), panel.voice[0] || null, () => [el("span", {}, panel.voice[0] ? latestWords() : t("Announcements are read here."))]);
  draw($("link"), panel.link, () => linkLines(panel.link));
  tick();
}

/** What was said last, in every language it was said in, as spoken: the newest line stands first in `voice`. */
function latestWords() {
  const [newest] = panel.voice;
  return panel.voice.filter((line) => line.at === newest.at).map((line) => line.text).reverse().join("  ");
}

function tick() {
  const since = $("link-since");
  if (since && panel) since.textContent = t("for {time}", { time: clock(now() - panel.link.since) });
  for (const shown of document.querySelectorAll("[data-until]")) shown.textContent = clock(Number(shown.dataset.until) - now());
}

$("slip-close").onclick = () => $("slip-dialog").close();
hall((newView, newAbout) => { view = newView; about = newAbout; learn(view, about); show(); }, "/api/panel/stream", {
  panel: (told) => { panel = told; noticeRefusals(); show(); },
  lamps: lit,
});
showTerminals();
setInterval(() => { if (!document.hidden) showTerminals(); }, 5000);
setInterval(tick, 1000);
