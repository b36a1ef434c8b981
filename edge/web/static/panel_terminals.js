/* The front panel's terminals: codes to pair one with, and those that are paired. */
import { $, draw, el, get, post, t, toast } from "./common.js";
import { counterName, known } from "./hall_words.js";

const send = (path, body = {}) => post(path, body).catch((refusal) => toast(refusal.message));

const ROLES = { kiosk: () => t("Kiosk"), display: () => t("Hall display"), desk: () => t("Service desk"), supervisor: () => t("Supervisor"), panel: () => t("Front panel") };

function roleWords(role) {
  const [kind, counter] = role.split(":");
  return counter && known.view ? counterName(counter) : ROLES[kind] ? ROLES[kind]() : role;
}

export async function showTerminals() {
  const told = await get("/api/pairing").catch(() => null);
  if (!told) return;
  draw($("codes"), told.codes, () => told.codes.map((code) => el("div", { className: "code", "data-code": code.text },
    t("Open /pair on the terminal and type"), el("b", {}, `${code.text.slice(0, 4)} ${code.text.slice(4)}`),
    `${roleWords(code.role)} · `, el("span", { "data-until": code.until }, ""))));
  draw($("terminals"), told.terminals, () => told.terminals.map((one) => el("li", {},
    el("span", {}, el("b", {}, one.name), " ", el("span", { className: "soft" }, roleWords(one.role))),
    el("button", { className: "button low", onclick: () => revoke(one) }, t("Remove")))));
}

async function revoke(terminal) {
  await send(`/api/pairing/${encodeURIComponent(terminal.id)}/revoke`);
  showTerminals();
}

$("code-form").onsubmit = async (event) => {
  event.preventDefault();
  await send("/api/pairing/codes", { role: $("role").value });
  showTerminals();
};
