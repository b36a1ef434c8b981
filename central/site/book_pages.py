"""`/h/{hall}/book`: the walk that books. Each step is an address of its own, so that Back goes back; what a customer
writes is sent once, and a form that is sent twice books once."""

import logging
import time
from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter, Request, Response
from sqlalchemy import Row

from central.booking import store
from central.booking.application import Application
from central.booking.desk import Who
from central.booking.offer import HallOffer
from central.booking.sentences import BookingRefused
from central.pace import Pace
from central.site import choosing, entries, guide, ids
from central.site.entries import Entries
from central.site.form import CHOSEN, Form, Kept, Sent
from central.site.front import STALE, Front, asked_language, client, wait
from central.site.held import Held
from central.site.opened import customer
from central.site.texts import said
from central.site.visit import Visit
from words import catalogue

log = logging.getLogger(__name__)

SENDS_PER_MINUTE = 60
"""Applications from one address: a hall's own network, or a village behind one, stays below it."""
SHOWN = ("slot", "phone", "id_number", "priority_class", "Idempotency-Key")
"""Fields beside which the desk's refusal is said; any other is of what no form of ours asks."""
_ = str  # marks sentences for the catalogue
BUSY = _("Too many applications come from your connection. Please wait a minute and send it once more.")
MEND_HERE = _(
    "Mend here what is marked. Many applications from your connection wait to be mended already, so no time is held "
    "for one more."
)
NO_CONSENT = _("Without your consent nothing can be booked here. Tick it, or book by telephone or in the hall.")
SENT_BEFORE = _("This form was sent before, and what it asked for is booked. Look the booking up to change it.")


class BookPages:
    def __init__(self, front: Front) -> None:
        self._front = front
        self._pace = Pace(SENDS_PER_MINUTE)
        self._held = Held()

    def routes(self) -> APIRouter:
        routes = self._front.routes()
        options: dict[str, Any] = {"response_model": None}
        routes.add_api_route("/h/{hall}/book", self.step, methods=["GET", "HEAD"], **options)
        routes.add_api_route("/h/{hall}/book", self.send, methods=["POST"], **options)
        return routes

    def step(self, request: Request, hall: str, matter: str = "", day: str = "", slot: str = "") -> Response:
        """What is still to be chosen."""
        offer = self._offer(hall)
        if not matter:
            return self._matters(request, offer)
        ids.require(matter=matter, slot=slot)
        offer.matter(matter)
        if slot:
            return self._details(request, offer, matter, slot, Entries(), {})
        return self._times(request, offer, matter, day) if day else self._days(request, offer, matter)

    def send(self, request: Request, hall: str, form: Sent) -> Response:
        """Books, and opens the booking for this browser. What is to be mended is said beside its field."""
        offer = self._offer(hall)
        if form.choosing is not None:
            return self._choose(request, offer, form, *form.choosing)
        matter, slot, wrote = form.text("matter"), form.text("slot"), entries.entries(form)
        ids.require(matter=matter, slot=slot)
        visit = self._front.visit(request)
        key = self._front.visits.key(visit, form.text("form"))
        if form.unsent:
            return self._details(request, offer, matter, slot, wrote, {})
        if key is None:
            return self._details(request, offer, matter, slot, wrote, {"": self._say(request, STALE)}, 403)
        if (seconds := self._pace.wait_s(client(request), time.monotonic())) > 0:
            log.warning("booking: too many applications from %s", client(request))
            busy = self._details(request, offer, matter, slot, wrote, {"": self._say(request, BUSY)}, 429)
            return wait(busy, seconds)
        asked = entries.application(
            wrote, hall=hall, matter=matter, slot=slot, language=asked_language(request), openid=visit.openid
        )
        if not wrote.consent:
            faults = self._faults(asked) | {"consent": self._say(request, NO_CONSENT)}
            return self._details(request, offer, matter, slot, wrote, faults, 422)
        address, now = client(request), time.monotonic()
        if self._held.full(address, now) and (faults := self._faults(asked)):
            log.warning("booking: too many applications to be mended from %s", address)
            return self._details(request, offer, matter, slot, wrote, {"": self._say(request, MEND_HERE)} | faults, 422)
        try:
            made = self._made(visit, self._front.visits.about(form.text("form")), asked, key)
        except BookingRefused as refused:
            faults = self._faults(asked, refused)
            return self._details(request, offer, matter, slot, wrote, faults, refused.status)
        if made.status == "returned":
            self._held.returned(address, now)
        opened = visit.proving(self._front.now(), booking=made.code, told=made.status)
        return self._front.go(request, "/b/mend" if made.status == "returned" else "/b", opened)

    def _made(self, visit: Visit, about: str, asked: Application, key: str) -> Row[Any]:
        """The booking. An application that was returned, and comes once more from a form made after that (`about`, as
        Back and Send do it), is mended: it takes no second place. Raises BookingRefused."""
        desk = self._front.desk
        if about and about == visit.booking and visit.proven(self._front.now()):
            before = desk.find(Who(about))
            if self._same(before, asked):
                return desk.resubmit(Who(about), asked, customer(visit))
        return desk.apply(asked, visit.channel, customer(visit), idempotency=("web", key))

    def _same(self, before: Row[Any], asked: Application) -> bool:
        """Whether that may still be mended, and is of the same person for the same matter and time."""
        if before.status != "returned" or (before.matter, before.slot) != (asked.matter, asked.slot):
            return False
        person = self._front.desk.vault.person(before.person, before.person_kid)
        mendable = before.deadline is None or self._front.now() <= before.deadline
        return mendable and "".join(person.name.split()) == "".join(asked.name.split())

    # --- the steps -------------------------------------------------------------

    def _choose(self, request: Request, offer: HallOffer, form: Form, matter: str, day: str, slot: str) -> Response:
        """As `step`, on the way back from the details: what was written there comes along."""
        ids.require(matter=matter, slot=slot)
        kept = form.others(*CHOSEN)
        if not matter:
            return self._matters(request, offer, kept)
        offer.matter(matter)
        if slot:
            return self._details(request, offer, matter, slot, entries.entries(form), {})
        return self._times(request, offer, matter, day, kept) if day else self._days(request, offer, matter, kept)

    def _matters(self, request: Request, offer: HallOffer, kept: Kept | None = None) -> Response:
        language = asked_language(request)
        groups = guide.by_type(offer.bookable(), language)
        return self._front.page(request, "book_matter.html", groups=groups, **self._place(offer, language, kept))

    def _days(self, request: Request, offer: HallOffer, matter: str, kept: Kept | None = None) -> Response:
        language, row = asked_language(request), offer.matter(matter)
        with self._front.desk.engine.connect() as connection:
            days = choosing.days(connection, offer, row["service"], self._front.now(), language)
            checking = choosing.checking(connection, offer.hall)
        return self._front.page(
            request,
            "book_day.html",
            guide=guide.guide(row, offer.materials, language),
            days=days,
            checking=checking,
            **self._place(offer, language, kept),
        )

    def _times(self, request: Request, offer: HallOffer, matter: str, day: str, kept: Kept | None = None) -> Response:
        language, row = asked_language(request), offer.matter(matter)
        day_name = choosing.day_name(day, language)
        with self._front.desk.engine.connect() as connection:
            times = choosing.times(connection, offer, row["service"], day, self._front.now(), language)
        return self._front.page(
            request,
            "book_time.html",
            guide=guide.guide(row, offer.materials, language),
            day=day,
            day_name=day_name,
            times=times,
            **self._place(offer, language, kept),
        )

    def _details(
        self, request: Request, offer: HallOffer, matter: str, slot: str, wrote: Entries, faults: dict[str, str],
        status: int = 200,
    ) -> Response:  # fmt: skip
        """`faults`: field to sentence; under "" what is of no field. A time that is gone is chosen anew in place."""
        language, row = asked_language(request), offer.matter(matter)
        with self._front.desk.engine.connect() as connection:
            chosen = store.slot(connection, slot)
            others: Sequence[Row[Any]] = ()
            if "slot" in faults:
                others = choosing.still_free(connection, offer, row["service"], chosen.day, self._front.now())
        if chosen.hall != offer.hall or chosen.service != row["service"]:
            raise BookingRefused("slot_unknown", "slot")
        return self._front.page(
            request,
            "book_details.html",
            status,
            typed=request.url.path,
            visit=self._front.visit(request),
            guide=guide.guide(row, offer.materials, language),
            place=choosing.place(offer, chosen, language),
            others=[choosing.place(offer, one, language) for one in others],
            wrote=wrote,
            faults=entries.named(faults, row, language, None if others else {*faults} - {"slot"}),
            **entries.choices(offer, row, language),
            **self._place(offer, language),
        )

    def _faults(self, asked: Application, refused: BookingRefused | None = None) -> dict[str, str]:
        """Everything that is to be mended, so that it is mended at once: why the desk `refused`, and what is wrong
        beside that. Raises the refusal again where the form has no such field."""
        beside = _beside(refused, asked.language) if refused else {}
        if "" in beside:
            return beside
        try:
            found = {one.field: one.said(asked.language) for one in self._front.desk.examine(asked).faults}
        except BookingRefused as other:
            return beside or _beside(other, asked.language)
        return found | beside if set(beside) <= set(found) else beside | found

    def _say(self, request: Request, sentence: str) -> str:
        return catalogue("central", "site", asked_language(request)).gettext(sentence)

    def _place(self, offer: HallOffer, language: str, kept: Kept | None = None) -> dict[str, Any]:
        """`kept`: what was written into the details, where something is chosen anew."""
        address = f"/h/{offer.hall}/book"
        known = {"hall": offer.hall, "hall_name": said(offer.name, language) or offer.hall, "kept": kept}
        return known if kept is None else known | {"typed": address}

    def _offer(self, hall: str) -> HallOffer:
        """Raises BookingRefused "hall_unknown"."""
        ids.require(hall=hall)
        offer = self._front.desk.offer(hall)
        if not offer.published:
            raise BookingRefused("hall_unknown", "hall")
        return offer


def _beside(refused: BookingRefused, language: str) -> dict[str, str]:
    """The desk's refusal beside its field. Raises it again where the form has no such field."""
    if refused.field not in SHOWN:
        raise refused
    if refused.code == "key_reused":
        return {"": catalogue("central", "site", language).gettext(SENT_BEFORE)}
    return {refused.field or "": refused.said(language)}
