/* The service desk's page: who asks, who arrives, who has a number, and what the hall tells its receptionist. */
import { $, draw, el, get, hall, t, toast } from "./common.js";
import { ask, dialogOpen } from "./dialog.js";
import { EMERGENCIES, alarmName, known, learn, placeName } from "./hall_words.js";
import { drawEnquiries, somebodyAsks, tickEnquiries } from "./desk_enquiry.js";
import { drawWays, followRoster, heard, tickArrivals } from "./desk_arrivals.js";
import { showPlaces } from "./desk_places.js";
import { reprint } from "./desk_slips.js";
import { drawWho, here, order, signed } from "./desk_state.js";

function show() {
  drawWho();
  drawEnquiries();
  drawWays();
  followRoster();
  drawBanners(known.view);
}

function drawBanners(view) {
  $("emergency").hidden = view.emergency === null;
  $("emergency").textContent = view.emergency === null ? "" : t("Emergency: {kind}. Nobody is called until it ends.", { kind: (EMERGENCIES[view.emergency] || (() => view.emergency))() });
  // A silent alarm is for the supervisor alone: whoever it is about may see this screen.
  const alarms = view.alarms.filter((one) => one.kind !== "silent");
  $("alarms").hidden = alarms.length === 0;
  draw($("alarms"), alarms, () => alarms.map((one) => el("span", {}, `${alarmName(one.kind)}: ${placeName(one.place)}`)));
  $("staff").hidden = view.slips_for_staff.length === 0;
  draw($("staff"), view.slips_for_staff, (numbers) => numbers.map((number) => el("span", { className: "row" },
    t("The slip of {number} may be lost.", { number }),
    el("button", { className: "button warn low", onclick: () => reprint(number) }, t("Print a copy")))));
}

// --- help ----------------------------------------------------------------------------------------

const raise = (kind) => order("/api/desk/alarm", signed({ kind }));

$("help").onclick = () => ask({
  title: t("Call for help"),
  choices: [
    [t("Help at the desk: colleagues and supervisor see it"), async () => { await raise("help"); toast(t("Help has been called."), true); }],
    // Nothing on this page may give it away, not even a failure.
    [t("Silent alarm: nothing is shown or heard here (F9)"), () => raise("silent").catch(() => null)],
  ],
});

$("crowd").onclick = () => ask({
  title: t("Too many people in the hall?"),
  note: t("The screens ask everybody to queue, and the supervisor is told."),
  submit: { words: t("Say so"), act: async () => { await raise("crowd"); toast(t("The supervisor has been told."), true); } },
});

// --- keys ----------------------------------------------------------------------------------------

addEventListener("keydown", (event) => {
  if (event.key === "F9") { event.preventDefault(); if (!event.repeat) raise("silent").catch(() => null); return; }
  if (event.ctrlKey || event.altKey || event.metaKey || event.repeat || dialogOpen()) return;
  if (event.target.matches("input, select, textarea")) return;
  if (event.key.toUpperCase() === "A") { event.preventDefault(); somebodyAsks(); }
});
$("ask").onclick = somebodyAsks;

// Nothing is drawn before it is known which documents may be typed: what was typed by then would be drawn over.
const staff = get("/api/staff").then((told) => { here.staff = told; }).catch((refusal) => toast(refusal.message));
hall((view, about) => {
  const first = !known.view;
  learn(view, about);
  staff.then(() => { show(); if (first) showPlaces(); });
}, "/api/stream?reader=desk", { reading: heard });
setInterval(() => { tickEnquiries(); tickArrivals(); }, 1000);
