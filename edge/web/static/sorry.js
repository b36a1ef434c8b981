/* A browser at the node itself that was paired for a role may drop it again. */
import { $, post, toast } from "./common.js";

const forget = $("forget");
if (forget) {
  forget.onclick = () => post("/api/pairing/forget").then(() => location.reload(), (refusal) => toast(refusal.message));
}
