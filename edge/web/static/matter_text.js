/* What is published of a matter, as customers and staff read it: the same words as on the site and the sheet (S1-14). */
import { counted, el, name, t } from "./common.js";

const part = (heading, ...shown) => [el("h3", {}, heading), ...shown];

export function guideOf(matter) {
  const steps = matter.steps.map((one) => name(one)).filter(Boolean);
  return el("div", { className: "matter-guide" },
    name(matter.guide) && el("p", {}, name(matter.guide)),
    part(t("Please have these ready"), matter.materials.length
      ? el("ul", { className: "materials" }, matter.materials.map((one) => el("li", {}, name(one.name),
        one.original && el("span", { className: "chip warn" }, t("original")), name(one.note) && el("p", { className: "small soft" }, name(one.note)))))
      : el("p", {}, t("Nothing but the identity document."))),
    el("p", { className: "strong" }, matter.limit_days ? counted("Result within {n} working day", "Result within {n} working days", matter.limit_days) : t("Result at once, at the window")),
    name(matter.notes) && el("p", {}, name(matter.notes)),
    steps.length > 0 && part(t("How it goes on"), el("ol", {}, steps.map((one) => el("li", {}, one)))),
    name(matter.sample) && part(t("An example"), el("p", {}, name(matter.sample))),
    name(matter.legal_basis) && part(t("Legal basis"), el("p", { className: "small" }, name(matter.legal_basis))));
}
