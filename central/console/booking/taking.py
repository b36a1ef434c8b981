"""Takes a booking at the desk: everything is examined first, then read back, then booked (S0-10, S0-11, S0-13)."""

from collections.abc import Mapping
from typing import Any

import msgspec
from sqlalchemy import Row, select
from starlette_admin.i18n import get_locale
from starlette_admin.i18n import gettext as _

from central.audit import Actor
from central.booking.application import Application, Examination
from central.booking.desk import BookingDesk
from central.booking.rebooking import rebook
from central.booking.sentences import BookingRefused
from central.booking.written import Caller
from central.console.booking.forms import Typed
from central.console.booking.page import sentence
from central.db.tables import Booking
from identity_numbers import dialled


class Outcome(msgspec.Struct, frozen=True):
    """`made`: the booking; else `faults`, field to sentence, or nothing but the reading back is wanting (`found`)."""

    made: Row[Any] | None = None
    faults: Mapping[str, str] = {}
    found: Examination | None = None


class Taking:
    """`before`: a booking of the same customer whose details are taken where none were typed, unseen."""

    def __init__(self, desk: BookingDesk, by: Actor, before: Row[Any] | None = None) -> None:
        self._desk, self._by, self._before = desk, by, before

    def take(self, typed: Typed, *, hold: bool = False) -> Outcome:
        """Books what is typed. `hold`: also with faults, so that the place is kept while they are mended."""
        try:
            offer = self._desk.offer(typed.hall)
            if not typed.matter:
                return Outcome(faults={"matter": _("Choose the matter.")})
            asked = self._asked(typed)
            found = self._desk.examine(asked)
            faults = {one.field: one.said(get_locale()) for one in found.faults}
            if not typed.slot:
                return Outcome(faults={"slot": _("Choose a time."), **faults})
            if faults and not hold:
                return Outcome(faults=faults, found=found)
            if offer.rules.readback and not typed.readback and not faults:
                return Outcome(found=found)
            return Outcome(made=self._booked(typed, asked))
        except BookingRefused as refused:
            return Outcome(faults={refused.field or "code": sentence(refused)})

    def _asked(self, typed: Typed) -> Application:
        asked = typed.application()
        if self._before is None or self._before.person is None:
            return asked
        person = self._desk.vault.person(self._before.person, self._before.person_kid)
        return msgspec.structs.replace(
            asked,
            name=asked.name or person.name,
            phone=asked.phone or dialled(person.phone),
            email=asked.email or person.email,
            id_type=asked.id_type if asked.id_number else person.id_type,
            id_number=asked.id_number or person.id_number,
            openid=person.openid,
        )

    def _booked(self, typed: Typed, asked: Application) -> Row[Any]:
        repeat = (f"console:{self._by.name}", typed.key) if typed.key else None
        if self._before is None or self._before.open:
            return self._desk.apply(
                asked, typed.channel, self._by, assisted_by=self._by.name, idempotency=repeat
            )  # fmt: skip
        caller = Caller(typed.channel, self._desk.roster_key(typed.hall), None, self._by.name, repeat)
        with self._desk.working(self._by, staff=True) as work:
            old = work.connection.execute(select(Booking).where(Booking.id == self._before.id).with_for_update()).one()
            return rebook(work, old, asked, caller)
