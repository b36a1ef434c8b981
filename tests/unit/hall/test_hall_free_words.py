"""Nobody's telephone or identity number comes into the journal by somebody's own words."""

from collections.abc import Callable

import pytest
from msgspec.structs import replace

from contract.catalogue import CheckItem, Checklist
from contract.events import Missing
from edge.errors import Invalid
from edge.hall import check
from edge.hall import commands as c
from tests.halls import CATALOGUE, Bench, text

TOKEN = "ATOKENOFMINE1"
NUMBERS = (
    "11010519491231002X",
    "110105 19491231 002X",
    "110105-1949-12-31-002X",
    "110105491231002",
    "13800138000",
    "138 0013 8000",
    "138-0013-8000",
    "138.0013.8000",
    "138  0013  8000",
    "１３８００１３８０００",
    "E12345678",
    "A123456(7)",
    "+86 138 0013 8000",
    "2026-11-23 13800138000",
)
HARMLESS = (
    "",
    "hall 2, window 3, from 2026-11-23 14:30",
    "2026年11月23日 9:00-11:30/13:30-17:00",
    "2026-11-23 to 2026-11-30, 08:30-17:00",
    "room 1204, extension 8001",
    "ticket A001, 10, 11, 12, 13, 14, 15",
    "call 12345",
    "1101**********8515",
)


@pytest.mark.parametrize("number", NUMBERS)
@pytest.mark.parametrize("around", ["{}", "ring {} about it", "电话{}请联系"])
def test_numbers_of_people_are_refused_however_they_are_grouped(number: str, around: str) -> None:
    for looked_at in (check.said, check.words):
        with pytest.raises(Invalid) as refused:
            looked_at(around.format(number), "note")
        assert (refused.value.code, refused.value.field) == ("not_masked", "note")
        assert number not in refused.value.detail


@pytest.mark.parametrize("words", HARMLESS)
def test_dates_times_rooms_and_masked_numbers_are_not(words: str) -> None:
    assert check.words(words, "note") == words


@pytest.fixture
def served() -> Bench:
    """Somebody is served at counter 1, and somebody asks at the desk."""
    opening = Checklist("opening", text("Opening"), (CheckItem("lights", text("Lights")),))
    bench = Bench(replace(CATALOGUE, checklists=(opening,)))
    bench.open("1", "2", "3")
    bench.take()
    bench.do(c.CallNext("1"))
    bench.do(c.Start("1"))
    bench.do(c.OpenEnquiry("wang"))
    return bench


TOLD: dict[str, tuple[str, Callable[[str], c.Command]]] = {
    "suspend a case": ("reason", lambda said: c.Suspend("1", "step", said)),
    "call a chosen number": ("reason", lambda said: c.CallChosen("2", "A002", said)),
    "transfer": ("reason", lambda said: c.Transfer("1", "loan", reason=said)),
    "pause": ("reason", lambda said: c.Pause("3", said)),
    "missing material": ("material", lambda said: c.GiveNotice("1", (Missing(said, "missing"),))),
    "why it lacks": ("reason", lambda said: c.GiveNotice("1", (Missing("seal", said),))),
    "materials kept": ("materials", lambda said: c.AcceptCase("1", 3, (said,))),
    "result's note": ("note", lambda said: c.TellResult("1", "failure", note=said)),
    "where to collect": ("collect", lambda said: c.TellResult("1", "success", collect=said)),
    "visitor's host": ("host", lambda said: c.RegisterVisitor("李*", said, "meeting", "wang")),
    "visitor's purpose": ("purpose", lambda said: c.RegisterVisitor("李*", "Zhao", said, "wang")),
    "why staff wrote it": ("cause", lambda said: c.IssueTicket("deposit", TOKEN, "kiosk", cause=said)),
    "suspend the hall": ("reason", lambda said: c.SuspendHall(said, "wang")),
    "lift a void": ("reason", lambda said: c.LiftVoid("BK1", "wang", said, True, TOKEN, "desk")),
    "alarm closed": ("note", lambda said: c.CloseAlarm("x", "wang", said)),
    "line looked at": ("note", lambda said: c.TickItem("opening", "lights", False, "wang", said)),
    "desk's answer": ("summary", lambda said: c.AnswerEnquiry("ENQUIRY", "wang", "solved", said)),
    "rating": ("comment", lambda said: c.RateTicket(2, "slip", token=TOKEN, comment=said)),
}


@pytest.mark.parametrize("number", ["11010519491231002X", "138 0013 8000"])
@pytest.mark.parametrize("case", TOLD)
def test_no_command_takes_a_number_in_its_words(served: Bench, case: str, number: str) -> None:
    field, made = TOLD[case]
    command = made(f"see {number}")
    if isinstance(command, c.AnswerEnquiry):
        command = c.AnswerEnquiry(next(iter(served.state.enquiries)), "wang", "solved", command.summary)
    refused = served.refused(command)
    assert (refused.code, refused.field) == ("not_masked", field)
