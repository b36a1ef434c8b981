/* What a customer with a number asks for at the desk, and the papers the desk prints. */
import { $, el, get, lang, name, t, teach, toast } from "./common.js";
import { ask } from "./dialog.js";
import { counterName, known, serviceName } from "./hall_words.js";
import { handOut } from "./desk_enquiry.js";
import { order, printing, signed, step } from "./desk_state.js";

const wanted = () => {
  const number = $("number").value.trim().toUpperCase();
  if (!number) { toast(t("Please type the number.")); $("number").focus(); }
  return number;
};
const path = (number, rest) => `/api/${rest.replace("{}", encodeURIComponent(number))}`;

function say(...lines) {
  $("slip-said").replaceChildren(...lines.filter(Boolean).map((line) => (typeof line === "string" ? el("p", {}, line) : line)));
  $("slip-said").hidden = false;
}

// --- a number in hand ------------------------------------------------------------------------------

const STATUS = {
  waiting: () => t("waits"), called: () => t("called"), serving: () => t("being served"), suspended: () => t("suspended"),
  done: () => t("served"), passed: () => t("passed"), voided: () => t("void"),
};

/** A slip was laid on the desk's reader. */
export function showNumber(number) {
  $("number").value = number;
  explain(number);
}

async function explain(number) {
  try {
    const told = await get(`${path(number, "tickets/{}/why")}?lang=${lang}`);
    say(el("p", {}, el("b", { className: "number" }, told.number), " ", el("span", { className: "chip" }, STATUS[told.status]()), told.counter && ` ${counterName(told.counter)}`),
      ...told.words, ...told.placed, told.words.length === 0 && told.placed.length === 0 && told.status === "waiting" && t("It waits in its turn."));
  } catch (refusal) {
    $("slip-said").hidden = true;
    toast(refusal.message);
  }
}

$("slip-form").onsubmit = (event) => {
  event.preventDefault();
  const number = wanted();
  if (number) explain(number);
};

$("reprint").onclick = async () => {
  const number = wanted();
  if (number && await reprint(number)) say(t("A copy of {number} is printed.", { number }));
};

export const reprint = (number) => step("/api/slips/reprint", { number });

$("move-back").onclick = async () => {
  const number = wanted();
  const told = number && await step(path(number, "desk/tickets/{}/move-back"), signed());
  if (told) say(t("{number} was moved back: {n} are before it now. It keeps its number.", { number: told.number, n: told.after }));
};

// --- papers ----------------------------------------------------------------------------------------

$("guide").onclick = () => ask({
  title: t("Which guidance sheet?"),
  note: t("What to bring, how it goes on, and the form to fill."),
  choices: known.view.services.map((one) => [name(one.name) || serviceName(one.id), () => handOut(one.id)]),
});

$("visitor").onclick = () => ask({
  title: t("A visitor's badge"),
  note: t("The name stands on the badge alone; it is kept masked."),
  fields: [
    { id: "name", label: t("Name of the visitor"), required: true, most: 64 },
    { id: "host", label: t("Who is visited"), required: true, most: 64 },
    { id: "purpose", label: t("What for"), required: true, most: 200 },
  ],
  submit: { words: t("Print the badge"), act: async (sent) => printed(await order("/api/visitors", signed(sent), { ...printing, secret: true })) },
});

/** Recorded, and printed if the printer was well. */
function printed(told) {
  if (told.trouble) toast(t("Recorded as {number}, but not printed. Look at the printer, then print it again by that number.", { number: told.number }));
  else toast(t("{number} is printed.", { number: told.number }), true);
}

$("paper").onclick = () => ask({
  title: t("Print a paper again"),
  note: t("The number stands on the paper, or was said when it did not come out. What comes is marked as a copy."),
  fields: [
    { id: "number", label: t("Number of the paper"), required: true, most: 64 },
    { id: "name", label: t("For a badge: the visitor's name"), most: 64 },
  ],
  submit: { words: t("Print"), act: async ({ number, name: visitor }) => {
    try {
      await order(path(number, "papers/{}/print"), visitor ? { name: visitor } : {}, { ...printing, secret: true });
    } catch (refusal) {
      throw refusal.status === 404 ? new Error(t("There is no paper with this number.")) : refusal;
    }
    toast(t("{number} is printed.", { number }), true);
  } },
});

teach({
  not_waiting: () => t("Only a number that waits can be moved back."),
  moved_too_often: () => t("This number was moved back often enough already."),
  before_slot: () => t("It is called from its booked time on, not before."),
  nobody_behind: () => t("Nobody waits behind this number: it cannot be moved back."),
  unknown_enquiry: () => t("This enquiry was answered already."),
  too_many_enquiries: () => t("Too many enquiries are open. Please answer them first."),
  not_masked: () => t("Please leave out long numbers: nobody may be known by what is kept."),
  ticket_ended: () => t("This number has come to its end: write a new ticket."),
});
