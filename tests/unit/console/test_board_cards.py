"""The live board's cards: what is known, how old it is, and what is wrong, weighed."""

import msgspec
import pytest

from central.board import SILENT_AFTER_S, News, card, in_order, summary
from contract.events import Wait
from contract.messages import AlarmReport, CounterReport, DeviceReport, ServiceReport, StateReport

NOW = 1_800_000_000_000


def report(
    *,
    waiting: int = 2,
    longest_s: int = 60,
    status: str = "serving",
    health: str = "ok",
    age_s: int = 5,
    synced: bool = True,
) -> StateReport:
    name = {"zh": "业务", "en": "Service"}
    counter = CounterReport("1", {"en": "Counter 1"}, status, "wang", "A001", NOW)  # type: ignore[arg-type]
    device = DeviceReport("printer", "printer", health, NOW)  # type: ignore[arg-type]
    service = ServiceReport("a", name, waiting, longest_s, Wait(60, 120))
    return StateReport("n1", "h1", "b", 1, "e", 9, NOW - age_s * 1000, synced, 1, True, [service], [counter], [device])


def news(state: StateReport | None = None, *, online: bool = True, age_s: int = 5, verdict: str = "continue") -> News:
    heard = NOW - age_s * 1000
    return News(
        node="n1",
        hall="h1",
        name={},
        online=online,
        link_at=heard,
        state=state,
        state_at=heard if state else None,
        verdict=verdict,
    )


def troubles(one: News, now: int = NOW) -> list[str]:
    return [trouble.what for trouble in card(one, now).troubles]


def test_a_hall_in_order_has_no_trouble() -> None:
    made = card(news(report()), NOW)
    assert (made.link, made.trouble, made.waiting, made.staffed, made.well) == ("online", 0, 2, 1, 1)


@pytest.mark.clause("S1-53")
def test_an_offline_hall_says_so_with_the_age_of_what_is_known_and_nothing_of_it_is_counted_on() -> None:
    gone = news(report(waiting=9, longest_s=4000, health="failed", age_s=300), online=False, age_s=300)
    made = card(gone, NOW)
    assert made.link == "offline"
    assert made.news_at == NOW - 300_000
    assert [trouble.what for trouble in made.troubles] == ["offline"]
    assert made.waiting == 9
    counted = summary([made])
    assert (counted.waiting, counted.devices_failed, counted.offline, counted.open) == (0, 0, 1, 0)


def test_a_node_that_stops_reporting_falls_silent_by_the_clock_alone() -> None:
    one = news(report(age_s=0), age_s=0)
    assert card(one, NOW + SILENT_AFTER_S * 1000).link == "online"
    assert card(one, NOW + SILENT_AFTER_S * 1000 + 1).link == "silent"


def test_a_retained_report_is_as_old_as_its_own_time_and_not_as_its_arrival() -> None:
    late = msgspec.structs.replace(news(report(age_s=600)), state_at=NOW)
    assert card(late, NOW).news_at == NOW - 600_000


def test_a_clock_that_was_never_set_does_not_tell_the_age() -> None:
    unset = report(synced=False)
    unset = msgspec.structs.replace(unset, at=1000)
    assert card(news(unset), NOW).news_at == NOW - 5000


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (report(status="closed"), ["unserved"]),
        (report(status="paused"), ["unserved"]),
        (report(status="closed", waiting=0), []),
        (report(health="failed"), ["device"]),
        (report(longest_s=1200), []),
        (report(longest_s=1201), ["long_wait"]),
        (report(longest_s=5000, waiting=0), []),
    ],
)
def test_what_counts_as_trouble(state: StateReport, expected: list[str]) -> None:
    assert troubles(news(state)) == expected


def test_an_emergency_and_alarms_go_before_everything_and_are_said_of_an_offline_hall_too() -> None:
    alarms = [AlarmReport("silent", "counter:1", NOW), AlarmReport("crowd", "entrance", NOW)]
    told = msgspec.structs.replace(report(health="failed"), alarms=alarms, emergency="fire", suspended=2, booked=1)
    made = card(news(told), NOW)
    assert [(one.what, one.detail) for one in made.troubles][:3] == [
        ("emergency", "fire"), ("alarm", "silent"), ("alarm", "crowd"),
    ]  # fmt: skip
    assert (made.emergency, made.alarms, made.suspended, made.booked) == ("fire", tuple(alarms), 2, 1)
    offline = card(news(told, online=False), NOW)
    assert [one.what for one in offline.troubles] == ["emergency", "alarm", "alarm", "offline"]
    assert summary([made, offline]).alarms == 6
    gone = news(report(), online=False)
    named = [msgspec.structs.replace(one, hall=hall, node=hall) for one, hall in ((gone, "a"), (news(told), "b"))]
    assert [one.hall for one in in_order([card(one, NOW) for one in named])] == ["b", "a"]


def test_an_alarm_of_a_kind_nobody_knows_yet_is_a_trouble_all_the_same() -> None:
    told = msgspec.structs.replace(report(), alarms=[AlarmReport("flood", "cellar", NOW)])
    assert troubles(news(told)) == ["alarm"]


def test_a_quarantined_node_and_one_that_never_connected_are_troubles() -> None:
    assert troubles(news(report(), verdict="quarantine")) == ["verdict"]
    assert troubles(msgspec.structs.replace(news(report()), aside=True)) == ["aside"]
    assert troubles(News(node="n", hall="h", name={})) == ["never"]


def test_the_worst_comes_first_and_equals_by_hall() -> None:
    well, offline = news(report()), news(report(), online=False)
    crowded = news(report(longest_s=2000))
    named = [
        msgspec.structs.replace(one, hall=hall, node=hall)
        for one, hall in ((well, "b"), (crowded, "c"), (offline, "d"), (well, "a"))
    ]
    assert [one.hall for one in in_order([card(one, NOW) for one in named])] == ["d", "c", "a", "b"]
