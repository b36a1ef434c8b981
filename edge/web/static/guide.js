/* The guide sign at the entrance: who is where, how to get there, how long it takes now; both languages at once. */
import { $, draw, el, hall, name, now, otherName, own, timeOfDay } from "./common.js";
import { emergencyLines } from "./emergency.js";
import { drawMap, sign } from "./guide_map.js";

const { say, emergencies, leave, grid, places, queue: pleaseQueue, phone } = JSON.parse($("guide").textContent);
const ATTENDED = ["kiosk", "desk"];
const asked = new URLSearchParams(location.search).get("at");
const here = places.find((one) => one.id === asked) || places.find((one) => one.icon === "entrance") || null;

let view = null;
let about = null;

const both = (text) => [name(text, own), otherName(text, own)];
const filled = (sentence, values = {}) => both(say[sentence]).map((words) =>
  words.replace(/\{(\w+)\}/g, (whole, key) => values[key] ?? whole));
const lines = ([first, second], tag = "small") => [first, second ? el(tag, {}, second) : null];

// --- what is where --------------------------------------------------------------------------------

/** Waiting areas in their order with the services that wait there; last, what waits nowhere in particular. */
function areas() {
  const known = about.catalogue ? about.catalogue.zones : [];
  const labels = [...new Set(view.services.map((one) => one.zone))];
  const loose = labels.filter((label) => label && !known.some((one) => one.id === label)).map((label) => ({ id: label, name: { "": label } }));
  const rest = labels.includes(null) ? [{ id: "", name: {} }] : [];
  return [...known, ...loose, ...rest]
    .map((zone) => ({ ...zone, services: view.services.filter((one) => (one.zone || "") === zone.id) }))
    .filter((zone) => zone.services.length > 0);
}

const opens = (counter) => (counter.status === "closed" ? "closed" : counter.status === "paused" ? "paused" : "open");

/** "3" where every language's name of window 3 has it; else the name. */
const label = (counter) => (Object.values(counter.name).every((text) => text.includes(counter.id)) ? counter.id : name(counter.name, own));

const windowOf = (counter) => ({ id: counter.id, label: label(counter), names: both(counter.name), status: opens(counter) });
const serving = (service) => view.counters.filter((one) => one.serves.includes(service.id)).map(windowOf);

/** Where the layout says that a window stands; one it does not name stands in the area of what it serves first. */
const standing = (zone) => view.counters.filter((one) => {
  const named = (about.catalogue ? about.catalogue.zones : []).find((each) => each.windows.includes(one.id));
  const first = view.services.find((service) => service.id === one.serves[0]);
  return named ? named.id === zone.id : first && (first.zone || "") === zone.id;
}).map(windowOf);

const STATUS = { open: "Open now", paused: "Paused", closed: "Closed" };

function windowChip({ id, label: text, names, status }) {
  const words = [...names, ...filled(STATUS[status])].join(" ");
  return el("li", { className: `window ${status}`, "data-counter": id, role: "img", "aria-label": words, title: words }, text);
}

function waitWords(wait) {
  const low = Math.ceil(wait.p50_s / 60);
  const high = Math.max(low, Math.ceil(wait.p90_s / 60));
  if (high === 0) return filled("no waiting");
  return low === high ? filled("about {n} min", { n: low }) : filled("about {low} to {high} min", { low, high });
}

const SHUT = {
  before_opening: "not open yet", after_last_ticket: "no more tickets today", cap_reached: "today's tickets are all taken",
  numbers_used_up: "today's tickets are all taken", suspended: "tickets are suspended at present",
};

/** How many wait and how long it takes; where nobody has to wait, or no ticket is to be had, that alone. */
function waitLines(waiting, wait, closed) {
  const range = wait && !closed ? waitWords(wait) : null;
  const free = waiting === 0 && wait && Math.ceil(wait.p90_s / 60) === 0;
  const told = closed && waiting === 0 ? filled(SHUT[closed] || "Closed") : free ? range : filled("{n} waiting", { n: waiting });
  return told.map((words, nth) => el(nth ? "small" : "span", { className: "line" },
    el("b", {}, words), range && !free ? el("span", { className: "range" }, range[nth]) : null));
}

function serviceRow({ id, letter, name: named, waiting, wait, closed, windows }) {
  return el("li", { className: closed ? "shut" : "", "data-service": id },
    el("span", { className: "letter" }, letter),
    el("span", { className: "what" }, lines(both(named))),
    el("span", { className: "at" }, el("span", { className: "kind" }, lines(filled("Windows"))), el("ul", { className: "windows" }, windows.map(windowChip))),
    el("span", { className: "wait" }, waitLines(waiting, wait, closed)));
}

function zoneCard({ id, names, way, services }) {
  return el("article", { className: "zone", "data-zone": id },
    el("header", {},
      el("h2", {}, lines(names)),
      way[0] ? el("p", { className: "way" }, lines(way)) : null),
    el("ul", { className: "services" }, services.map(serviceRow)));
}

function showZones() {
  const told = areas().map((zone) => ({
    id: zone.id, names: both(zone.name), way: both(zone.way || {}),
    services: zone.services.map((one) => ({
      id: one.id, letter: one.letter, name: one.name, waiting: one.waiting, wait: one.wait, closed: one.closed, windows: serving(one),
    })),
  }));
  $("zones").style.setProperty("--rows", told.reduce((sum, zone) => sum + zone.services.length * 1.26 + 2, 0).toFixed(2));
  draw($("zones"), told, () => told.map(zoneCard));
}

// --- map and places -------------------------------------------------------------------------------

function mapped(out = false) {
  const zones = areas().map((zone) => ({
    id: zone.id, map: zone.map, names: both(zone.name), open: zone.services.some((one) => !one.closed), windows: standing(zone),
  }));
  const drawn = places.map((one) => {
    const isHere = one === here;
    return {
      ...one, here: isHere, out: out && wayOut(one),
      names: isHere ? hereNames(one, out) : both(one.name),
    };
  });
  return { grid, zones, places: drawn, title: filled("Map of the hall").join(" ") };
}

/** On the map of the ways out the door here is one of them, by its name. */
const hereNames = (one, out) => {
  const told = filled("You are here");
  return out && wayOut(one) ? both(one.name).map((words, nth) => [words, told[nth]].join(" · ")) : told;
};

const wayOut = (one) => one.icon === "exit" || one.icon === "entrance";

function showMap() {
  const state = mapped();
  const there = state.places.length > 0 || state.zones.some((one) => one.map);
  $("map").hidden = !there;
  document.body.classList.toggle("mapless", !there);
  if (there) draw($("map"), state, drawMap);
}

/** Open or closed: a kiosk while tickets can be had, what people attend to while the hall is open. */
function attended(icon) {
  if (!ATTENDED.includes(icon)) return null;
  if (icon === "kiosk") return view.open && !about.failed;
  return Boolean(view.plan && now() >= view.plan.opens_at && now() < view.plan.closes_at);
}

function placeRow({ id, icon, name: named, way, open }) {
  const state = open === null ? null : open ? "open" : "closed";
  return el("li", { "data-place": id },
    sign(icon),
    el("span", { className: "what" }, lines(both(named))),
    way[0] || state ? el("span", { className: "how" },
      way[0] ? el("span", { className: "way" }, lines(way)) : null,
      state ? el("span", { className: `chip ${open ? "good" : ""}` }, filled(STATUS[state]).join(" ")) : null) : null);
}

/** What the looks of a window mean. */
const legend = () => el("span", { className: "legend" }, Object.entries(STATUS).map(([status, words]) =>
  el("span", {}, el("span", { className: `window ${status}`, "aria-hidden": "true" }, "1"), ` ${filled(words).join(" ")}`)));

function showPlaces() {
  const told = places.filter((one) => one !== here).map((one) => ({ ...one, way: both(one.way), open: attended(one.icon) }));
  $("places-box").hidden = told.length === 0 && !phone;
  const line = phone ? [el("li", { className: "phone" }, el("span", { className: "what" }, lines(filled("Enquiries"))), el("b", { className: "number" }, phone))] : [];
  draw($("places-title"), "once", () => [el("span", {}, filled("Self-service and more").join(" ")), legend()]);
  draw($("places"), told, () => [...told.map(placeRow), ...line]);
}

// --- the hall's state, a crowd, an emergency ------------------------------------------------------

function stateWords() {
  if (view.suspended !== null) return filled("No tickets at present: {reason}", { reason: view.suspended });
  if (view.open) return filled("Tickets can be taken now");
  const early = view.plan && now() < view.plan.opens_at;
  return early ? filled("Opens at {time}", { time: timeOfDay(view.plan.opens_at) }) : filled("No tickets now");
}

function showState() {
  $("state").classList.toggle("open", view.open);
  draw($("state"), stateWords(), lines);
  $("crowd").hidden = !view.crowded;
  draw($("crowd"), view.crowded, () => both(pleaseQueue).map((line) => el("p", {}, line)));
}

function showEmergency() {
  const box = $("emergency");
  box.hidden = view.emergency === null;
  draw(box, [view.emergency, about.version], ([kind]) => (kind === null ? [] : emergency(kind)));
}

/** Where people must leave: the ways out in words, and on the map large and alone. */
function emergency(kind) {
  const words = el("div", { className: "alarm" }, emergencyLines(emergencies, kind));
  const exits = places.filter(wayOut).map((one) => ({ ...one, told: one === here ? filled("You are here") : both(one.way) }));
  if (!leave.includes(kind) || exits.length === 0) return [words];
  const map = el("figure", { className: "map" });
  map.append(drawMap({ ...mapped(true), title: filled("Way out").join(" ") }));
  return [words, el("div", { className: "out" },
    el("h3", {}, filled("Way out").join(" ")),
    el("ul", { className: "exits" }, exits.map((one) => el("li", { "data-place": one.id }, sign("exit"),
      el("span", { className: "what" }, lines(both(one.name))), one.told[0] ? el("span", { className: "way" }, lines(one.told)) : null))),
    map)];
}

function show() {
  showEmergency();
  showState();
  showZones();
  showMap();
  showPlaces();
}

function tick() {
  $("time").textContent = timeOfDay(now());
  if (view && about) show();
}

hall((newView, newAbout) => {
  view = newView;
  about = newAbout;
  tick();
});
setInterval(tick, 1000);
tick();
