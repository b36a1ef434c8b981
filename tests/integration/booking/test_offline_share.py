"""No place is sold twice and none is lost for ever, whatever happens to the hall's own share on its way (F49).

Besides what the network does (tests/share_world.py): journals that are torn, a node that is restored from an old image,
and a centre that is restored from a backup.
"""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select

from central.audit import Actor
from central.booking import roster, shares
from central.db.tables import Unreconciled
from contract import events as e
from edge.hall.commands import ReturnShare
from hallkeeper.central_backup import back_up, put_back
from tests.share_node import Image
from tests.share_world import Together

Fate = st.sampled_from(["arrives", "arrives", "arrives", "lost", "twice", "late"])
PHASES = (Phase.explicit, Phase.reuse, Phase.generate)
"""An example takes a second, so a failing one is shown as it was found; it is short enough to read."""


KNOWN = {
    "the hall of a move": "booked heard kept moved heard",
    "the hall of two moves": "booked heard kept moved moved-back heard",
    "the hall of an end": "booked heard kept cancelled heard",
    "the hall of a move and an end": "booked heard kept moved cancelled heard",
    "the hall of a booking that moved": "kept booked moved heard",
    "the centre of a move": "booked heard moved kept",
    "the centre of an end": "booked heard cancelled kept",
    "the centre of an end on its way": "booked heard cancelled told kept",
}
"""Who knows better of a booking when the centre is restored from what was `kept`, and what became of it before: `told`
is on its way to the hall, `heard` there."""


class Shares(RuleBasedStateMachine):
    """Any order of any of it."""

    @initialize()
    def begin(self) -> None:
        self.both = Together()
        self.backups: list[Path] = []
        self.image: Image | None = None
        self.both.give()
        self.both.settle_down()

    @rule(which=st.integers(0, 1))
    def somebody_books(self, which: int) -> None:
        self.both.book(self.both.slots[which])

    @rule(pick=st.integers(0, 1000))
    def somebody_cancels(self, pick: int) -> None:
        mine = sorted(set(self.both.holding()) & set(self.both.promised))
        if mine:
            self.both.cancel(mine[pick % len(mine)])

    @rule(pick=st.integers(0, 1000), which=st.integers(0, 1))
    def somebody_moves(self, pick: int, which: int) -> None:
        mine = sorted(set(self.both.holding()) & set(self.both.promised))
        if mine:
            self.both.move(mine[pick % len(mine)], self.both.slots[which])

    @rule(which=st.integers(0, 1))
    def the_hall_sells(self, which: int) -> None:
        self.both.sell(self.both.slots[which])

    @rule(pick=st.integers(0, 100))
    def the_hall_gives_back(self, pick: int) -> None:
        held = sorted(id_ for id_, grant in self.both.node.state.grants.items() if not grant.closed and not grant.stale)
        if held:
            self.both.node.do(ReturnShare(held[pick % len(held)], "centre"))

    @rule()
    def the_centre_grants(self) -> None:
        self.both.give()

    @rule()
    def the_centre_asks_for_it(self) -> None:
        self.both.recall()

    @rule(fate=Fate, most=st.integers(1, 30), follow=st.booleans())
    def events_go_up(self, fate: str, most: int, follow: bool) -> None:
        batch = self.both.node.batch(most)
        if batch is not None:
            self.both.send_up(batch, fate, follow=follow)

    @rule(fate=Fate)
    def directives_go_down(self, fate: str) -> None:
        roster.tell(self.both.world.engine, self.both.world.at)
        self.both.send_down(fate)

    @rule(fate=Fate)
    def the_node_says_what_it_took(self, fate: str) -> None:
        self.both.send_up(self.both.node.says_taken(), fate)

    @rule(pick=st.integers(0, 1000))
    def something_late_arrives(self, pick: int) -> None:
        if self.both.late_up:
            self.both.send_up(self.both.late_up[pick % len(self.both.late_up)])
        if self.both.late_down:
            self.both.node.hear(*self.both.late_down[pick % len(self.both.late_down)])

    @rule()
    def the_line_comes_back(self) -> None:
        self.both.shake_hands()

    @rule()
    def the_node_restarts(self) -> None:
        self.both.node.reboot()
        self.both.node.record(e.NodeStarted("1.0", "pi-0001", "hall", self.both.node.epoch.id))
        self.both.shake_hands()

    @rule()
    def the_centre_restarts(self) -> None:
        self.both.bench.restart()

    @rule(lost=st.integers(0, 4))
    def the_journal_is_torn(self, lost: int) -> None:
        self.both.tear(lost)

    @rule()
    def an_image_of_the_node_is_kept(self) -> None:
        """And the node comes back to the line after it, until its lease is used up: else nobody could tell the two
        apart."""
        self.image = self.both.node.image()
        self.both.shake_hands()
        self.both.shake_hands()

    @precondition(lambda self: self.image is not None)
    @rule()
    def the_node_is_restored_from_the_image(self) -> None:
        assert self.image is not None
        self.both.restore_node(self.image)

    @precondition(lambda self: len(self.backups) < 2)
    @rule()
    def a_backup_is_made(self) -> None:
        path = self.both.folder / f"backup-{len(self.backups)}.db"
        back_up(self.both.world.engine, path)
        self.backups.append(path)

    @precondition(lambda self: self.backups)
    @rule(pick=st.integers(0, 10))
    def the_centre_is_restored(self, pick: int) -> None:
        self._restored(self.backups[pick % len(self.backups)])

    def _restored(self, backup: Path) -> None:
        both = self.both
        both.bench.close()
        put_back(both.world.engine, backup, at=both.world.at)
        both.bench.restart()
        both.restored = True

    @rule(seldom=st.integers(0, 4), known=st.sampled_from(sorted(KNOWN)))
    def one_side_knows_better(self, seldom: int, known: str) -> None:
        if seldom == 4 and not self.both.restored:
            self.restored_after(KNOWN[known])

    def restored_after(self, course: str) -> None:
        """The course of one booking, and the centre is restored from what was kept on the way."""
        both, kept, code = self.both, self.both.folder / "morning.db", None
        both.settle_down()
        for step in course.split():
            if step == "booked":
                code = both.book(both.slots[0])
            elif step == "kept":
                back_up(both.world.engine, kept)
            elif step == "told":
                roster.tell(both.world.engine, both.world.at)
            elif step == "heard":
                both.settle_down()
            elif code is not None:
                self._happens(step, code)
        self._restored(kept)

    def _happens(self, what: str, code: str) -> None:
        if what == "cancelled":
            self.both.cancel(code)
        else:
            self.both.move(code, self.both.slots[0 if what == "moved-back" else 1])

    @invariant()
    def nothing_is_sold_twice(self) -> None:
        for id_ in self.both.slots:
            slot = self.both.world.slot(id_)
            assert len(self.both.known_promises(id_)) <= slot.capacity, "more customers than places"
            assert slot.taken + slot.granted <= slot.capacity + slot.excess
            assert self.both.restored or slot.excess == 0

    def teardown(self) -> None:
        try:
            if hasattr(self, "both"):
                self._all_is_healed()
                self.both.close()
        finally:
            pass

    def _all_is_healed(self) -> None:
        """Every place nobody holds can be sold, and not one more; and what either side knew of a booking holds."""
        both = self.both
        kept = both.remembered({code: rev for code, rev in both.revs.items() if code in both.promised})
        ended = both.remembered(both.given_up) | both.cancelled_here()
        newest = {code: (both.revs | both.given_up)[code] for code in kept | both.remembered(both.given_up)}
        both.settle_down()
        holding = both.holding()
        assert {code: holding.get(code) for code in kept} == {code: both.promised[code] for code in kept}
        assert not ended & set(holding), "what was cancelled does not come back"
        centre = both.at_centre()
        assert all(centre.get(code, rev) >= rev for code, rev in newest.items()), "what was told last is not older now"
        for id_ in both.slots:
            assert both.at_hall(id_) == {code for code, of in holding.items() if of == id_}, "the hall expects the same"
        both.recall()
        both.settle_down()
        holding = both.holding()
        with both.world.engine.connect() as connection:
            assert connection.scalar(select(Unreconciled.hall)) is None, "the hall has told its roster"
        for grant in both.grants("frozen"):
            mine = [
                code for code, of in both.torn.items()
                if of == grant.id and code in both.promised and code not in holding
            ]  # fmt: skip
            with both.world.desk.working(Actor("boss"), staff=True) as work:
                shares.settle(work, grant.id, min(len(mine), shares.left(grant)))
        assert both.grants("issued", "recalled", "frozen") == []
        for id_ in both.slots:
            self._sells_out(id_)

    def _sells_out(self, id_: str) -> None:
        both = self.both
        slot = both.world.slot(id_)
        assert slot.granted == 0
        held = len(both.known_promises(id_))
        if not both.restored:
            assert slot.taken == held, "a place is counted that nobody holds"
        free = max(0, slot.capacity - slot.taken)
        for _ in range(free):
            before = len(both.promised)
            both.book(id_)
            assert len(both.promised) == before + 1, "a free place could not be sold"
        before = len(both.promised)
        both.book(id_)
        assert len(both.promised) == before, "one more than there are places was sold"
        assert len(both.known_promises(id_)) <= slot.capacity


@pytest.mark.fault("F25")
@pytest.mark.timeout(300)
@pytest.mark.parametrize("known", KNOWN)
def test_who_is_newer_is_seen_from_rev_alone(known: str) -> None:
    shares = Shares()
    shares.begin()
    shares.restored_after(KNOWN[known])
    assert shares.both.people == 1, "there was a place for it"
    shares.teardown()


@pytest.mark.clause("S0-11")
@pytest.mark.fault("F18")
@pytest.mark.fault("F19")
@pytest.mark.fault("F20")
@pytest.mark.fault("F25")
@pytest.mark.fault("F26")
@pytest.mark.timeout(600)
def test_sold_places_never_exceed_the_capacity_whatever_happens() -> None:
    run_state_machine_as_test(
        Shares,
        settings=settings(
            max_examples=22, stateful_step_count=40, deadline=None, phases=PHASES,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
        ),
    )  # fmt: skip
