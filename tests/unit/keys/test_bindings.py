"""Action strings of the configuration and the commands they stand for."""

import re

import msgspec
import pytest

from contract.catalogue import Catalogue, Counter, PauseReason, PriorityClass, Service
from edge import bindings, tokens
from edge.errors import ConfigError
from edge.hall import commands

CATALOGUE = Catalogue(
    version=1,
    hall="east",
    name={"zh": "东厅"},
    services=(Service("savings", "A", {"zh": "储蓄"}), Service("corporate", "B", {"zh": "对公"})),
    counters=(Counter("1", {"zh": "1号窗口"}, (("savings",),)), Counter("12", {"zh": "12号窗口"}, (("corporate",),))),
    priority_classes=(PriorityClass("elderly", {"zh": "老人"}),),
    pause_reasons=(PauseReason("meeting", {"zh": "会议"}), PauseReason("meal", {"zh": "就餐"})),
)


def meant(text: str) -> commands.Command:
    return bindings.command(bindings.parse(text, CATALOGUE, "keys.x.bind.1", "x"), "TOKEN")


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("ticket:savings", commands.IssueTicket("savings", "TOKEN", "keys")),
        ("ticket:savings:elderly", commands.IssueTicket("savings", "TOKEN", "keys", "elderly")),
        ("counter:1:next", commands.CallNext("1")),
        ("counter:12:recall", commands.Recall("12")),
        ("counter:1:start", commands.Start("1")),
        ("counter:1:finish", commands.Finish("1")),
        ("counter:1:pass", commands.Pass("1")),
        ("counter:1:undo", commands.Undo("1")),
        ("counter:1:pause", commands.Pause("1", "meeting")),
        ("counter:1:resume", commands.Resume("1")),
        ("counter:12:welcome", commands.Welcome("12")),
        ("rate:12:5", commands.RateTicket(5, "keys", counter="12")),
        ("alarm:help", commands.RaiseAlarm("help", "x", "keys")),
        ("alarm:silent:counter:12", commands.RaiseAlarm("silent", "counter:12", "keys")),
        ("alarm:fire:east-stairs", commands.RaiseAlarm("fire", "east-stairs", "keys")),
        ("alarm:intrusion:back-door", commands.RaiseAlarm("intrusion", "back-door", "keys")),
    ],
)
def test_every_action_has_its_command(text: str, command: commands.Command) -> None:
    assert meant(text) == command


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("tiket:savings", 'did you mean "ticket"?'),
        ("", "known: ticket, counter, rate, alarm"),
        ("ticket", "should read ticket:<service>"),
        ("ticket:saving", 'did you mean "savings"?'),
        ("ticket:savings:eldery", 'did you mean "elderly"?'),
        ("ticket:savings:elderly:x", "should read"),
        ("counter:9:next", "known: 1, 12"),
        ("counter:2:next", 'did you mean "12"?'),
        ("counter:1:nxt", 'did you mean "next"?'),
        ("counter:1", "should read counter:<id>"),
        ("rate:1:6", "known: 1, 2, 3, 4, 5"),
        ("rate:1:0", "is not a level"),
        ("rate:1", "should read rate:<counter>:<1..5>"),
        ("counter:1:restore", "is not what a counter key can do"),
        ("alarm", "known: help, silent, fire, intrusion"),
        ("alarm:sillent", 'did you mean "silent"?'),
        ("alarm:help:counter:9", "known: 1, 12"),
        ("alarm:help:counter", "should read alarm:help"),
        ("alarm:fire:East Door", "should read alarm:fire"),
        ("alarm:fire:", "should read alarm:fire"),
        ("alarm:fire:a:b:c", "should read alarm:fire"),
    ],
)
def test_a_wrong_action_is_refused_with_the_key_and_the_nearest_name(text: str, says: str) -> None:
    with pytest.raises(ConfigError) as wrong:
        bindings.bind({"17": text}, CATALOGUE, "keys.buttons")
    assert wrong.value.field == "keys.buttons.bind.17"
    assert wrong.value.detail.startswith("keys.buttons.bind.17: ")
    assert says in wrong.value.detail


def test_a_pause_key_needs_a_reason_to_record() -> None:
    bare = msgspec.structs.replace(CATALOGUE, pause_reasons=())
    with pytest.raises(ConfigError, match=r"add \[\[pause_reasons\]\]"):
        bindings.parse("counter:1:pause", bare, "keys.x.bind.1", "x")


def test_binding_keeps_every_key() -> None:
    bound = bindings.bind({"17": "ticket:savings", "27": "rate:1:4"}, CATALOGUE, "keys.buttons")
    assert bound == {"17": bindings.TakeTicket("savings"), "27": bindings.Rate("1", 4)}


def test_a_board_shows_the_summary_or_a_counter() -> None:
    assert bindings.shown("summary", CATALOGUE, "boards.hall.shows").counter is None
    assert bindings.shown("counter:12", CATALOGUE, "boards.hall.shows").counter == "12"


@pytest.mark.parametrize("shows", ["sumary", "counter", "counter:3", "counter:1:x", "window:1", ""])
def test_what_a_board_cannot_show_is_refused(shows: str) -> None:
    with pytest.raises(ConfigError) as wrong:
        bindings.shown(shows, CATALOGUE, "boards.hall.shows")
    assert wrong.value.field == "boards.hall.shows"


def test_tokens_are_65_bits_of_base32_and_never_the_same() -> None:
    made = {tokens.fresh() for _ in range(2000)}
    assert len(made) == 2000
    assert all(re.fullmatch("[A-Z2-7]{13}", token) for token in made)
    for at in range(13):
        assert len({token[at] for token in made}) == 32
