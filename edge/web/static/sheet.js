/* The day-end sheet: the running day beside a closed one, a line a service; printed as a page or as a slip. */
import { $, clock, draw, el, get, hall, lang, name, post, t, timeOfDay, toast } from "./common.js";

const AGAIN_MS = 5000;
const LEVELS = ["5", "4", "3", "2", "1"];

const shown = { running: null, closed: null };

/** Seconds as m:ss; nothing measured is a dash, never a nought. */
const spell = (seconds) => (seconds === null ? "–" : clock(seconds * 1000));
const rated = (line) => LEVELS.reduce((sum, level) => sum + (line.ratings[level] || 0), 0);

const COLUMNS = [
  [() => t("Issued"), (line) => line.issued],
  [() => t("Served"), (line) => line.served],
  [() => t("Passed"), (line) => line.passed],
  [() => t("Voided"), (line) => line.voided],
  [() => t("Still open"), (line) => line.carried],
  [() => t("Mean wait"), (line) => spell(line.wait_mean_s)],
  [() => t("Longest wait"), (line) => spell(line.wait_max_s)],
  [() => t("Mean handling"), (line) => spell(line.handling_mean_s)],
  ...LEVELS.map((level) => [() => t("Rated {level}", { level }), (line) => line.ratings[level] || 0]),
  [() => t("Not rated"), (line) => line.served - rated(line)],
];

function table(told) {
  const heads = COLUMNS.map(([label]) => label());
  return el("table", {},
    el("thead", {}, el("tr", {}, el("th", { scope: "col" }, t("Service")), heads.map((head) => el("th", { scope: "col" }, head)))),
    el("tbody", {}, told.sheet.map((line) => el("tr", { "data-service": line.service },
      el("th", { scope: "row" }, name(told.names[line.service]) || line.service),
      COLUMNS.map(([, value], place) => el("td", { "data-label": heads[place], className: "number" }, String(value(line))))))));
}

function show(part, told) {
  shown[part] = told;
  $(`${part}-day`).textContent = told?.day || "";
  draw($(`${part}-table`), told && [told.day, told.sheet, told.names], () => (told ? table(told) : null));
  document.querySelectorAll(`[data-print="${part}"], [data-page="${part}"]`).forEach((button) => { button.disabled = !told?.day; });
}

async function fetchRunning() {
  const told = await get("/api/sheet");
  show("running", told);
  $("running-at").textContent = t("as of {time}", { time: timeOfDay(told.at) });
  draw($("days"), told.days, () => told.days.map((day) => el("option", { value: day }, day)));
  $("no-days").hidden = told.days.length > 0;
  $("days-label").hidden = told.days.length === 0;
  const wanted = $("days").value;
  if (!wanted) show("closed", null);
  else if (shown.closed?.day !== wanted) show("closed", await get(`/api/sheet?day=${encodeURIComponent(wanted)}`));
}

/** A node that does not answer is said by the banner of the stream. */
const refresh = () => fetchRunning().catch((refusal) => { if (refusal.status) toast(refusal.message); });

$("days").onchange = refresh;

for (const button of document.querySelectorAll("[data-print]")) {
  button.onclick = async () => {
    const told = shown[button.dataset.print];
    button.disabled = true;
    try {
      await post("/api/sheet/print", { day: told.closed ? told.day : null, language: lang });
      toast(t("Printed."), true);
    } catch (refusal) {
      toast(refusal.message);
    } finally {
      button.disabled = false;
    }
  };
}

for (const button of document.querySelectorAll("[data-page]")) {
  button.onclick = () => {
    document.body.dataset.only = button.dataset.page;
    print();
  };
}
addEventListener("afterprint", () => { delete document.body.dataset.only; });

hall(() => {});
refresh();
setInterval(() => { if (!document.hidden) refresh(); }, AGAIN_MS);
