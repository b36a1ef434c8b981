"""What is called wrong, when it begins and when it is over; when somebody may be told; and in which words."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from central import board
from central.alerts import words
from central.alerts.course import Open, course
from central.alerts.judge import (
    KINDS,
    Deadline,
    Excess,
    Judgement,
    Limits,
    Place,
    judge_calendar,
    judge_office,
    judge_places,
)
from central.alerts.quiet import told_at
from central.board import News
from contract.messages import AlarmReport, CounterReport, DeviceReport, ServiceReport, StateReport, Wait
from words import LANGUAGES

NOW = 1_785_718_800_000
MINUTE = 60_000
LIMITS = Limits()
SHANGHAI = ZoneInfo("Asia/Shanghai")
STATE = StateReport(
    node="n1", hall="bank", boot="b", conn=1, epoch="e", seq=1, at=NOW, synced=True, catalogue_version=1, open=True,
    services=[], counters=[], devices=[],
)  # fmt: skip


def news(online: bool = True, heard: int = NOW, **state: Any) -> News:
    report = msgspec.structs.replace(STATE, **state)
    return News(node="n1", hall="bank", name={"en": "Bank"}, online=online, link_at=heard, state=report, state_at=heard)


def place(one: News, heard_at: int = NOW, opened_at: int | None = NOW - 60 * MINUTE) -> Place:
    return Place(board.card(one, NOW), heard_at, opened_at)


def held(*places: Place, since: int = 0) -> set[tuple[str, str, str]]:
    return set(judge_places(places, LIMITS, NOW, since).holds)


OFFLINE = ("bank", "offline", "n1")


@pytest.mark.parametrize(
    ("seconds", "opened_min", "since_s", "told"),
    [
        (119, 60, 9999, False),
        (120, 60, 9999, True),
        (9999, 60, 119, False),
        (9999, 1, 9999, False),
        (9999, 2, 9999, True),
        (9999, None, 9999, False),
    ],
    ids=["not long", "long", "nobody listened", "just opened", "open two minutes", "closed"],
)
def test_a_hall_that_is_not_heard_in_its_opening_hours(
    seconds: int, opened_min: int | None, since_s: int, told: bool
) -> None:
    heard = NOW - seconds * 1000
    opened = None if opened_min is None else NOW - opened_min * MINUTE
    for one in (news(online=False, heard=heard), news(online=True, heard=heard)):
        if one.online and seconds < 9999:
            continue  # not yet silent by the board
        assert (OFFLINE in held(place(one, heard, opened), since=NOW - since_s * 1000)) is told


def test_devices_waits_and_alarms_are_told_of_a_hall_that_is_heard() -> None:
    service = ServiceReport(id="a", name={"en": "Cash"}, waiting=4, longest_s=1201, wait=None)
    expected = ServiceReport(id="b", name={}, waiting=1, longest_s=10, wait=Wait(p50_s=600, p90_s=1300))
    calm = ServiceReport(id="c", name={}, waiting=2, longest_s=1200, wait=Wait(p50_s=600, p90_s=1200))
    empty = ServiceReport(id="d", name={}, waiting=0, longest_s=0, wait=Wait(p50_s=1, p90_s=9999))
    devices = [
        DeviceReport(id="printer", kind="printer", health="failed", since=NOW),
        DeviceReport(id="board", kind="board", health="degraded", since=NOW),
    ]
    state: dict[str, Any] = {
        "services": [service, expected, calm, empty],
        "devices": devices,
        "alarms": [AlarmReport("silent", "window 3", NOW)],
        "emergency": "fire",
    }
    assert held(place(news(**state))) == {
        ("bank", "wait", "n1/a"),
        ("bank", "wait", "n1/b"),
        ("bank", "device", "n1/printer"),
        ("bank", "alarm", "n1/silent/window 3"),
        ("bank", "alarm", "n1/fire"),
    }
    unheard = judge_places([place(news(online=False, heard=NOW - 1000, **state))], LIMITS, NOW, 0)
    assert unheard == Judgement({}, {"n1"})


@pytest.mark.parametrize(
    ("longest_s", "p90_s", "en", "zh"),
    [
        (1259, 2400, "Cash: 4 waiting, the longest for 20 min", "现金：4 人等候，最长已等 20 分钟"),
        (60, 2401, "Cash: 4 waiting, expected to wait up to 41 min", "现金：4 人等候，预计最长等候 41 分钟"),
    ],
    ids=["waited", "expected"],
)
def test_a_wait_that_is_only_expected_is_not_called_waited(longest_s: int, p90_s: int, en: str, zh: str) -> None:
    name = {"zh": "现金", "en": "Cash"}
    service = ServiceReport(id="a", name=name, waiting=4, longest_s=longest_s, wait=Wait(p50_s=600, p90_s=p90_s))
    [facts] = judge_places([place(news(services=[service]))], LIMITS, NOW, 0).holds.values()
    assert [words.what("wait", facts, SHANGHAI, language, NOW) for language in ("en", "zh")] == [en, zh]


def test_deadlines_near_and_bookings_nobody_has_looked_at() -> None:
    due = [Deadline("bank", "review", 2, NOW + 60 * MINUTE), Deadline("bank", "mend", 1, NOW + 61 * MINUTE)]
    holds = judge_office(due, [Excess("bank", "excess", 3), Excess("bank", "x", 0)], LIMITS, NOW)
    assert holds == {
        ("bank", "deadline", "review"): {"about": "review", "n": 2, "first_at": NOW + 60 * MINUTE},
        ("bank", "excess", "excess"): {"about": "excess", "n": 3},
    }


def test_a_call_for_help_names_its_counter() -> None:
    counter = CounterReport("2", {"zh": "2号窗口", "en": "Counter 2"}, "serving", "wang", None, NOW)
    one = news(counters=[counter], alarms=[AlarmReport("help", "counter:2", NOW)])
    [facts] = judge_places([place(one)], LIMITS, NOW, 0).holds.values()
    said = [words.what("alarm", facts, SHANGHAI, language, NOW) for language in ("zh", "en")]
    assert said == ["求助（2号窗口）", "help is called for (Counter 2)"]


def test_a_deadline_that_has_passed_is_called_overdue() -> None:
    def said(now: int) -> list[str]:
        return [words.what("deadline", FACTS["deadline"], SHANGHAI, language, now) for language in ("en", "zh")]

    near, overdue = said(NOW), said(NOW + 1)
    assert "the first by" in near[0] and "overdue" not in near[0]
    assert "the first overdue since" in overdue[0]
    assert "到期" in near[1] and "逾期" not in near[1]
    assert "逾期" in overdue[1]


@pytest.mark.parametrize(
    ("announced", "date", "missing"),
    [
        ({2026}, (2026, 11, 19), set()),
        ({2026}, (2026, 11, 20), {"2027"}),
        ({2026, 2027}, (2026, 12, 31), set()),
        (set(), (2026, 3, 1), {"2026"}),
    ],
)
def test_a_year_nobody_has_announced(announced: set[int], date: tuple[int, int, int], missing: set[str]) -> None:
    assert {about for _, _, about in judge_calendar(announced, *date)} == missing


def test_what_comes_and_goes_is_one_alert_and_over_when_it_has_settled() -> None:
    key = ("bank", "device", "n1/printer")
    wrong, right = Judgement({key: {"node": "n1"}}), Judgement()
    assert course([], wrong, NOW, 1000).begin == [(key, {"node": "n1"})]
    lasting = Open(1, key, {"node": "n1"})
    assert course([lasting], wrong, NOW, 1000) == course([], right, NOW, 1000), "nothing new"
    gone = course([lasting], right, NOW, 1000)
    assert gone.note == [(1, {"node": "n1", "gone_at": NOW})] and not gone.end
    leaving = Open(1, key, gone.note[0][1])
    assert course([leaving], wrong, NOW + 500, 1000).note == [(1, {"node": "n1"})], "it is back"
    assert course([leaving], right, NOW + 999, 1000).end == []
    assert course([leaving], right, NOW + 1000, 1000).end == [1]
    assert course([leaving], Judgement({}, {"n1"}), NOW + 1000, 1000).end == [], "nobody knows while it is not heard"


@given(st.lists(st.sampled_from(["wrong", "right", "unheard"]), max_size=40))
def test_an_alert_begins_and_ends_in_turns(story: list[str]) -> None:
    key, told = ("bank", "device", "n1/printer"), []
    lasting: list[Open] = []
    for step, now in zip(story, range(NOW, NOW + 10**9, 1000), strict=False):
        judged = Judgement({key: {"node": "n1"}} if step == "wrong" else {}, {"n1"} if step == "unheard" else set())
        steps = course(lasting, judged, now, 2000)
        told += ["begin"] * len(steps.begin) + ["end"] * len(steps.end)
        lasting = [Open(1, *one) for one in steps.begin] + [
            Open(one.id, one.key, dict(steps.note).get(one.id, one.facts)) for one in lasting if one.id not in steps.end
        ]
    assert told[::2] == ["begin"] * len(told[::2]) and told[1::2] == ["end"] * len(told[1::2])


def at(text: str, zone: str = "Asia/Shanghai") -> int:
    return round(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).timestamp() * 1000)


@pytest.mark.parametrize(
    ("now", "quiet", "told"),
    [
        ("2026-08-03T23:10", ("22:00", "07:00"), "2026-08-04T07:00"),
        ("2026-08-04T06:59", ("22:00", "07:00"), "2026-08-04T07:00"),
        ("2026-08-04T07:00", ("22:00", "07:00"), "2026-08-04T07:00"),
        ("2026-08-03T21:59", ("22:00", "07:00"), "2026-08-03T21:59"),
        ("2026-08-03T12:30", ("12:00", "13:30"), "2026-08-03T13:30"),
        ("2026-08-03T13:31", ("12:00", "13:30"), "2026-08-03T13:31"),
        ("2026-08-03T12:30", ("", "13:30"), "2026-08-03T12:30"),
        ("2026-08-03T12:30", ("12:00", "12:00"), "2026-08-03T12:30"),
    ],
)
def test_quiet_hours_hold_a_message_until_they_end(now: str, quiet: tuple[str, str], told: str) -> None:
    assert told_at(at(now), *quiet, SHANGHAI) == at(told)


def test_quiet_hours_are_local_also_where_a_night_has_an_hour_less() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    assert told_at(at("2026-03-28T23:00", "Europe/Berlin"), "22:00", "07:00", berlin) == at(
        "2026-03-29T07:00", "Europe/Berlin"
    )


FACTS: dict[str, dict[str, Any]] = {
    "offline": {"since": NOW},
    "device": {"device": "printer", "since": NOW},
    "wait": {"service": {"zh": "现金", "en": "Cash"}, "waiting": 4, "minutes": 25},
    "alarm": {"alarm": "fire", "place": "door"},
    "deadline": {"about": "review", "n": 2, "first_at": NOW},
    "excess": {"about": "excess", "n": 3},
    "calendar": {"year": 2027},
    "link": {"since": NOW},
    "copy": {"node": "n1", "about": "aside", "since": NOW},
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_every_alert_has_words_in_both_languages(kind: str, language: str) -> None:
    said = words.begun(kind, FACTS[kind], {"zh": "城东", "en": "East"}, SHANGHAI, language, NOW)
    over = words.ended(kind, FACTS[kind], {}, SHANGHAI, language, NOW, NOW + MINUTE)
    for text in (*said, *over):
        assert text and "{" not in text
        assert any("一" <= sign <= "鿿" for sign in text) is (language == "zh")
    assert words.advice(kind, language) in said.body
