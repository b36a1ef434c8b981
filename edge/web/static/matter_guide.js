/* A published matter as staff read it out: what the site and the guidance sheet say, with its version (S1-14). */
import { el, name, t } from "./common.js";
import { ask } from "./dialog.js";
import { known } from "./hall_words.js";

export const mattersOf = (service) => known.about.matters.filter((one) => one.service === service);
export const matterCalled = (id) => known.about.matters.find((one) => one.id === id);

const part = (heading, ...shown) => [el("h3", {}, heading), ...shown];

export function guideOf(matter) {
  const steps = matter.steps.map((one) => name(one)).filter(Boolean);
  return el("div", { className: "matter-guide" },
    name(matter.guide) && el("p", {}, name(matter.guide)),
    part(t("Please have these ready"), matter.materials.length
      ? el("ul", { className: "materials" }, matter.materials.map((one) => el("li", {}, name(one.name),
        one.original && el("span", { className: "chip warn" }, t("original")), name(one.note) && el("p", { className: "small soft" }, name(one.note)))))
      : el("p", {}, t("Nothing but the identity document."))),
    el("p", { className: "strong" }, matter.limit_days ? t("Result within {n} working days", { n: matter.limit_days }) : t("Result at once, at the window")),
    name(matter.notes) && el("p", {}, name(matter.notes)),
    steps.length > 0 && part(t("How it goes on"), el("ol", {}, steps.map((one) => el("li", {}, one)))),
    name(matter.sample) && part(t("An example"), el("p", {}, name(matter.sample))),
    name(matter.legal_basis) && part(t("Legal basis"), el("p", { className: "small" }, name(matter.legal_basis))));
}

/** The guide in a dialog; `print` hands out its sheet. */
export function showGuide(matter, print) {
  ask({
    title: name(matter.name),
    note: t("Published version {n}", { n: matter.version }),
    extra: guideOf(matter),
    submit: { words: t("Print the guidance sheet"), act: () => print(matter.id) },
  });
}
