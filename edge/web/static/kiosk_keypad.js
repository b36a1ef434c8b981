/* Keys on the screen for whoever has no keyboard; a keyboard does the same. */
import { $, el, t } from "./common.js";

const LAYOUTS = {
  digits: ["123", "456", "789", "+0"],
  number: ["123", "456", "789", "X0"],
  letters: ["1234567890", "QWERTYUIOP", "ASDFGHJKL", "ZXCVBNM-"],
};

let into = null;

/** Keys that type into whichever of `inputs` was touched last; `layout` is a name of LAYOUTS. */
export function keypad(layout, inputs) {
  into = inputs[0];
  for (const input of inputs) input.addEventListener("focus", () => { into = input; });
  const rows = LAYOUTS[layout].map((row) => el("div", { className: "keys" }, [...row].map((key) => button(key, key))));
  rows.at(-1).append(button("⌫", "back", t("Delete the last character")), button(t("Clear"), "clear"));
  $("keypad").className = `keypad ${layout}`;
  $("keypad").replaceChildren(...rows);
}

function button(label, key, spoken) {
  const made = el("button", { type: "button", className: "button", "data-key": key, "aria-label": spoken }, label);
  made.addEventListener("pointerdown", (event) => event.preventDefault()); // the field keeps the focus
  made.onclick = () => press(key);
  return made;
}

function press(key) {
  if (!into) return;
  if (key === "clear") into.value = "";
  else if (key === "back") into.value = into.value.slice(0, -1);
  else into.value = (into.value + key).slice(0, into.maxLength > 0 ? into.maxLength : 128);
  into.dispatchEvent(new Event("input", { bubbles: true }));
}
