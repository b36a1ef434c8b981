/* The slip's page keeps itself up to date: it asks the node for itself and takes over what changed. */

const again = Number(document.documentElement.dataset.again) * 1000;
const PATIENCE_MS = 8000;

/** The page as the node draws it now; its parts are adopted as elements, so that the words stand in one place only. */
async function fresh() {
  const giving = new AbortController();
  const timer = setTimeout(() => giving.abort(), PATIENCE_MS);
  try {
    const address = new URL(location.href);
    address.searchParams.delete("said");
    const response = await fetch(address, { signal: giving.signal, headers: { Accept: "text/html" } });
    if (response.status >= 500) throw new Error(String(response.status));
    return new DOMParser().parseFromString(await response.text(), "text/html");
  } finally {
    clearTimeout(timer);
  }
}

function takeOver(drawn) {
  const live = document.getElementById("live");
  const newer = drawn.getElementById("live");
  if (!live || !newer) {
    if (Boolean(live) !== Boolean(newer)) location.reload(); // known now, or not any more
    return;
  }
  if (live.textContent !== newer.textContent && !live.contains(document.activeElement)) live.replaceChildren(...newer.childNodes);
  const rating = document.getElementById("rating");
  const asked = drawn.getElementById("rating");
  // A form somebody is filling in stays; it comes and goes only when rating begins or ends.
  if (rating.dataset.open !== asked.dataset.open) rating.replaceWith(asked);
  document.title = drawn.title;
}

async function look() {
  if (document.hidden) return;
  const old = document.getElementById("old");
  try {
    takeOver(await fresh());
    old.hidden = true;
  } catch {
    old.hidden = false;
  }
}

setInterval(look, again);
document.addEventListener("visibilitychange", look);
