/* What all pages share: words, elements, calls, the live stream, times. No element is ever made from text. */

const page = JSON.parse(document.getElementById("page").textContent);
const words = page.words;
export const lang = page.lang;
/** The hall's first language: what a page without ?lang= speaks. */
export const own = page.own;

/** The sentence in the page's language, `{name}` filled in from `values`. */
export function t(sentence, values = {}) {
  return (words[sentence] || sentence).replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

/** The sentence for `n` of a thing: `one` of it, or `many`, each with `{n}`. */
export function counted(one, many, n, values = {}) {
  return t(n === 1 ? one : many, { n, ...values });
}

/** A text in several languages, in `language`; any other where that is missing. */
export function name(text, language = lang) {
  if (!text) return "";
  return text[language] || Object.values(text)[0] || "";
}

/** The same text in the languages not shown already, joined. */
export function otherName(text, language = lang) {
  return Object.entries(text || {}).filter(([key]) => key !== language).map(([, value]) => value).join(" · ");
}

export const $ = (id) => document.getElementById(id);

/** An element; `props` are properties, `data-…` and `aria-…` attributes; children are nodes or texts. */
export function el(tag, props = {}, ...children) {
  const made = document.createElement(tag);
  for (const [key, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (key.includes("-") || key === "role") made.setAttribute(key, value);
    else made[key] = value;
  }
  made.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return made;
}

/** Replaces the children only when `state` differs from last time, so that nothing flickers or loses focus. */
const drawn = new WeakMap();
export function draw(element, state, make) {
  const text = JSON.stringify(state);
  if (drawn.get(element) === text) return;
  drawn.set(element, text);
  element.replaceChildren(...[make(state)].flat().filter(Boolean));
}

/** Keeps the language over to another page. */
export function link(path) {
  return lang === own ? path : `${path}?lang=${lang}`;
}

// --- calls ---------------------------------------------------------------------------------------

export class Refusal extends Error {
  constructor(status, answer) {
    super(sayError({ status, ...answer }));
    this.status = status;
    this.code = answer.error;
    this.detail = answer.detail || "";
    this.field = answer.field || "";
  }
}

const taught = {};

/** A page's own sentences for error codes: `{code: () => sentence}`. */
export const teach = (more) => { Object.assign(taught, more); };

/** English readers get the node's own sentence; others the sentence of the error's code. */
export function sayError(answer) {
  const storage = t("The node cannot store anything at present. Please tell the staff.");
  const known = {
    unpaired: t("This terminal is not paired with the node."),
    role: t("This terminal may not do this."),
    storage, damaged: storage, slow: storage,
    device: t("The device did not do it. Please look at the device."),
    internal: t("The node met an error. Please tell the staff."),
    lost: t("The node does not answer."), silent: t("The node does not answer."),
    wrong_code: t("This code is wrong or has run out. Read it off the node's front panel again."),
    too_many_tries: t("Too many wrong codes. Please wait some minutes."),
    nobody_waiting: t("Nobody is waiting."),
    counter_taken: t("Another clerk is logged in at this counter."),
    clerk_elsewhere: t("This clerk is logged in at another counter: log out there first."),
    unknown_clerk: t("There is no such clerk in this hall."),
    counter_closed: t("Nobody is logged in at this counter."),
    counter_paused: t("The counter is paused: resume first."),
    has_customer: t("Finish or pass the present number first."),
    not_passed: t("This number has not been passed."),
    returned_too_often: t("This number was brought back before: the customer takes a new one."),
    not_served_there: t("That counter does not serve this business."),
    same_queue: t("The number waits there already."),
    own_cover: t("Nobody covers for themselves: name a colleague."),
    unknown_ticket: t("There is no such number in this hall."),
    no_printer: t("This hall has no slip printer; print the page instead."),
  };
  if (lang === "en" && answer.detail) return answer.detail;
  if (words[answer.detail]) return words[answer.detail];
  return known[answer.error] || taught[answer.error]?.() || (answer.status < 500 ? t("That is not possible now.") : answer.detail) || answer.error;
}

function freshKey() {
  // randomUUID is missing on plain http in a LAN.
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

const pause = (ms) => new Promise((done) => setTimeout(done, ms));

const ANSWER_MS = 8000;

/** The response and its JSON; a node that takes the request and says nothing is a Refusal "silent". */
async function ask(path, options = {}, patience = ANSWER_MS) {
  const giving = new AbortController();
  const timer = setTimeout(() => giving.abort(), patience);
  try {
    const response = await fetch(path, { ...options, signal: giving.signal });
    const answer = await response.json().catch((error) => {
      if (giving.signal.aborted) throw error;
      return { error: "http", detail: String(response.status) };
    });
    return [response, answer];
  } catch (error) {
    throw giving.signal.aborted ? new Refusal(0, { error: "silent" }) : error;
  } finally {
    clearTimeout(timer);
  }
}

/* Commands nobody answered may have been carried out: the same press soon after goes under the same key. */
const UNANSWERED_MS = 30_000;
const unanswered = new Map();

/** Another person stands here: their press is a new one. */
export const forgetUnanswered = () => unanswered.clear();

function keyFor(command) {
  const earlier = unanswered.get(command);
  return earlier && performance.now() - earlier.at < UNANSWERED_MS ? earlier.key : freshKey();
}

/**
 * One command. A lost answer is asked for again under the same key, so nothing happens twice. `patience`: ms until a
 * node that says nothing is given up; longer where paper has to come out.
 */
export async function post(path, body = {}, patience = ANSWER_MS) {
  const sent = JSON.stringify(body);
  const command = `${path} ${sent}`;
  const key = keyFor(command);
  const options = { method: "POST", headers: { "Content-Type": "application/json", "Idempotency-Key": key }, body: sent };
  for (let attempt = 0; ; attempt += 1) {
    let told;
    try {
      told = await ask(path, options, patience);
    } catch (error) {
      unanswered.set(command, { key, at: performance.now() });
      if (error instanceof Refusal) throw error;
      if (attempt === 3) throw new Refusal(0, { error: "lost" });
      await pause(300 * 2 ** attempt);
      continue;
    }
    unanswered.delete(command);
    const [response, answer] = told;
    if (!response.ok) throw new Refusal(response.status, answer);
    return answer;
  }
}

export async function get(path) {
  const [response, answer] = await ask(path);
  if (!response.ok) throw new Refusal(response.status, answer);
  return answer;
}

// --- the stream ----------------------------------------------------------------------------------

let ahead = 0;

/** The node's time in ms. */
export const now = () => Date.now() + ahead;

const RETRY_MS = 2000;
/** The node speaks at least every 8 s (its clock); a frozen node or a half-dead connection raises no error. */
const SILENT_MS = 20_000;

/**
 * Listens to `path`; `heard` maps an event's name to what is done with its data. A hidden tab does not
 * listen: a browser grants one node six connections, and ten forgotten tabs must not silence the eleventh.
 */
function live(path, heard) {
  let source = null;
  let retry = 0;
  let heardAt = 0;
  const alone = (yes) => { $("alone").hidden = !yes; document.body.classList.toggle("alone", yes); };

  function open() {
    clearTimeout(retry);
    if (source || document.hidden) return;
    heardAt = performance.now();
    source = new EventSource(path);
    source.onopen = () => alone(false);
    source.onerror = fail;
    for (const [event, act] of Object.entries(heard)) {
      source.addEventListener(event, (message) => { heardAt = performance.now(); act(JSON.parse(message.data)); });
    }
  }

  function fail() {
    close();
    alone(true);
    clearTimeout(retry);
    retry = setTimeout(open, RETRY_MS);
  }

  function close() {
    if (source) source.close();
    source = null;
  }

  document.addEventListener("visibilitychange", () => (document.hidden ? close() : open()));
  addEventListener("pagehide", close);
  addEventListener("pageshow", open);
  setInterval(() => { if (source && performance.now() - heardAt > SILENT_MS) fail(); }, 1000);
  open();
}

/**
 * The hall's stream. `changed(view, about)` is called with both, once both are known, and at each change;
 * `more` maps further events of `path`.
 */
export function hall(changed, path = "/api/stream", more = {}) {
  let view = null;
  let about = null;
  const tell = () => { if (view && about) { showSuspended(view); changed(view, about); } };
  live(path, {
    ...more,
    clock: (told) => { ahead = told.now - Date.now(); },
    about: (told) => {
      if (told.pages !== page.build) { location.reload(); return; }
      about = told;
      $("failed").hidden = !about.failed;
      document.body.classList.toggle("failed", about.failed);
      tell();
    },
    view: (told) => { view = told; tell(); },
  });
}

/** Why no tickets are issued, in the words of who suspended the hall. A page without the banner says it itself. */
function showSuspended(view) {
  const banner = $("suspended");
  if (!banner) return;
  banner.hidden = view.suspended === null;
  banner.textContent = view.suspended === null ? "" : t("Tickets are suspended at present: {reason}", { reason: view.suspended });
}

// --- words for times -----------------------------------------------------------------------------

/** "about 5 to 12 min" from an estimate in seconds. */
export function waitWords(wait) {
  if (!wait) return t("no estimate yet");
  const low = Math.ceil(wait.p50_s / 60);
  const high = Math.max(low, Math.ceil(wait.p90_s / 60));
  if (high === 0) return t("no waiting");
  return low === high ? t("about {n} min", { n: low }) : t("about {low} to {high} min", { low, high });
}

/** m:ss of a duration in ms. */
export function clock(ms) {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

export const minutes = (ms) => t("{n} min", { n: Math.max(0, Math.floor(ms / 60000)) });

/** hh:mm in the hall's time zone, whatever the terminal's own is set to. */
const timeFormat = new Intl.DateTimeFormat("en-GB", { timeZone: page.zone, hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
export const timeOfDay = (at) => timeFormat.format(at);

export function closedWords(reason) {
  return {
    before_opening: t("not open yet"),
    after_last_ticket: t("no more tickets today"),
    cap_reached: t("today's tickets are all taken"),
    numbers_used_up: t("today's numbers are all taken"),
    suspended: t("tickets are suspended at present"),
    no_day: t("closed"),
  }[reason] || t("closed");
}

let toastTimer = 0;
/** `good`: something was done; else it is a trouble. */
export function toast(sentence, good = false) {
  const shown = $("toast");
  shown.textContent = sentence;
  shown.classList.toggle("good", good);
  shown.hidden = false;
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => { shown.hidden = true; }, 6000);
}
