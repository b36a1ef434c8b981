/* One customer's use of the kiosk, measured and told to the node when it ends; nobody is named (S4-2). */

let session = null;

/** The first touch of a customer begins it. */
export function touched() {
  if (!session) session = { flow: "look", steps: 0, begun: performance.now() };
}

/** One step of a flow; the last flow entered is what the session is counted as. */
export function step(flow) {
  touched();
  session.flow = flow;
  session.steps += 1;
}

/** `outcome`: completed, abandoned or failed; whatever happens after is another session. */
export function ended(outcome, reason = "") {
  if (!session) return;
  const { flow, steps, begun } = session;
  session = null;
  if (steps === 0 && outcome === "abandoned") return; // somebody only leaned on the screen
  const seconds = Math.min(86_400, Math.round((performance.now() - begun) / 1000));
  // It must go out although the page is left at once, and nobody waits for it.
  fetch("/api/kiosk/session", {
    method: "POST", keepalive: true, headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ flow, steps, seconds, outcome, reason: reason.replace(/[^a-z_]/g, "_").slice(0, 64) }),
  }).catch(() => {});
}
