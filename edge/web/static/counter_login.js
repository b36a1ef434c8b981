/* Logging in at the counter: a name, and the PIN or the badge where the clerk has one. */
import { $, draw, el, get, t, toast } from "./common.js";
import { ask } from "./dialog.js";
import { listing } from "./hall_words.js";
import { here, send, step } from "./counter_state.js";

export function showLogin() {
  const clerks = listing("clerks");
  draw($("clerks"), [clerks, here.staff], () => clerks.map((clerk) => el("button", {
    type: "button", className: "button", "data-clerk": clerk.id, onclick: () => choose(clerk),
  }, el("span", {}, clerk.name, " ", el("span", { className: "soft" }, clerk.id)), el("span", { className: "how" }, proof(clerk.id)))));
  $("clerks").hidden = clerks.length === 0;
  $("clerk-field").hidden = clerks.length > 0;
  $("login-button").hidden = clerks.length > 0;
  $("badge-hint").hidden = here.staff.badges.length === 0;
}

const withPin = (clerk) => here.staff.pins.includes(clerk);
const withBadge = (clerk) => here.staff.badges.includes(clerk);

function proof(clerk) {
  if (withPin(clerk)) return withBadge(clerk) ? t("PIN or badge") : t("PIN");
  return withBadge(clerk) ? t("badge") : "";
}

function choose(clerk) {
  if (withPin(clerk.id)) askPin(clerk.id, clerk.name);
  else if (withBadge(clerk.id)) toast(t("Please lay the badge on the reader."), true);
  else step("login", { clerk: clerk.id });
}

function askPin(clerk, words) {
  ask({
    title: words,
    fields: [{ id: "pin", label: t("PIN"), type: "pin", required: true, most: 12 }],
    submit: { words: t("Log in"), act: ({ pin }) => send("login", { clerk, pin }, { secret: true }) },
  });
}

$("login-form").onsubmit = (event) => {
  event.preventDefault();
  const clerk = $("clerk-id").value.trim();
  if (!clerk) toast(t("Please type your clerk number."));
  else if (withPin(clerk)) askPin(clerk, clerk);
  else step("login", { clerk });
};

export async function learnStaff() {
  here.staff = await get("/api/staff").catch(() => here.staff);
}
