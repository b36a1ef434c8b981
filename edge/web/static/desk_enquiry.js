/* Somebody asks: the clock runs, and the answer is a word, or the right window with a ticket. */
import { $, clock, closedWords, draw, el, name, now, t, toast, waitWords } from "./common.js";
import { ask } from "./dialog.js";
import { counterName, known, listing, materialName, service, serviceName } from "./hall_words.js";
import { mattersOf, showGuide } from "./matter_guide.js";
import { alone, order, printing, signed, step } from "./desk_state.js";

const CATEGORIES = JSON.parse($("categories").textContent);
const NEAR_MS = 30_000;
/** `enquiry`: the one being answered; `category` and `service`: what is chosen for it. */
const wish = { enquiry: null, category: null, service: null };

// --- who asks ------------------------------------------------------------------------------------

const waiting = () => known.view.desk.open;

/** The oldest is answered first, unless another was chosen. */
function current() {
  if (!waiting().some((one) => one.id === wish.enquiry)) wish.enquiry = waiting().length ? waiting()[0].id : null;
  return wish.enquiry;
}

export function drawEnquiries() {
  const chosen = current();
  draw($("open"), [waiting(), chosen], () => waiting().map((one, place) => el("li", {}, el("button", {
    type: "button", className: "button low", "aria-pressed": String(one.id === chosen), "data-enquiry": one.id,
    onclick: () => { wish.enquiry = one.id; drawEnquiries(); },
  }, t("Enquiry {n}", { n: place + 1 }), el("span", { className: "time", "data-asked": one.at }, el("b", {}), el("span", { className: "note" }))))));
  $("gone").disabled = chosen === null;
  drawFigures();
  drawCategories();
  drawServices();
  tickEnquiries();
}

function drawFigures() {
  const { solved, routed, gone, late } = known.view.desk;
  draw($("figures"), [solved, routed, gone, late], () => {
    const helped = solved + routed;
    return [t("Today: {n} answered", { n: helped }), helped > 0 && t("{n} % at first contact", { n: Math.round((100 * solved) / helped) }),
      late > 0 && t("{n} late", { n: late })].filter(Boolean).map((words) => el("span", { className: "chip" }, words));
  });
}

/** Every second. */
export function tickEnquiries() {
  if (!known.view) return;
  const limit = known.about.rules.consult_s * 1000;
  for (const shown of document.querySelectorAll("[data-asked]")) {
    const lasted = now() - Number(shown.dataset.asked);
    shown.className = `time ${lasted > limit ? "over" : lasted > limit - NEAR_MS ? "near" : ""}`;
    shown.children[0].textContent = clock(lasted);
    shown.children[1].textContent = lasted > limit ? t("late") : t("of {time}", { time: clock(limit) });
  }
}

export async function somebodyAsks() {
  const told = await step("/api/desk/enquiries", signed());
  if (!told) return;
  wish.enquiry = told.enquiry;
  $("sent").hidden = true;
}

/** The enquiry that is answered now; opened with the answer where nobody pressed the key before. */
async function enquiry() {
  if (current() === null) wish.enquiry = (await order("/api/desk/enquiries", signed())).enquiry;
  return wish.enquiry;
}

async function answered(sent) {
  const path = `/api/desk/enquiries/${encodeURIComponent(await enquiry())}/answer`;
  const told = await order(path, signed(sent));
  wish.category = null;
  wish.service = null;
  $("summary").value = "";
  drawEnquiries();
  return told;
}

/** One answer at a time; before the hall was seen there is nobody to answer. */
const tell = (sent) => (known.view ? alone(() => answered(sent)) : null);

// --- helped at once ------------------------------------------------------------------------------

function drawCategories() {
  draw($("categories-chosen"), wish.category, () => CATEGORIES.map(([id, text]) => el("button", {
    type: "button", className: "button low", "aria-pressed": String(id === wish.category), "data-category": id,
    onclick: () => choose(id),
  }, name(text))));
}

function choose(category) {
  wish.category = wish.category === category ? null : category;
  if (wish.category) $("summary").value = "";
  drawCategories();
  $("categories-chosen").querySelector(`[data-category="${category}"]`).focus();
}

$("summary").oninput = () => { if (wish.category) { wish.category = null; drawCategories(); } };

$("solved-form").onsubmit = async (event) => {
  event.preventDefault();
  const summary = wish.category || $("summary").value.trim();
  if (!summary) { toast(t("Please say in a few words what it was about.")); $("summary").focus(); return; }
  const told = await tell({ outcome: "solved", summary, ...(wish.service && { service: wish.service }) });
  if (told) toast(t("Helped in {time}.", { time: clock(told.seconds * 1000) }), true);
};

$("gone").onclick = async () => {
  if (current() !== null && await tell({ outcome: "gone" })) toast(t("Recorded: left without an answer."), true);
};

// --- sent on -------------------------------------------------------------------------------------

function drawServices() {
  const { services } = known.view;
  draw($("services"), [services.map((one) => [one.id, one.waiting, one.closed, one.wait]), wish.service, known.about.catalogue?.version],
    () => services.map((one) => el("li", {}, el("button", {
      type: "button", className: "button low", "aria-pressed": String(one.id === wish.service), "data-service": one.id,
      onclick: () => pick(one.id),
    }, el("span", { className: "letter" }, one.letter), el("span", { className: "what" }, name(one.name)),
    el("span", { className: "small" }, one.closed ? closedWords(one.closed) : t("{n} waiting", { n: one.waiting }))))));
  drawService();
}

function pick(id) {
  wish.service = wish.service === id ? null : id;
  $("sent").hidden = true;
  drawServices();
  $("services").querySelector(`[data-service="${CSS.escape(id)}"]`).focus();
  if (wish.service) $("write").scrollIntoView({ block: "nearest" });
}

function drawService() {
  const one = known.view.services.find((each) => each.id === wish.service);
  $("service").hidden = !one;
  if (!one) { draw($("service"), null, () => null); return; }
  draw($("service"), [one.id, one.closed, known.about.catalogue?.version], () => detail(one));
  tickService(one);
}

/** What moves every minute is filled in, so that a choice made below stays. */
function tickService(one) {
  const windows = windowsOf(one);
  $("service-wait").textContent = one.closed ? closedWords(one.closed) : [t("Waiting: {n}", { n: one.waiting }), t("Wait: {wait}", { wait: waitWords(one.wait) })].join(" · ");
  $("service-windows").textContent = windows.length ? t("Windows: {names}", { names: windows.join(" · ") }) : t("No window serves it now.");
}

const windowsOf = (one) => one.served_by.map(counterName);

function detail(one) {
  const offered = service(one.id) || { guide: {}, materials: [], instead: [] };
  const zone = listing("zones").find((each) => each.id === one.zone);
  const journeys = listing("journeys").filter((each) => each.services[0] === one.id);
  const original = (id) => (listing("materials").find((each) => each.id === id) || {}).original;
  return [
    el("p", { id: "service-wait", className: one.closed ? "strong trouble" : "strong" }),
    el("p", { id: "service-windows" }),
    (zone || one.zone) && el("p", {}, t("Waiting area: {name}", { name: zone ? name(zone.name) : one.zone }), zone && name(zone.way) && ` · ${name(zone.way)}`),
    el("div", { className: "choices-of" },
      listing("priority_classes").length > 0 && choice("priority", t("Priority class"), t("none"), listing("priority_classes")),
      journeys.length > 0 && choice("journey", t("Several matters, one number"), t("no"), journeys)),
    el("div", { className: "row" },
      el("button", { type: "button", className: "button primary", id: "write", disabled: Boolean(one.closed), onclick: () => write(one.id) }, t("Write the ticket")),
      el("button", { type: "button", className: "button", id: "hand-out", onclick: () => handOut(one.id) }, t("Print the guidance sheet"))),
    name(offered.guide) && el("p", { className: "guide" }, name(offered.guide)),
    offered.materials.length > 0 && el("div", {}, el("h3", {}, t("Please have these ready")), el("ul", { className: "materials" },
      offered.materials.map((id) => el("li", {}, materialName(id), original(id) && el("span", { className: "chip warn" }, t("original")))))),
    offered.instead.length > 0 && el("div", {}, el("h3", {}, t("Other ways")), el("ul", { className: "materials" }, offered.instead.map((way) => el("li", {}, name(way))))),
  ];
}

const choice = (id, label, nothing, all) => el("label", { className: "field" }, label,
  el("select", { id }, el("option", { value: "" }, nothing), all.map((one) => el("option", { value: one.id }, name(one.name)))));

async function write(id) {
  if ($("write").disabled) return;
  $("write").disabled = true;
  const more = { priority_class: $("priority")?.value, journey: $("journey")?.value };
  const told = await tell({ outcome: "routed", service: id, ...(more.priority_class && { priority_class: more.priority_class }), ...(more.journey && { journey: more.journey }) });
  if (told) showSent(told);
  else if ($("write")) $("write").disabled = false;
}

function showSent({ written, seconds }) {
  const windows = windowsOf(known.view.services.find((one) => one.id === written.service) || { served_by: [] });
  const printed = known.about.printing === "ok";
  $("sent").replaceChildren(
    el("strong", { className: "number" }, written.number),
    el("span", { className: "what" },
      el("b", {}, serviceName(written.service)),
      el("span", {}, [t("{n} before", { n: written.ahead }), waitWords(written.wait)].join(" · ")),
      windows.length > 0 && el("span", {}, t("Windows: {names}", { names: windows.join(" · ") })),
      el("span", { className: printed ? "soft" : "trouble" }, printed ? t("The slip is being printed.") : t("No slip comes out: please write the number down for the customer.")),
      el("span", { className: "soft small" }, t("Answered in {time}.", { time: clock(seconds * 1000) }))),
    el("button", { type: "button", className: "button low", onclick: () => { $("sent").hidden = true; } }, t("Close")));
  $("sent").hidden = false;
  $("sent").scrollIntoView({ block: "nearest" });
}

$("has-number").onclick = () => ask({
  title: t("Sent on with a number already taken"),
  note: t("How long it waits and where, the page says on the right."),
  fields: [{ id: "number", label: t("Number on the slip"), required: true, most: 32 }],
  submit: { words: t("Record"), act: async ({ number }) => {
    const told = await answered({ outcome: "routed", number });
    toast(t("Answered in {time}.", { time: clock(told.seconds * 1000) }), true);
  } },
});

/** The sheet with what follows and the form to fill: of one of its matters, where the office publishes any. */
export function handOut(id) {
  const matters = mattersOf(id);
  if (matters.length === 0) return printSheet(`/api/services/${encodeURIComponent(id)}/guide`);
  return ask({
    title: t("Which matter?"),
    note: t("What to bring, how it goes on, and the form to fill."),
    choices: [
      ...matters.map((one) => [name(one.name), () => showGuide(one, (chosen) => printSheet(`/api/matters/${encodeURIComponent(chosen)}/guide`))]),
      [t("All of {service}", { service: serviceName(id) }), () => printSheet(`/api/services/${encodeURIComponent(id)}/guide`)],
    ],
  });
}

async function printSheet(path) {
  if (await step(path, {}, printing)) toast(t("The guidance sheet is printed."), true);
}
