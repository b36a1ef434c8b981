/* The matter of the customer at the counter: fixed by the clerk, its questions, its review rules, its procedure. */
import { el, name, t, toast } from "./common.js";
import { ask } from "./dialog.js";
import { matterCalled, mattersOf, showGuide } from "./matter_guide.js";
import { PRINT_MS, here, send, step } from "./counter_state.js";

/** What may be done by it: the clerk has fixed it, and it is still published. */
export const fixed = () => (here.desk.matter_version ? matterCalled(here.desk.matter) : undefined);

export function drawMatter() {
  const { desk } = here;
  const offered = mattersOf(desk.service);
  if (offered.length === 0) return null;
  return [el("label", { className: "field" }, t("Matter"), el("select", {
    id: "matter", disabled: here.busy, onchange: (event) => event.target.value && step("matter", { matter: event.target.value }),
  }, el("option", { value: "" }, t("Ask what is wanted …")), offered.map((one) => el("option", { value: one.id, selected: one.id === desk.matter }, name(one.name))))),
  ...(fixed() ? atWork(fixed()) : [booked()])];
}

function booked() {
  const matter = matterCalled(here.desk.matter);
  return matter && el("p", { className: "row" },
    el("span", { className: "chip warn" }, t("as booked: ask, then fix it")),
    key("fix", "M", t("Fix the matter")));
}

const key = (action, letter, words) => el("button", {
  className: "button low", "data-action": action, "data-key": letter, disabled: here.busy,
}, el("span", {}, words), el("kbd", {}, letter));

function atWork(matter) {
  return [
    el("p", { className: "row" },
      el("span", { className: "chip primary", "data-version": matter.version }, t("Published version {n}", { n: matter.version })),
      key("guide", "G", t("Guide …")), matter.questions.length > 0 && key("questions", "Q", t("Questions …"))),
    answers(matter),
    ...listed(t("Reviewed by these rules"), matter.review_rules, rule),
    ...listed(t("Procedure"), matter.steps, procedure),
  ];
}

function listed(heading, all, line) {
  return all.length === 0 ? [] : [el("h3", {}, heading), el("ul", { className: "ticks" }, all.map(line))];
}

function answers(matter) {
  const given = matter.questions.filter((one) => here.desk.answers[one.id]);
  return given.length > 0 && el("dl", { className: "answers" }, given.flatMap((one) => {
    const said = here.desk.answers[one.id];
    const choice = one.choices.find((each) => each.id === said);
    return [el("dt", {}, name(one.text)), el("dd", {}, choice ? name(choice.text) : said)];
  }));
}

function rule(one) {
  const found = here.desk.rules[one.id];
  const button = (passed, sign, words) => el("button", {
    type: "button", className: "button low verdict", "aria-pressed": String(found === passed), "aria-label": words, title: words,
    "data-rule": one.id, disabled: here.busy, onclick: () => step("rule", { rule: one.id, passed }),
  }, sign);
  return el("li", { className: "judged" }, el("span", { className: found === false ? "trouble" : "" }, name(one.text)),
    button(true, "✓", t("passed")), button(false, "✗", t("not passed")));
}

function procedure(text, place) {
  const nth = place + 1;
  return el("li", {}, el("label", { className: "tick" },
    el("input", { type: "checkbox", checked: here.desk.steps.includes(nth), disabled: here.busy, "data-step": nth,
      onchange: (event) => step("procedure", { step: nth, done: event.target.checked }) }),
    el("span", {}, `${nth}. ${name(text)}`)));
}

// --- what is asked ---------------------------------------------------------------------------------

export function fixBooked() {
  return step("matter", { matter: here.desk.matter });
}

export function askQuestions() {
  const matter = fixed();
  ask({
    title: t("Questions of this matter"),
    note: t("No numbers of documents or telephones: the answers are kept as they are."),
    fields: matter.questions.map(field),
    submit: { words: t("Keep the answers"), act: keepAnswers },
  });
}

function field(one) {
  const shared = { id: one.id, label: name(one.text), value: here.desk.answers[one.id] || "", most: 200 };
  if (one.choices.length === 0) return shared;
  return { ...shared, type: "select", options: [["", t("not answered")], ...one.choices.map((each) => [each.id, name(each.text)])] };
}

async function keepAnswers(given) {
  const said = Object.fromEntries(Object.entries(given).filter(([, answer]) => answer));
  if (Object.keys(said).length === 0) throw new Error(t("Please answer one question at least."));
  await send("answers", { answers: said });
}

export const openGuide = () => showGuide(fixed(), async (id) => {
  await send("", {}, { path: `/api/matters/${encodeURIComponent(id)}/guide`, patience: PRINT_MS });
  toast(t("The guidance sheet is printed."), true);
});

/** Whether the matter's own keys may be pressed now. */
export function possibleWithMatter(action) {
  const { desk } = here;
  const present = Boolean(desk.number) && (desk.status === "called" || desk.status === "serving");
  const matter = present ? fixed() : undefined;
  return {
    fix: present && !matter && Boolean(matterCalled(desk.matter)), guide: Boolean(matter), questions: Boolean(matter && matter.questions.length),
  }[action];
}
