/* Types the one-time code; then goes to the page that was asked for, else where the role belongs. */
import { $, link, post, toast } from "./common.js";

const HOME = { kiosk: "/kiosk", display: "/display", desk: "/desk", supervisor: "/supervisor", panel: "/" };

/** The page that sent the reader here: a path of this node and nothing else, or null; "/" is what each role has. */
function asked() {
  const next = new URLSearchParams(location.search).get("next") || "";
  if (!/^\/[^/\\]/.test(next) || new URL(next, location.origin).origin !== location.origin) return null;
  return next.includes("?") ? next : link(next);
}

$("pair").onsubmit = async (event) => {
  event.preventDefault();
  try {
    const paired = await post("/api/pair", { code: $("code").value, name: $("name").value.trim() });
    const [kind, counter] = paired.role.split(":");
    location.assign(asked() || link(counter ? `/counter/${encodeURIComponent(counter)}` : HOME[kind]));
  } catch (refusal) {
    toast(refusal.message);
  }
};
