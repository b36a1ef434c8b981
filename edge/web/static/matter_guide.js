/* The published matters as staff find them, read them out and hand out their sheets. */
import { name, t } from "./common.js";
import { ask } from "./dialog.js";
import { known } from "./hall_words.js";
import { guideOf } from "./matter_text.js";

export const mattersOf = (service) => known.about.matters.filter((one) => one.service === service);
export const matterCalled = (id) => known.about.matters.find((one) => one.id === id);

/** The guide in a dialog; `print` hands out its sheet. */
export function showGuide(matter, print) {
  ask({
    title: name(matter.name),
    note: t("Published version {n}", { n: matter.version }),
    extra: guideOf(matter),
    submit: { words: t("Print the guidance sheet"), act: () => print(matter.id) },
  });
}
