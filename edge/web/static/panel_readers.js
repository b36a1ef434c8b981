/* The front panel's twins of readers: a card laid on, pulled away too early, a code held before it. */
import { el, t } from "./common.js";
import { placeName } from "./hall_words.js";

const PLACES = { kiosk: () => t("Kiosk"), desk: () => t("Service desk") };

export function readerCard(reader, send) {
  const place = PLACES[reader.at] ? PLACES[reader.at]() : placeName(reader.at);
  const move = (card) => send("/api/panel/card", { reader: reader.id, card });
  const choice = el("select", { "aria-label": t("Card") }, reader.cards.map((one) => el("option", { value: one.name }, t(one.words))));
  const code = el("input", { placeholder: t("booking code or address"), maxLength: 500, autocomplete: "off", "aria-label": t("booking code or address") });
  const scan = () => { if (code.value.trim()) { send("/api/panel/scan", { reader: reader.id, text: code.value.trim() }); code.value = ""; } };
  return el("div", { className: "reader", "data-reader": reader.id },
    el("p", {}, el("b", {}, place), " ", el("span", { className: "soft" }, reader.id)),
    reader.cards.length > 0 && el("div", { className: `slot-of ${reader.lies ? "full" : ""}` },
      reader.lies
        ? [el("span", { className: "sample" }, t((reader.cards.find((one) => one.name === reader.lies) || { words: reader.lies }).words)), el("button", { className: "button low", "data-pull": reader.id, onclick: () => move(null) }, t("Pull the card"))]
        : [choice, el("button", { className: "button low", "data-lay": reader.id, onclick: () => move(choice.value) }, t("Lay it on"))]),
    el("form", { className: "scan", onsubmit: (event) => { event.preventDefault(); scan(); } }, code, el("button", { className: "button low" }, t("Scan"))));
}
