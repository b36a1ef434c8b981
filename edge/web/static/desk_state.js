/* What the service desk's page knows of itself: who stands there, and how its calls go out. */
import { $, draw, el, forgetUnanswered, post, t, toast } from "./common.js";
import { listing } from "./hall_words.js";

const KEPT = "hallkeeper.desk.by";
const PAPER_MS = 65_000;
/** `staff`: which documents may be typed; `busy`: a call is under way. */
export const here = { staff: { kinds: [] }, busy: false };

function kept() {
  try { return sessionStorage.getItem(KEPT) || ""; } catch { return ""; }
}

/** Everybody of the hall's list; a hall without one knows the terminal alone. */
export function drawWho() {
  const people = listing("clerks");
  $("who-label").hidden = people.length === 0;
  draw($("who"), people, () => [el("option", { value: "" }, t("not said")),
    ...people.map((one) => el("option", { value: one.id, selected: one.id === kept() }, one.name))]);
}

$("who").onchange = () => {
  try { sessionStorage.setItem(KEPT, $("who").value); } catch { /* it holds until the page is left */ }
};

/** The body with who is at the desk. */
export const signed = (body = {}) => ({ ...body, ...($("who").value && { by: $("who").value }) });

/** One call; throws a Refusal. `secret`: what was sent is not kept for a second try. */
export async function order(path, body, { patience = undefined, secret = false } = {}) {
  try {
    return await post(path, body, patience);
  } finally {
    if (secret) forgetUnanswered();
  }
}

/** One at a time, so that a double press counts once; with a refusal said at the foot of the page, and null then. */
export async function alone(act) {
  if (here.busy) return null;
  here.busy = true;
  document.body.classList.add("busy");
  try {
    return await act();
  } catch (refusal) {
    toast(refusal.message);
    return null;
  } finally {
    here.busy = false;
    document.body.classList.remove("busy");
  }
}

export const step = (path, body = {}, how = {}) => alone(() => order(path, body, how));

/** A paper that comes out before the answer does. */
export const printing = { patience: PAPER_MS };
