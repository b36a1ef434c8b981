/* What concerns the customer at the counter: identity, materials, and the papers that are given. */
import { $, draw, el, name, t, toast } from "./common.js";
import { ask } from "./dialog.js";
import { VERIFIED, known, listing, materialName, service } from "./hall_words.js";
import { drawMaterials, trouble } from "./counter_materials.js";
import { drawMatter, fixed } from "./counter_matter.js";
import { here, paper, send } from "./counter_state.js";

export function drawCustomer() {
  const { desk } = here;
  $("customer").hidden = !desk.number;
  if (!desk.number) return;
  draw($("identity"), [desk.verified, desk.name_match, desk.verify_due, here.read, here.busy], drawIdentity);
  draw($("matter-part"), [desk.matter, desk.matter_version, desk.answers, desk.rules, desk.steps, desk.service, known.about.matters, here.busy, desk.ticket], drawMatter);
  draw($("materials"), [desk.materials, desk.seen, desk.checks, desk.matter, here.busy, desk.ticket], drawMaterials);
  draw($("papers"), [desk.acceptance, desk.notices, desk.result, desk.status, here.busy], drawPapers);
}

// --- identity ------------------------------------------------------------------------------------

function drawIdentity() {
  const { desk, read } = here;
  const [kind, words] = desk.verified ? VERIFIED[desk.verified] : ["", () => t("identity not checked")];
  return [
    el("p", { className: "row" },
      el("span", { className: `chip ${kind}`, "data-verified": desk.verified }, words()),
      desk.verify_due && el("span", { className: "chip warn" }, t("to be checked before the start"))),
    desk.name_match === "other" && el("p", { className: "trouble" }, t("The name differs from the booking's. You decide.")),
    desk.verified === "other" && el("p", { className: "trouble" }, t("The document is not the one of the booking. Ask before you go on.")),
    read && read.ticket === desk.ticket && el("p", { className: "small soft" }, [read.name_masked, read.id_masked].filter(Boolean).join(" · ")),
    el("p", { className: "row" },
      el("span", { className: "small soft" }, t("Lay the card on the reader, or")),
      key("verify", "I", t("type the number …"))),
  ];
}

export function askNumber() {
  ask({
    title: t("Check the identity by hand"),
    note: t("Only when the reader cannot: it counts as less sure and is recorded with the reason. The number is not kept."),
    fields: [
      { id: "id_type", label: t("Document"), type: "select", options: here.staff.kinds.map((one) => [one.id, name(one.name)]) },
      { id: "number", label: t("Number"), required: true, most: 64 },
      { id: "reason", label: t("Why is it typed?"), required: true, hints: [t("The card cannot be read"), t("The reader is out of order"), t("Paper document without chip")] },
    ],
    submit: { words: t("Check"), act: (sent) => send("verify", sent, { secret: true }) },
  });
}

/** What the reader of this counter says. A good answer shows by itself in the view. */
export function heard(news) {
  if (news.kind === "failed") toast(news.words);
  if (news.kind === "verified") here.read = news;
}

// --- papers --------------------------------------------------------------------------------------

const key = (action, letter, words, kind = "") => el("button", {
  className: `button low ${kind}`, "data-action": action, "data-key": letter, disabled: here.busy,
}, el("span", {}, words), el("kbd", {}, letter));

function drawPapers() {
  const { desk } = here;
  const told = { success: ["good", t("result told: done")], failure: ["warn", t("result told: not done")] }[desk.result];
  return [
    el("p", { className: "row" },
      desk.acceptance && el("span", { className: "chip good" }, t("accepted: {number}", { number: desk.acceptance })),
      desk.notices > 0 && el("span", { className: "chip warn" }, t("notices given: {n}", { n: desk.notices })),
      told && el("span", { className: `chip ${told[0]}` }, told[1])),
    el("p", { className: "row" }, key("accept", "A", t("Receipt …")), key("notice", "O", t("One-time notice …")), key("result", "E", t("Result …"))),
  ];
}

export function askAcceptance() {
  const { desk } = here;
  ask({
    title: t("Accept the case of {number}", { number: desk.number }),
    note: desk.seen.length ? t("Materials on the receipt: {names}", { names: desk.seen.map(materialName).join(" · ") }) : t("No materials are ticked."),
    fields: [{ id: "days", label: t("Working days promised"), type: "number", value: String(fixed()?.limit_days ?? 5), required: true }],
    submit: { words: t("Accept and print"), act: ({ days }) => paper("accept", { days, materials: desk.seen }) },
  });
}

export function askNotice() {
  const { desk } = here;
  const missing = desk.materials.filter((one) => !desk.seen.includes(one));
  const rows = [...missing.map((one) => [one, materialName(one)]), ["", ""], ["", ""]];
  const extra = el("div", { className: "rows" }, rows.map(([material, words], nth) => el("div", { className: "notice-row", "data-row": material },
    material ? el("label", { className: "tick" }, el("input", { type: "checkbox", checked: true }), el("span", {}, words))
      : el("input", { className: "free", placeholder: t("Something else"), maxLength: 64, "aria-label": t("Something else") }),
    el("input", { className: "reason", placeholder: t("what is wrong with it"), value: material ? trouble(material) || t("missing") : "", maxLength: 200, "aria-label": t("Reason {n}", { n: nth + 1 }) }))));
  ask({
    title: t("One-time notice for {number}", { number: desk.number }),
    note: t("Say everything that lacks at once. A second notice for the same customer is recorded as repeated."),
    extra,
    submit: { words: t("Give and print"), act: () => giveNotice(extra) },
  });
}

async function giveNotice(rows) {
  const items = [...rows.querySelectorAll("[data-row]")].map((row) => ({
    material: row.dataset.row ? (row.querySelector("input[type=checkbox]").checked ? row.dataset.row : "") : row.querySelector(".free").value.trim(),
    reason: row.querySelector(".reason").value.trim(),
  })).filter((one) => one.material);
  if (items.length === 0) throw new Error(t("Please tick or write what lacks."));
  if (items.some((one) => !one.reason)) throw new Error(t("Please say what is wrong with each."));
  await paper("notice", { items });
}

export function askResult() {
  const { desk } = here;
  const reasons = listing("failure_reasons");
  ask({
    title: t("Tell {number} the result", { number: desk.number }),
    choices: [[t("Done"), tellDone], [t("Not done …"), () => askFailure(reasons), "warn"]],
  });
}

const LAST = () => [
  { id: "oral", label: t("told by mouth"), type: "tick", value: true },
  { id: "printed", label: t("print it"), type: "tick", value: true },
];

function tellDone() {
  ask({
    title: t("Done"),
    fields: [{ id: "note", label: t("Note") }, { id: "collect", label: t("What is collected where and when") }, ...LAST()],
    submit: { words: t("Tell"), act: (sent) => paper("result", { outcome: "success", failure: null, ...sent }) },
  });
}

function askFailure(reasons) {
  ask({
    title: t("Not done"),
    note: reasons.length ? t("The notice says what the customer can do about it.") : "",
    fields: [
      reasons.length ? { id: "failure", label: t("Reason"), type: "select", options: reasons.map((one) => [one.id, [name(one.name), name(one.solution)].filter(Boolean).join(" → ")]) }
        : { id: "failure", label: t("Reason"), required: true },
      { id: "note", label: t("Note") }, ...LAST(),
    ],
    submit: { words: t("Tell"), act: (sent) => paper("result", { outcome: "failure", collect: "", ...sent }) },
  });
}

/** Whether the customer's own keys may be pressed now. */
export function possibleHere(action) {
  const { desk } = here;
  const present = desk.status === "called" || desk.status === "serving";
  return { verify: present && service(desk.service) !== undefined, accept: present, notice: present, result: present }[action];
}
