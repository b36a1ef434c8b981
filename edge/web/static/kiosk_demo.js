/* The demonstration for who has never used such a machine: four pictures with a sentence each. */
import { $, t } from "./common.js";
import { ended, step } from "./kiosk_session.js";

const PICTURES = ["choose", "slip", "called", "booking"];
let nth = 0;

function said(picture) {
  return {
    choose: [t("Touch your business"), t("Touch the line that says what you came for. People of the published groups touch their group first.")],
    slip: [t("Take your slip"), t("A slip with your number comes out below. It says how many people are before you and how long it may take.")],
    called: [t("Wait for your number"), t("Your number is shown on the screens and called by voice, with the window to go to.")],
    booking: [t("With a booking"), t("Touch “I have a booking” and lay your card on the reader, hold the code under the scanner, or type it.")],
  }[picture];
}

function show() {
  const picture = PICTURES[nth];
  const [title, text] = said(picture);
  for (const svg of document.querySelectorAll("#demo [data-picture]")) svg.toggleAttribute("hidden", svg.dataset.picture !== picture);
  $("demo-nth").textContent = t("Step {n} of {all}", { n: nth + 1, all: PICTURES.length });
  $("demo-title").textContent = title;
  $("demo-text").textContent = text;
  $("demo-back").disabled = nth === 0;
  $("demo-next").textContent = nth === PICTURES.length - 1 ? t("Begin") : t("Next step");
  $("demo-title").focus();
}

function turn(by) {
  nth += by;
  if (nth < PICTURES.length) {
    step("demo");
    show();
    return;
  }
  $("demo").close();
  ended("completed");
}

$("demo-open").onclick = () => {
  nth = 0;
  step("demo");
  $("demo").showModal();
  show();
};
$("demo-next").onclick = () => turn(1);
$("demo-back").onclick = () => turn(-1);
$("demo-close").onclick = () => $("demo").close();
