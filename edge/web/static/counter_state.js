/* What the counter's page knows, and the one way its commands go out. */
import { forgetUnanswered, post, t, toast } from "./common.js";

export const id = document.documentElement.dataset.counter;

/**
 * `desk`: this counter as the view has it; `staff`: who logs in how, and which documents can be typed; `unprinted`:
 * numbers of papers that are recorded and did not come out.
 */
export const here = { desk: null, staff: { pins: [], badges: [], kinds: [] }, busy: false, read: null, unprinted: [] };

let redraw = () => {};
export const drawnBy = (draw) => { redraw = draw; };

export const PRINT_MS = 65_000;
const own = `/api/counters/${encodeURIComponent(id)}/`;

/** One command of this counter; throws a Refusal. `secret`: what was sent is not kept for a second try. */
export async function send(action, body = {}, { path = own + action, secret = false, patience = undefined } = {}) {
  here.busy = true;
  document.body.classList.add("busy");
  redraw();
  try {
    return await post(path, body, patience);
  } finally {
    if (secret) forgetUnanswered();
    here.busy = false;
    document.body.classList.remove("busy");
    redraw();
  }
}

/** A paper: recorded at once, printed after; what is wrong with the printer is said and takes nothing back. */
export async function paper(action, body) {
  const told = await send(action, body, { patience: PRINT_MS });
  if (!told.trouble) return;
  here.unprinted = [...here.unprinted, told.number];
  redraw();
  toast(t("Recorded, but not printed. Please look at the printer, then print it again above."));
}

/** A copy of a paper that did not come out. */
export async function printAgain(number) {
  if (await step("", {}, { path: `/api/papers/${encodeURIComponent(number)}/print`, patience: PRINT_MS }) === null) return;
  here.unprinted = here.unprinted.filter((one) => one !== number);
  redraw();
}

/** The same, with a refusal said at the foot of the page. */
export async function step(action, body = {}, how = {}) {
  if (here.busy) return null;
  try {
    return await send(action, body, how);
  } catch (refusal) {
    toast(refusal.message);
    return null;
  }
}
