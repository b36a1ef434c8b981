"""The desk every channel books at: one transaction a wish, the same rules for all of them.

Methods raise BookingRefused (with a code and a sentence in either language), Invalid, StorageError.
"""

import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, Row, select

from central.audit import CUSTOMER, Actor
from central.booking import applying, changing, closing, completing, reviewing, store
from central.booking.application import Application, Examination
from central.booking.offer import HallOffer, Offers
from central.booking.sentences import BookingRefused, Faulty
from central.booking.work import Listener, Work
from central.booking.written import Caller
from central.clock import wall_ms
from central.db.again import again
from central.db.engine import writing
from central.db.tables import BookingChange, Hall
from central.guesses import Guesses
from central.ingest.words import clean
from central.roster_key import roster_key
from central.vault import Vault
from contract.booking_code import tidy


class BookingDesk:
    """`nudge` is called after a commit, so that notices and halls hear of it at once. `wall`: ms since 1970.
    `previous`: secrets of before, under which a hall may have kept its hashes."""

    def __init__(
        self,
        engine: Engine,
        vault: Vault,
        secret: str,
        listeners: Sequence[Listener] = (),
        *,
        nudge: Callable[[], object] = lambda: None,
        wall: Callable[[], int] = wall_ms,
        previous: Sequence[str] = (),
    ) -> None:
        self.engine, self.vault, self.offers, self.wall = engine, vault, Offers(engine), wall
        self._secret, self._listeners, self._nudge, self._previous = secret, listeners, nudge, previous
        self.guesses = Guesses(engine, wall=lambda: self.wall())
        """Of booking codes: on the site, over the API and at the desk."""

    @contextmanager
    def working(self, actor: Actor, *, staff: bool = False) -> Iterator[Work]:
        """One transaction, committed at the end."""
        with writing(self.engine).begin() as connection:
            yield self.work(connection, actor, staff=staff)
        self._nudge()

    def work(self, connection: Connection, actor: Actor, *, staff: bool = False, at: int | None = None) -> Work:
        """For who has a transaction already."""
        return Work(
            connection=connection, at=self.wall() if at is None else at, actor=actor, offers=self.offers,
            vault=self.vault, listeners=self._listeners, staff=staff,
        )  # fmt: skip

    def halls(self) -> list[str]:
        """Ids of all halls."""
        with self.engine.connect() as connection:
            return list(connection.scalars(select(Hall.id).order_by(Hall.id)))

    def offer(self, hall: str) -> HallOffer:
        return self.offers.of(hall)

    def roster_key(self, hall: str) -> str:
        return roster_key(self._secret, hall)

    def roster_keys(self, hall: str) -> list[str]:
        """The present one first, then those of secrets before it."""
        return [roster_key(secret, hall) for secret in (self._secret, *self._previous)]

    # --- a new booking --------------------------------------------------------

    @again
    def apply(
        self,
        asked: Application,
        channel: str,
        actor: Actor = CUSTOMER,
        *,
        partner: int | None = None,
        assisted_by: str | None = None,
        idempotency: tuple[str, str] | None = None,
    ) -> Row[Any]:
        """The new booking: status confirmed, reviewing, or returned with `faults` to mend until `deadline`.

        `channel`: web, app, wechat, partner; hotline or onsite with `assisted_by`. `idempotency`: caller and key.
        """
        caller = Caller(channel, self.roster_key(asked.hall), partner, assisted_by, idempotency)
        self._look_first(asked, idempotency is not None)
        with self.working(actor, staff=assisted_by is not None) as work:
            return applying.apply(work, asked, caller)

    def examine(self, asked: Application) -> Examination:
        """All that is wrong with what is asked for, before anything is held: by the day of its slot, by today's while
        none is chosen. Raises BookingRefused where there is no such hall, matter, slot or priority."""
        offer = self.offer(asked.hall)
        matter, starts_at = offer.matter(asked.matter), self.wall()
        if asked.slot:
            with self.engine.connect() as connection:
                starts_at = applying.slot_for(connection, asked, matter).starts_at
        return applying.examined(offer, matter, asked, self.wall(), starts_at)

    @again
    def resubmit(self, booking: "Who", asked: Application, actor: Actor = CUSTOMER, *, staff: bool = False) -> Row[Any]:
        """A returned application, mended (S0-24)."""
        with self.working(actor, staff=staff) as work:
            found = self.found(work.connection, booking)
            caller = Caller(found.channel, self.roster_key(found.hall), found.partner, found.assisted_by)
            return applying.resubmit(work, found, asked, caller)

    # --- one that exists ------------------------------------------------------

    def find(self, booking: "Who") -> Row[Any]:
        """Raises BookingRefused "not_found", whatever of it is wrong."""
        with self.engine.connect() as connection:
            return self.found(connection, booking, lock=False)

    @again
    def cancel(
        self, booking: "Who", actor: Actor = CUSTOMER, *, staff: bool = False, reason: str = "",
        reason_code: str = "customer",
    ) -> Row[Any]:  # fmt: skip
        """`reason_code` FM: hindered by force majeure, the lead time does not hold (S0-53)."""
        with self.working(actor, staff=staff) as work:
            found = self.found(work.connection, booking)
            return changing.cancel(work, found, reason=reason, reason_code=reason_code)

    @again
    def move(
        self, booking: "Who", slot: str, actor: Actor = CUSTOMER, *, staff: bool = False, reason: str = "",
        reason_code: str = "customer",
    ) -> Row[Any]:  # fmt: skip
        """The same matter at another time."""
        with self.working(actor, staff=staff) as work:
            found = self.found(work.connection, booking)
            return changing.move(work, found, slot, reason=reason, reason_code=reason_code)

    @again
    def ask_change(
        self, booking: "Who", matter: str, slot: str, actor: Actor = CUSTOMER, *, staff: bool = False, reason: str = "",
        channel: str = "web",
    ) -> int:  # fmt: skip
        """Another matter (S0-48): waits for a reviewer. Gives the change's id."""
        with self.working(actor, staff=staff) as work:
            return changing.ask_change(work, self.found(work.connection, booking), matter, slot, reason, channel)

    # --- staff ---------------------------------------------------------------

    @again
    def decide_change(self, change: int, actor: Actor, *, approve: bool, reason: str = "") -> Row[Any]:
        with self.working(actor, staff=True) as work:
            asked = work.connection.execute(select(BookingChange).where(BookingChange.id == change)).first()
            if asked is None:
                raise BookingRefused("not_found", "change")
            booking = store.by_id(work.connection, asked.booking, lock=True)
            return changing.decide_change(work, asked, booking, approve=approve, reason=reason)

    @again
    def approve(self, code: str, actor: Actor) -> Row[Any]:
        with self.working(actor, staff=True) as work:
            return reviewing.approve(work, self.found(work.connection, Who(code)))

    @again
    def send_back(self, code: str, actor: Actor, faults: dict[str, str]) -> Row[Any]:
        """`faults`: field to what is to be mended, in the reviewer's words."""
        with self.working(actor, staff=True) as work:
            return reviewing.send_back(work, self.found(work.connection, Who(code)), faults)

    @again
    def refuse(self, code: str, actor: Actor, reason: str) -> Row[Any]:
        with self.working(actor, staff=True) as work:
            return reviewing.refuse(work, self.found(work.connection, Who(code)), reason)

    @again
    def complete(self, code: str, asked: Application, actor: Actor) -> Row[Any]:
        """A rebuilt booking gets its customer back (booking/completing.py). Raises Faulty for what does not fit, which
        is on record then and counts as a wrong try of the code; TooManyTries."""
        unfit: list[Faulty] = []

        def fitting() -> Row[Any] | None:
            with self.working(actor, staff=True) as work:
                booking = self.found(work.connection, Who(code))
                done = completing.complete(work, booking, asked, self.roster_keys(booking.hall))
            if isinstance(done, Faulty):
                unfit.append(done)
                return None
            return done

        whole = self.guesses.tried(code, f"{actor.name} {code}", fitting)
        if whole is None:
            raise unfit[-1]
        return whole

    @again
    def note_call(self, task: int, actor: Actor, outcome: str, note: str = "") -> bool:
        """The outcome of one call of a task; True where it is done with it."""
        with self.working(actor, staff=True) as work:
            return reviewing.note_call(work, reviewing.task(work.connection, task), outcome, note)

    # --- closures ------------------------------------------------------------

    @again
    def close_hall(
        self, hall: str, actor: Actor, *, from_at: int, until_at: int, cause: str, text: dict[str, str],
        known_at: int | None = None,
    ) -> Row[Any]:  # fmt: skip
        """The closure's row (booking/closing.py `declare`)."""
        with self.working(actor, staff=True) as work:
            return closing.declare(
                work, hall, from_at=from_at, until_at=until_at, cause=cause, text=text, known_at=known_at
            )

    @again
    def prolong_closure(
        self, closure: int, actor: Actor, until_at: int, text: dict[str, str] | None = None
    ) -> Row[Any]:
        """The closure's row (booking/closing.py `prolong`)."""
        with self.working(actor, staff=True) as work:
            return closing.prolong(work, closure, until_at, text)

    @again
    def end_closure(self, closure: int, actor: Actor) -> int:
        """Gives how many bookings stand again."""
        with self.working(actor, staff=True) as work:
            return closing.end(work, closure)

    def closures(self, hall: str) -> Sequence[Row[Any]]:
        """Those that last or are to come."""
        with self.engine.connect() as connection:
            return closing.of_hall(self.work(connection, CUSTOMER), hall)

    def offers_of(self, token: str) -> tuple[Row[Any], Row[Any], list[Row[Any]]]:
        """Closure, booking and free slots behind the link of an offer."""
        with self.engine.connect() as connection:
            return closing.offers_of(self.work(connection, CUSTOMER), token)

    def offer_settled(self, token: str) -> tuple[str, Row[Any]] | None:
        """What became of an offer that is open no more, and its booking."""
        with self.engine.connect() as connection:
            return closing.settled(self.work(connection, CUSTOMER), token)

    @again
    def accept(self, token: str, slot: str) -> Row[Any]:
        with self.working(CUSTOMER) as work:
            return closing.accept(work, token, slot)

    @again
    def decline(self, token: str) -> Row[Any]:
        with self.working(CUSTOMER) as work:
            return closing.decline(work, token)

    # -------------------------------------------------------------------------

    def found(self, connection: Connection, who: "Who", *, lock: bool = True) -> Row[Any]:
        """Raises BookingRefused "not_found"."""
        row = store.by_code(connection, clean(tidy(who.code), 64), lock=lock)
        if row is None or not who.proves(row.phone_masked):
            raise BookingRefused("not_found", "code")
        return row

    def _look_first(self, asked: Application, repeatable: bool) -> None:
        """Where all writers wait for one another, a thousand who want the last place need not all wait to learn that it
        is gone (F49)."""
        self.offer(asked.hall).matter(asked.matter)
        if self.engine.dialect.name != "sqlite":
            return
        with self.engine.connect() as connection:
            slot = store.slot(connection, asked.slot)
            if not repeatable and store.free_places(slot) == 0:
                raise store.why_not(connection, asked.slot)


class Who:
    """Names a booking. A customer proves it with the last four digits of the telephone number; staff need not."""

    def __init__(self, code: str, phone_tail: str | None = None) -> None:
        self.code, self._tail = code, phone_tail

    def proves(self, phone_masked: str) -> bool:
        if self._tail is None:
            return True
        tail = self._tail.strip().encode()
        return len(phone_masked) >= 4 and secrets.compare_digest(phone_masked[-4:].encode(), tail)
