"""Over any sequence of commands, with bookings and places of the hall's own: no number twice, no ticket lost, in order,
nobody starves, exact replay."""

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule

from contract import directives, events
from edge.hall import commands as c
from edge.hall.state import Grant
from tests.hall_machine import SERVICE, WHICH, HallMachine
from tests.halls import HALF, NODE


class BookedHallMachine(HallMachine):
    """Also what the centre books there, and what it lets the hall sell."""

    # --- bookings ------------------------------------------------------------

    @rule(service=SERVICE, in_s=st.sampled_from([-1000, -60, 2, 60, 1200, 80_000]), priority=st.sampled_from([0, 0, 1]))
    def book(self, service: str, in_s: int, priority: int) -> None:
        self.codes += 1
        self.bench.book(f"K{self.codes}", service, in_s, priority_class="elderly" if priority else None)
        self.look()

    @rule(service=SERVICE, in_s=st.sampled_from([-60, 5, 60]), count=st.integers(1, 3))
    def booked_customers(self, service: str, in_s: int, count: int) -> None:
        for _ in range(count):
            self.book(service, in_s, 0)
            self.do(c.CheckIn(self.bench.token(), "kiosk", "code", f"K{self.codes}"))

    def code(self, which: int) -> str:
        codes = list(self.bench.state.bookings)
        return codes[which % len(codes)]

    @precondition(lambda self: self.bench.state.bookings)
    @rule(which=WHICH)
    def check_in(self, which: int) -> None:
        self.do(c.CheckIn(self.bench.token(), "kiosk", "code", self.code(which)))

    @precondition(lambda self: self.bench.state.bookings)
    @rule(which=WHICH, consent=st.booleans())
    def lift(self, which: int, consent: bool) -> None:
        self.do(c.LiftVoid(self.code(which), "boss", "snow", consent, self.bench.token(), "desk"))

    @precondition(lambda self: self.bench.state.bookings)
    @rule(which=WHICH, again=st.booleans())
    def cancel(self, which: int, again: bool) -> None:
        code = self.code(which)
        self.bench.told(directives.BookingCancelled(code))
        if again:
            self.bench.book(code, in_s=30)
        self.look()

    @rule(named=st.lists(WHICH, max_size=4))
    def snapshot_of_the_centre(self, named: list[int]) -> None:
        self.bench.told(directives.SnapshotBegun())
        for code in {self.code(which) for which in named if self.bench.state.bookings}:
            self.bench.book(code, in_s=60)
        self.bench.told(directives.SnapshotEnded())
        self.look()

    # --- the hall's own share ----------------------------------------------------

    @rule(service=SERVICE, n=st.integers(0, 3), in_s=st.sampled_from([-60, 2, 1200, 80_000]), old=st.booleans())
    def grant(self, service: str, n: int, in_s: int, old: bool) -> None:
        """Places of a slot; sometimes of an epoch that is over."""
        self.codes += 1
        slot, epoch = f"{service}{self.codes % 3}", f"e{self.epochs - old}"
        day = "2026-11-22" if self.bench.state.plan is None else self.bench.state.plan.day
        starts = self.bench.at + in_s * 1000
        self.bench.told(
            directives.ShareGranted(f"G{self.codes}", NODE, epoch, slot, day, service, starts, starts + HALF, n)
        )
        self.look()

    def some_grant(self, which: int) -> Grant:
        grants = list(self.bench.state.grants.values())
        return grants[which % len(grants)]

    @precondition(lambda self: self.bench.state.grants)
    @rule(
        which=WHICH, person=st.none() | st.integers(1, 3), named=st.booleans(), readback=st.sampled_from([1, 1, 1, 0])
    )
    def sell(self, which: int, person: int | None, named: bool, readback: int) -> None:
        grant = self.some_grant(which)
        known = {} if person is None else {"id_hmac": f"{person:064x}"}
        slot, wish = (None, {"grant": grant.id}) if named else (grant.slot, {})
        self.do(self.bench.sell(slot, service=grant.service, readback=bool(readback), **wish, **known))

    @precondition(lambda self: self.bench.state.grants)
    @rule(which=WHICH, by=st.sampled_from(["desk", "centre"]))
    def give_back(self, which: int, by: str) -> None:
        self.do(c.ReturnShare(self.some_grant(which).id, by))

    @precondition(lambda self: self.bench.state.grants)
    @rule(which=WHICH)
    def grant_again(self, which: int) -> None:
        self.tell_again(self.some_grant(which))
        self.look()

    def tell_again(self, grant: Grant) -> None:
        slot = (grant.slot, grant.day, grant.service, grant.starts_at, grant.ends_at)
        self.bench.told(directives.ShareGranted(grant.id, NODE, self.bench.state.epoch, *slot, grant.n))

    @rule(named=st.lists(WHICH, max_size=4), sold=st.lists(WHICH, max_size=2))
    def restored_centre(self, named: list[int], sold: list[int]) -> None:
        """It hears of the whole roster, and names some of the grants again."""
        self.generations += 1
        self.bench.generation = f"g{self.generations}"
        held = list(self.bench.state.bookings)
        _, *report = self.bench.told(directives.SnapshotBegun())
        assert [entry.code for part in report for entry in part.entries] == held  # type: ignore[attr-defined]
        self.look()
        if self.bench.state.grants:
            for which in named:
                self.tell_again(self.some_grant(which))
            for which in sold:
                self.sell(which, None, True, 1)
        self.bench.told(directives.SnapshotEnded())
        self.look()
        assert list(self.bench.state.bookings)[: len(held)] == held

    @rule(seldom=st.integers(0, 5))
    def new_epoch(self, seldom: int) -> None:
        """The journal was damaged and salvaged whole. From this start on the clock is good, as the model has it."""
        if seldom == 5:
            self.bench.do(c.Record(events.EpochBegun(f"e{self.epochs}", "a torn page")))
            self.epochs += 1
            self.bench.start(f"e{self.epochs}")
            self.look()

    @invariant()
    def every_place_is_sold_given_back_or_left(self) -> None:
        for id_, grant in self.bench.state.grants.items():
            known = self.model.grants[id_]
            assert (grant.n, grant.sold, grant.returned, grant.closed) == (
                known.n,
                known.sold,
                known.returned,
                known.over,
            )
            assert grant.sold + grant.returned + grant.left == grant.n and grant.left >= 0
            assert not grant.stale, "outside a snapshot nothing waits"


@pytest.mark.clause("S1-4")
class TestHall(BookedHallMachine.TestCase):  # type: ignore[misc,valid-type]
    settings = settings(
        max_examples=300,
        stateful_step_count=50,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
    )
