/* What the counter asks before it acts: where to, which number, why, who covers. */
import { name, post, t, toast } from "./common.js";
import { ask } from "./dialog.js";
import { KINDS, clerkName, counterName, known, listing, serviceName } from "./hall_words.js";
import { here, id, send } from "./counter_state.js";

const act = (action, body = {}) => () => send(action, body);

export function chooseTransfer() {
  const { desk } = here;
  const elsewhere = known.view.services.filter((one) => one.id !== desk.service)
    .map((one) => [name(one.name), move({ to_service: one.id })]);
  const windows = known.view.counters.filter((one) => one.id !== id && one.status !== "closed" && one.serves.includes(desk.service))
    .map((one) => [t("{service}, only {counter}", { service: serviceName(desk.service), counter: counterName(one.id) }),
      move({ to_service: desk.service, to_counter: one.id })]);
  ask({
    title: t("Transfer {number} to", { number: desk.number }),
    fields: [
      { id: "reason", label: t("Reason, if the business changes"), hints: [t("Change of business"), t("Wrong queue"), t("Needs another counter")] },
      { id: "place", label: t("Place in the queue"), type: "select", options: [["", t("as the rules say")], ["original", t("by its time of issue")], ["end", t("at the end")]] },
    ],
    choices: [...elsewhere, ...windows],
  });
}

const move = (to) => ({ reason, place }) => send("transfer", { ...to, ...(place && { place }), ...(reason && { reason }) });

export function choosePassed() {
  ask({
    title: t("Bring back a passed number"),
    fields: [{ id: "number", label: t("or type the number"), most: 32 }],
    choices: here.desk.passed.map((one) => [`${one.number} · ${serviceName(one.service)}`, act("restore", { number: one.ticket })]),
    submit: { words: t("Bring back"), act: ({ number }) => typed(number, (sent) => send("restore", { number: sent })) },
  });
}

async function typed(number, use) {
  if (!number) throw new Error(t("Please type the number."));
  await use(number);
}

export function chooseNumber() {
  const waiting = [...here.desk.next_up, ...here.desk.passed].map((one) => one.number);
  ask({
    title: t("Call a chosen number"),
    note: t("The number goes before all others. The reason is recorded."),
    fields: [
      { id: "number", label: t("Number"), required: true, hints: waiting, most: 32 },
      { id: "reason", label: t("Reason"), required: true, hints: [t("Was here before and had to fetch something"), t("Special need"), t("Asked for by the supervisor")] },
    ],
    submit: { words: t("Call"), act: (sent) => send("call", sent) },
  });
}

export function chooseSuspension() {
  ask({
    title: t("Suspend the case of {number}", { number: here.desk.number }),
    note: t("The time suspended is not counted."),
    fields: [{ id: "reason", label: t("Reason"), required: true, hints: [t("Papers to be completed"), t("Seal to be made"), t("Waiting for a review")] }],
    choices: Object.keys(KINDS).map((kind) => [SUSPENDED[kind](), ({ reason }) => send("suspend", { kind, reason })]),
  });
}

const SUSPENDED = {
  papers_out: () => t("The customer takes the papers and may return at any counter of the service"),
  papers_kept: () => t("The papers stay here; the customer returns here"),
  step: () => t("Waits for a step; others are served meanwhile"),
};

export function chooseCase() {
  ask({
    title: t("Continue a suspended case"),
    choices: here.desk.suspended_cases.map((one) => [`${one.number} · ${serviceName(one.service)} · ${one.reason}`, act("continue", { number: one.ticket })]),
  });
}

export function choosePause() {
  const reasons = listing("pause_reasons");
  const offered = reasons.length ? reasons.map((one) => [name(one.name), one.id]) : [[t("Short break"), "break"]];
  const colleagues = listing("clerks").filter((clerk) => clerk.id !== here.desk.clerk);
  const cover = colleagues.length > 0 && {
    id: "cover", label: t("Covered by"), type: "select", options: [["", t("nobody")], ...colleagues.map((one) => [one.id, clerkName(one.id)])],
  };
  ask({
    title: t("Why do you pause?"),
    fields: [cover, { id: "reroute", label: t("Others may call who waits for this counter alone"), type: "tick" }].filter(Boolean),
    choices: offered.map(([words, reason]) => [words, ({ cover: by, reroute }) => send("pause", { reason, reroute, ...(by && { cover: by }) })]),
  });
}

export function chooseThen() {
  const { desk } = here;
  ask({
    title: t("Finish {number}, and send the customer on to", { number: desk.number }),
    note: t("The ticket stays the same (one ticket through several services)."),
    choices: known.view.services.filter((one) => one.id !== desk.service).map((one) => [name(one.name), act("finish", { then: [one.id] })]),
  });
}

export function chooseWalkUp() {
  const { desk } = here;
  const classes = listing("priority_classes");
  ask({
    title: t("A ticket for a customer without one"),
    note: t("Is the counter free and nobody waiting, the customer is called here at once."),
    fields: [
      classes.length > 0 && { id: "priority_class", label: t("Priority class"), type: "select", options: [["", t("none")], ...classes.map((one) => [one.id, name(one.name)])] },
      { id: "cause", label: t("Reason"), value: t("came without a ticket"), required: true },
    ].filter(Boolean),
    choices: desk.serves.map((one) => [serviceName(one), (sent) => writeTicket(one, sent)]),
  });
}

async function writeTicket(service, { priority_class: special, cause }) {
  const body = { service, counter: id, cause, ...(special && { priority_class: special }) };
  const told = await send("", body, { path: "/api/tickets" });
  toast(t("Ticket {number}", { number: told.number }), true);
}

export function chooseHelp() {
  ask({
    title: t("Call for help"),
    choices: [
      [t("Help at this counter: colleagues and supervisor see it"), helpWanted],
      [t("Silent alarm: nothing is shown or heard here (F9)"), silentAlarm],
    ],
  });
}

async function helpWanted() {
  await send("alarm", { kind: "help" });
  toast(t("Help has been called."), true);
}

/** Nothing on this page may give it away, not even a failure. */
export function silentAlarm() {
  return post(`/api/counters/${encodeURIComponent(id)}/alarm`, { kind: "silent" }).catch(() => null);
}
