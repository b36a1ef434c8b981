"""Every hello beside what is known, and what it is answered (protocol.md, "Coming and going")."""

from typing import Any

import msgspec
import pytest

from central.ingest.judging import Judgement, Known, Running, Said, judge

KNOWN = Known(boot="b1", conn=7, leases=frozenset({"L1", "L2"}), answered="continue")
"""What is known of a node when its boot b1 says hello again; L2 was offered and is not used yet."""
OTHER = msgspec.structs.replace(KNOWN, answered=None)
"""The same, when a boot it does not know says hello."""
HERE = Running("E1", 20, 15)


def said(**changes: Any) -> Said:
    return msgspec.structs.replace(Said("b2", 8, "L1", HERE), **changes)


def running(**changes: Any) -> Running:
    return msgspec.structs.replace(HERE, **changes)


def known(**changes: Any) -> Known:
    return msgspec.structs.replace(OTHER, **changes)


IN_ORDER = {
    "the first contact": (Known(met=False), said(lease=None)),
    "a reboot": (OTHER, said()),
    "a reboot with the lease that was offered": (OTHER, said(lease="L2")),
    "the first welcome was lost, and a reboot": (known(leases=frozenset({None, "L1"})), said(lease=None)),
    "the same boot on a new connection": (KNOWN, said(boot="b1", conn=8)),
    "the same boot, its hello came late": (KNOWN, said(boot="b1", conn=6)),
    "the same boot, whose welcomes were lost or overtaken": (KNOWN, said(boot="b1", conn=8, lease="L0")),
    "nothing waits to be acknowledged": (OTHER, said(running=running(last=15))),
    "a node that never recorded anything": (OTHER, said(running=None)),
    "the centre began anew: leases of before say nothing": (known(leases=None), said(lease="L9")),
    "it has begun anew, as it was told": (
        known(boot="b2", answered="new_epoch"), said(lease="L2", running=Running("E2", 2, None)),
    ),
    "while the boot before is still heard, as after a quick restart": (known(rival=True), said()),
}  # fmt: skip


@pytest.mark.parametrize("case", IN_ORDER.values(), ids=IN_ORDER)
def test_what_is_in_order_goes_on(case: tuple[Known, Said]) -> None:
    judged = judge(*case)
    assert (judged.verdict, judged.ends) == ("continue", None)


DOUBTFUL = {
    "a lease that was used up": (OTHER, said(lease="L0"), "stale lease"),
    "no lease": (OTHER, said(lease=None), "without a lease"),
    "its counter of connections went back": (OTHER, said(conn=7), "counter"),
    "it holds less than was acknowledged": (OTHER, said(running=running(last=14)), "less than was acknowledged"),
    "less, and other events": (OTHER, said(running=running(last=14, fork=12)), "a fork"),
    "its epoch was ended by another": (OTHER, said(running=running(ended=True)), "ended before"),
    "told to begin anew, and did not hear it": (
        known(boot="b2", answered="new_epoch"), said(lease="L0"), "stale lease",
    ),
    "told to begin anew for its counter, and did not hear it": (
        known(boot="b2", conn=8, answered="new_epoch"), said(conn=9), "was told to begin",
    ),
    "the centre began anew, but holds more": (
        known(leases=None), said(lease="L9", running=running(last=14)), "less than",
    ),
    "a new board of that name": (
        OTHER, said(conn=1, lease=None, running=Running("E9", 2, None, follows=False)), "without a lease",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", DOUBTFUL.values(), ids=DOUBTFUL)
def test_an_old_image_begins_a_new_epoch(case: tuple[Known, Said, str]) -> None:
    judged = judge(*case[:2])
    assert case[1].running is not None
    assert (judged.verdict, judged.ends) == ("new_epoch", case[1].running.epoch)
    assert case[2] in "; ".join(judged.notes)


@pytest.mark.parametrize("case", DOUBTFUL.values(), ids=DOUBTFUL)
def test_the_same_beside_another_that_is_heard_stands_aside(case: tuple[Known, Said, str]) -> None:
    before, hello, words = case
    judged = judge(msgspec.structs.replace(before, rival=True), hello)
    assert hello.running is not None
    assert (judged.verdict, judged.ends) == ("quarantine", hello.running.epoch)
    assert words in "; ".join(judged.notes)
    assert judged.notes[-1] == "another node of this name is heard"


@pytest.mark.parametrize("boot", ["b1", "b2"])
def test_as_much_history_but_another_one_stands_aside(boot: str) -> None:
    """Nobody can say which of the two is the hall's."""
    before = KNOWN if boot == "b1" else OTHER
    judged = judge(before, said(boot=boot, running=running(fork=16)))
    assert judged.verdict == "quarantine" and "a fork" in judged.notes[0]


def test_a_node_that_found_its_journal_torn_has_begun_anew_already() -> None:
    """Its salvaged journal may hold an older lease, and the boot before may still seem to be there."""
    anew = Running("E2", 3, None)
    for rival in (False, True):
        judged = judge(known(rival=rival), said(lease="L0", conn=5, running=anew))
        assert (judged.verdict, judged.ends) == ("continue", None)
        assert "by itself" in judged.notes[-1]


def test_who_stands_aside_stays_there_until_the_office_decides() -> None:
    anew = said(lease="Q", running=Running("E2", 3, None))
    assert judge(known(aside=True), anew) == Judgement("quarantine", ("stale lease: an old image or a clone",))
    assert judge(known(aside=True), said()).ends == "E1", "it did not hear of it yet"
    let_in = known(boot=None, leases=frozenset({"Q"}))
    assert judge(let_in, msgspec.structs.replace(anew, conn=2)) == Judgement("continue")
