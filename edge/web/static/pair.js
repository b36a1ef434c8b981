/* Types the one-time code; then goes where the role belongs. */
import { $, link, post, toast } from "./common.js";

const HOME = { kiosk: "/kiosk", display: "/display", desk: "/desk", supervisor: "/counter", panel: "/" };

$("pair").onsubmit = async (event) => {
  event.preventDefault();
  try {
    const paired = await post("/api/pair", { code: $("code").value, name: $("name").value.trim() });
    const [kind, counter] = paired.role.split(":");
    location.assign(link(counter ? `/counter/${encodeURIComponent(counter)}` : HOME[kind]));
  } catch (refusal) {
    toast(refusal.message);
  }
};
