/* One dialog for all questions of the staff's pages: fields, choices (with digits as keys), one last button. */
import { $, el, t } from "./common.js";

const box = el("dialog", { id: "dialog", "aria-labelledby": "dialog-title" });
document.body.append(box);
// What was typed, a PIN or a number perhaps, does not stay behind in the page.
box.addEventListener("close", () => { if (!box.open) box.replaceChildren(); });
let working = false;

export const dialogOpen = () => box.open;
export function closeDialog() { if (box.open) box.close(); }

/**
 * `fields`: {id, label, type, value, options, hints, required, most}; type "text", "pin", "number", "date", "select", "tick".
 * `choices`: [words, act, kind]; `submit`: {words, act, kind}. An act gets the fields' values by id and may throw a
 * Refusal, which is said in the dialog; else the dialog closes, unless the act opened another.
 */
export function ask({ title, note = "", fields = [], choices = [], submit = null, extra = null }) {
  const problem = el("p", { id: "dialog-problem", className: "problem", role: "alert", hidden: true });
  const form = el("form", { id: "dialog-form" },
    fields.map(fieldOf),
    extra,
    choices.length > 0 && el("div", { id: "dialog-choices", className: "choices" }, choices.map(([words, act, kind], place) => el("button", {
      type: "button", className: `button ${kind || ""}`, "data-digit": String(place + 1), onclick: () => run(act, form, problem),
    }, el("span", {}, words), place < 9 && el("kbd", {}, String(place + 1))))),
    problem,
    el("div", { className: "row end" },
      el("button", { type: "button", className: "button", id: "dialog-close", onclick: closeDialog }, t("Cancel"), " ", el("kbd", {}, "Esc")),
      submit && el("button", { className: `button ${submit.kind || "primary"}`, id: "dialog-submit" }, submit.words)));
  form.onsubmit = (event) => { event.preventDefault(); if (submit) run(submit.act, form, problem); };
  box.replaceChildren(el("h2", { id: "dialog-title" }, title), note && el("p", { className: "dialog-note" }, note), form);
  if (!box.open) box.showModal();
  // What must be typed first; else the choices, so that their digits work at once.
  const empty = [...form.querySelectorAll("input[required]:not([type=checkbox])")].find((one) => !one.value);
  (empty || form.querySelector("[data-digit]") || form.querySelector("input:not([type=checkbox]), select, button")).focus();
}

async function run(act, form, problem) {
  if (working || !form.reportValidity()) return;
  working = true;
  problem.hidden = true;
  form.classList.add("working");
  try {
    await act(valuesOf(form));
    if (form.isConnected) closeDialog();
  } catch (refusal) {
    problem.textContent = refusal.message;
    problem.hidden = false;
  } finally {
    working = false;
    form.classList.remove("working");
  }
}

export function valuesOf(form) {
  const values = {};
  for (const input of form.querySelectorAll("[data-field]")) {
    if (input.type === "checkbox") values[input.dataset.field] = input.checked;
    else if (input.type === "number") values[input.dataset.field] = Number(input.value);
    else values[input.dataset.field] = input.value.trim();
  }
  return values;
}

/** `within`: what the ids of its elements begin with, where a page has the same field twice. */
export function fieldOf({ id, label, type = "text", value = "", options = [], hints = [], required = false, most = 200, within = "dialog" }) {
  const shared = { id: `${within}-${id}`, "data-field": id, required };
  if (type === "tick") {
    return el("label", { className: "tick" }, el("input", { ...shared, type: "checkbox", checked: Boolean(value) }), el("span", {}, label));
  }
  if (type === "select") {
    return el("label", { className: "field" }, label, el("select", shared,
      options.map(([key, words]) => el("option", { value: key, selected: key === value }, words))));
  }
  const kinds = { pin: { type: "password", inputMode: "numeric", autocomplete: "off" }, number: { type: "number", min: "0", max: "365" }, date: { type: "date" } };
  const input = el("input", { ...shared, value, maxLength: most, autocomplete: "off", type: "text", ...kinds[type] });
  if (hints.length === 0) return el("label", { className: "field" }, label, input);
  input.setAttribute("list", `${within}-${id}-hints`);
  return el("label", { className: "field" }, label, input,
    el("datalist", { id: `${within}-${id}-hints` }, hints.map((hint) => el("option", { value: hint }))));
}

addEventListener("keydown", (event) => {
  if (!box.open || event.ctrlKey || event.altKey || event.metaKey || event.repeat || event.target.matches("input, select, textarea")) return;
  const chosen = box.querySelector(`[data-digit="${CSS.escape(event.key)}"]`);
  if (chosen) { event.preventDefault(); chosen.click(); }
});
