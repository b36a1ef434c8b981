/* The materials of the customer at the counter: each received, complete, genuine and valid (S1-24). */
import { el, t } from "./common.js";
import { ask } from "./dialog.js";
import { material, materialName } from "./hall_words.js";
import { here, send, step } from "./counter_state.js";

const wanted = () => here.desk.materials;
const seen = (id) => here.desk.seen.includes(id);
const fine = (id) => ({ material: id, received: "original", complete: true, genuine: true, valid: true, expiry: null });
const needsOriginal = (id) => Boolean((material(id) || {}).original);

/** As it was looked at last; null: not yet. */
const checkOf = (id) => here.desk.checks.find((one) => one.material === id) || (seen(id) ? fine(id) : null);

export function drawMaterials() {
  if (wanted().length === 0) return null;
  return [el("h3", {}, t("Materials: {n} of {total} seen", { n: here.desk.seen.length, total: wanted().length })),
    el("ul", { className: "ticks" }, wanted().map(line))];
}

function line(id) {
  const wrong = trouble(id);
  return el("li", { className: "judged" }, el("label", { className: "tick" },
    el("input", { type: "checkbox", checked: seen(id), disabled: here.busy, "data-material": id, onchange: (event) => tick(id, event.target.checked) }),
    el("span", {}, materialName(id), needsOriginal(id) && el("span", { className: "small soft" }, ` ${t("original")}`),
      wrong && el("span", { className: "trouble small" }, ` ${wrong}`))),
  el("button", { type: "button", className: "button low verdict", disabled: here.busy, "data-look": id, title: t("Look at it closely"),
    "aria-label": t("Look closely: {material}", { material: materialName(id) }), onclick: () => look(id) }, "…"));
}

/** What is wrong with one that was looked at; empty: nothing, or nobody has looked. */
export function trouble(id) {
  const check = checkOf(id);
  if (!check || seen(id)) return "";
  if (!check.received) return t("missing");
  return [
    check.received === "copy" && needsOriginal(id) && t("only a copy"), !check.complete && t("incomplete"),
    !check.genuine && t("not genuine"), !check.valid && t("not valid"),
  ].filter(Boolean).join(" · ") || t("expired {day}", { day: check.expiry || "" });
}

const others = (id) => wanted().filter((one) => one !== id).map(checkOf).filter(Boolean);

function tick(id, yes) {
  step("materials", { checks: [...others(id), yes ? fine(id) : { ...fine(id), received: "" }] });
}

function look(id) {
  const check = checkOf(id) || fine(id);
  ask({
    title: materialName(id),
    fields: [
      { id: "received", label: t("Received"), type: "select", value: check.received, options: [["original", t("the original")], ["copy", t("a copy")], ["", t("not brought")]] },
      { id: "complete", label: t("complete"), type: "tick", value: check.complete },
      { id: "genuine", label: t("genuine"), type: "tick", value: check.genuine },
      { id: "valid", label: t("valid"), type: "tick", value: check.valid },
      { id: "expiry", label: t("Valid until, where it says so"), type: "date", value: check.expiry || "" },
    ],
    submit: { words: t("Keep"), act: (found) => send("materials", { checks: [...others(id), { material: id, ...found, expiry: found.expiry || null }] }) },
  });
}
