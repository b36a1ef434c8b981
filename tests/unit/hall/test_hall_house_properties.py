"""Over any sequence of what staff do: nobody lost, time comes to rest, told once, replay equals the hall."""

from collections import Counter as Tally

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from contract import events
from contract.catalogue import Rules
from contract.events import Missing
from edge.errors import Refused
from edge.hall import commands as c
from edge.hall.due import next_due
from edge.hall.state import copy_of
from tests.halls import Bench, check_places

HMACS = ("ab" * 32, "cd" * 32)
RULES = Rules(limit_s=120, warn_before_s=40)
"""One limit throughout: under another one, who was told of before is told of anew."""
COUNTER = st.sampled_from(["1", "2", "3"])
NUMBER = st.integers(1, 12).map(lambda n: f"A{n:03d}")
AT_A_COUNTER = st.sampled_from(
    [c.CallNext, c.CallNext, c.Start, c.Start, c.Finish, c.Pass, c.Undo, c.Recall, c.Resume, c.Welcome, c.LogOut]
)
COMMAND = st.one_of(
    st.builds(lambda key, counter: key(counter), AT_A_COUNTER, COUNTER),
    st.builds(c.Suspend, COUNTER, st.sampled_from(["papers_out", "papers_kept", "step"]), st.just("x")),
    st.builds(c.Continue, COUNTER, NUMBER),
    st.builds(c.Transfer, COUNTER, st.sampled_from(["deposit", "loan"]), st.none() | COUNTER),
    st.builds(c.Pause, COUNTER, st.just("meal"), st.none(), st.booleans()),
    st.builds(c.LogIn, COUNTER, COUNTER.map(lambda counter: f"clerk-{counter}")),
    st.builds(c.DeclareEmergency, st.sampled_from(["fire", "power"]), st.just("wang")),
    st.builds(c.EndEmergency, st.just("wang")),
    st.builds(c.AcceptCase, COUNTER, st.just(5)),
    st.builds(c.GiveNotice, COUNTER, st.just((Missing("form", "x"),))),
    st.builds(c.TellResult, COUNTER, st.just("failure"), st.none(), st.just("no")),
    st.builds(c.RegisterVisitor, st.just("Z*"), st.just("Li"), st.just("x"), st.just("desk")),
    st.builds(c.RaiseAlarm, st.sampled_from(["help", "silent"]), st.just("counter:1"), st.just("k")),
    st.builds(
        lambda counter, hmac: c.VerifyIdentity("v-1", "card", "resident-id", hmac, "11**", None, "li", counter),
        COUNTER,
        st.sampled_from(HMACS),
    ),
    st.builds(
        lambda ring, verify: c.ChangeRules(replace(RULES, ring=ring, verify=verify)),
        st.sampled_from(["auto", "clerk"]),
        st.sampled_from(["remind", "require"]),
    ),
    st.sampled_from(["deposit", "deposit", "loan"]),
    st.sampled_from([5, 45, 400, 4000, 90_000]),
)
"""A command, a service somebody takes a ticket for, or seconds that pass."""


@settings(max_examples=150, deadline=None)
@given(st.lists(COMMAND, min_size=10, max_size=60))
def test_whatever_staff_do_the_hall_stays_whole(steps: list[c.Command | str | int]) -> None:
    bench = Bench()
    bench.do(c.ChangeRules(RULES))
    bench.open("1", "2", "3")
    for _ in range(3):
        bench.take()
    for nth, step in enumerate(steps):
        _do(bench, step)
        check_places(bench.state)
        due = next_due(bench.state)
        if isinstance(step, int):
            assert due is not None
            assert due > bench.at, "time does not come to rest"
        if nth % 20 == 19:
            bench.state = copy_of(bench.state)
    assert msgspec.json.encode(bench.replayed()) == msgspec.json.encode(bench.state)
    _told_once(bench)
    _papers_once(bench)


def _do(bench: Bench, step: c.Command | str | int) -> None:
    bench.at += 700
    try:
        if isinstance(step, int):
            bench.wait(step)
        elif isinstance(step, str):
            bench.take(step)
        else:
            bench.do(step)
    except Refused as refusal:
        assert refusal.code not in ("refused", "unknown", "invalid"), "every refusal has a code of its own"


def _told_once(bench: Bench) -> None:
    told = Tally(
        (event.counter, event.kind, event.since)
        for event in (each.event for each in bench.log)
        if isinstance(event, events.CounterWarned)
    )
    assert all(count == 1 for count in told.values()), told


def _papers_once(bench: Bench) -> None:
    kinds = (events.CaseAccepted, events.SupplementNoticeGiven, events.ResultTold, events.VisitorRegistered)
    numbers = [each.event.number for each in bench.log if isinstance(each.event, kinds)]
    assert len(set(numbers)) == len(numbers)
