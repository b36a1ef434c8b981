"""The matter of who is at the window: published by the centre, fixed, asked, reviewed, stepped through."""

from typing import Any

import pytest
from msgspec.structs import replace

from contract import directives as d
from contract import events
from contract.events import MaterialCheck
from contract.matters import Choice, Matter, Question, ReviewRule, ToBring
from edge.errors import Refused, Unknown
from edge.hall import commands as c
from edge.hall.state import State, Ticket
from tests.halls import Bench, text

HOME = Matter(
    id="home",
    version=3,
    service="deposit",
    name=text("Home sold"),
    steps=(text("Check"), text("Register")),
    sample=text("Ms Chen sells to Mr Sun."),
    materials=(ToBring(id="title", name=text("Title"), original=True), ToBring(id="form", name=text("Form"))),
    questions=(
        Question(
            id="mortgage", text=text("A mortgage?"), choices=(Choice("yes", text("yes")), Choice("no", text("no")))
        ),
        Question(id="since", text=text("Owned since when?")),
    ),
    review_rules=(ReviewRule("both", text("Both are here")), ReviewRule("paid", text("The tax is paid"))),
    limit_days=3,
)
LOAN = Matter(id="loan-new", version=1, service="loan", name=text("A new loan"))


@pytest.fixture
def desk() -> Bench:
    """Somebody without a booking is served at counter 1."""
    bench = Bench()
    for matter in (HOME, LOAN):
        bench.told(d.MatterPublished(matter))
    bench.open("1", "2")
    serve(bench)
    return bench


def serve(bench: Bench, counter: str = "1") -> Ticket:
    ticket = bench.take()
    bench.do(c.CallNext(counter))
    bench.do(c.Start(counter))
    return ticket


def only(done: tuple[events.Event, ...]) -> Any:
    (event,) = done
    return event


def at_one(bench: Bench) -> Any:
    return bench.view().counters[0]


def test_what_is_published_is_kept_until_it_is_withdrawn_or_a_snapshot_leaves_it_out(desk: Bench) -> None:
    assert set(desk.state.shelf.matters) == {"home", "loan-new"}
    desk.told(d.MatterWithdrawn("loan-new"))
    desk.told(d.MatterPublished(replace(HOME, version=4)))
    assert {id_: one.version for id_, one in desk.state.shelf.matters.items()} == {"home": 4}
    desk.told(d.MatterPublished(LOAN))
    desk.told(d.SnapshotBegun())
    desk.told(d.MatterPublished(replace(LOAN, version=2)))
    assert "home" in desk.state.shelf.matters, "what holds is known when the snapshot has ended"
    desk.told(d.SnapshotEnded())
    assert set(desk.state.shelf.matters) == {"loan-new"}
    desk.told(d.SnapshotBegun())
    desk.told(d.SnapshotEnded())
    assert desk.state.shelf.matters == {}
    assert desk.replayed() == desk.state


@pytest.mark.clause("S2-10")
def test_the_clerk_fixes_the_matter_and_its_version_is_on_record(desk: Bench) -> None:
    assert (at_one(desk).matter, at_one(desk).matter_version) == (None, 0)
    fixed = only(desk.do(c.FixMatter("1", "home")))
    assert fixed == events.MatterFixed("20261122-A001", "1", "clerk-1", "home", 3)
    assert (at_one(desk).matter, at_one(desk).matter_version) == ("home", 3)
    assert desk.refused(c.FixMatter("1", "loan-new")).code == "other_service", "that is a transfer"
    unknown = desk.refused(c.FixMatter("1", "nothing"))
    assert isinstance(unknown, Unknown) and "home" in unknown.detail


def test_a_booked_matter_is_known_before_it_is_fixed(desk: Bench) -> None:
    """S2-10: the clerk asks all the same."""
    desk.do(c.Finish("1"))
    desk.book("K1", matter="home", answers={"mortgage": "no"})
    desk.check_in("K1")
    desk.do(c.CallNext("1"))
    assert (at_one(desk).matter, at_one(desk).matter_version, at_one(desk).answers) == ("home", 0, {"mortgage": "no"})
    assert at_one(desk).materials == ("title", "form"), "so what to bring is the matter's"
    assert desk.refused(c.TickStep("1", 1, True)).code == "no_matter"
    desk.do(c.FixMatter("1", "home"))
    assert at_one(desk).answers == {"mortgage": "no"}, "what was answered when booking stays"


@pytest.mark.clause("S2-54")
def test_the_questions_of_the_matter_are_answered_by_its_choices_or_in_words(desk: Bench) -> None:
    assert desk.refused(c.AnswerQuestions("1", {"mortgage": "no"})).code == "no_matter"
    desk.do(c.FixMatter("1", "home"))
    asked = only(desk.do(c.AnswerQuestions("1", {"mortgage": "no"})))
    assert asked == events.QuestionsAnswered("20261122-A001", "1", "clerk-1", "home", 3, {"mortgage": "no"})
    desk.do(c.AnswerQuestions("1", {"since": " 2019 "}))
    assert at_one(desk).answers == {"mortgage": "no", "since": "2019"}
    assert desk.refused(c.AnswerQuestions("1", {"mortgage": "perhaps"})).code == "unknown_choice"
    assert desk.refused(c.AnswerQuestions("1", {"colour": "red"})).code == "unknown_question"
    assert desk.refused(c.AnswerQuestions("1", {})).code == "no_answers"
    number = desk.refused(c.AnswerQuestions("1", {"since": "call 13800000001"}))
    assert number.code == "not_masked", "no number of a person goes into the journal"


@pytest.mark.clause("S2-12")
def test_materials_are_reviewed_rule_by_rule(desk: Bench) -> None:
    desk.do(c.FixMatter("1", "home"))
    found = only(desk.do(c.CheckRule("1", "both", True)))
    assert found == events.RuleChecked("20261122-A001", "1", "clerk-1", "home", 3, "both", True)
    desk.do(c.CheckRule("1", "paid", False))
    assert at_one(desk).rules == {"both": True, "paid": False}
    desk.do(c.CheckRule("1", "paid", True))
    assert at_one(desk).rules == {"both": True, "paid": True}
    assert desk.refused(c.CheckRule("1", "weather", True)).code == "unknown_rule"


@pytest.mark.clause("S2-15")
def test_the_steps_of_the_procedure_are_ticked_off(desk: Bench) -> None:
    desk.do(c.FixMatter("1", "home"))
    done = only(desk.do(c.TickStep("1", 2, True)))
    assert done == events.StepTicked("20261122-A001", "1", "clerk-1", "home", 3, 2, True)
    desk.do(c.TickStep("1", 1, True))
    assert at_one(desk).steps == (1, 2)
    desk.do(c.TickStep("1", 2, False))
    assert at_one(desk).steps == (1,)
    assert desk.refused(c.TickStep("1", 3, True)).field == "step"


FINE = MaterialCheck("title", "original", expiry="2030-01-01")


@pytest.mark.clause("S1-24", "S2-11")
def test_each_material_is_received_complete_genuine_and_valid_or_it_is_missing(desk: Bench) -> None:
    desk.do(c.FixMatter("1", "home"))
    form = MaterialCheck("form", "copy")
    checked = only(desk.do(c.CheckMaterials("1", checks=(form, FINE))))
    assert checked == events.MaterialsChecked(
        "20261122-A001", "1", "clerk-1", ("title", "form"), (), "home", 3, (FINE, form)
    )
    assert (at_one(desk).seen, at_one(desk).checks) == (("title", "form"), (FINE, form))
    for wrong in (
        replace(FINE, received=""),
        replace(FINE, received="copy"),
        replace(FINE, complete=False),
        replace(FINE, genuine=False),
        replace(FINE, valid=False),
        replace(FINE, expiry="2026-11-21"),
    ):
        checked = only(desk.do(c.CheckMaterials("1", checks=(form, wrong))))
        assert (checked.seen, checked.missing) == (("form",), ("title",)), wrong
        assert checked.checks == (wrong, form), "what was found is on record"
    assert only(desk.do(c.CheckMaterials("1", checks=(replace(FINE, expiry="2026-11-22"),)))).seen == ("title",)
    assert only(desk.do(c.CheckMaterials("1", checks=(FINE,)))).missing == ("form",), "nobody has brought it"


@pytest.mark.parametrize(
    ("checks", "code"),
    [
        ((MaterialCheck("passport", "original"),), "unknown_material"),
        ((FINE, FINE), "named_twice"),
        ((replace(FINE, expiry="2026-02-30"),), "bad_expiry"),
        ((replace(FINE, expiry="30.11.2026"),), "bad_expiry"),
        ((replace(FINE, expiry="2026-W48-1"),), "bad_expiry"),
    ],
)
def test_a_check_that_cannot_be_is_refused(desk: Bench, checks: tuple[MaterialCheck, ...], code: str) -> None:
    desk.do(c.FixMatter("1", "home"))
    refusal = desk.refused(c.CheckMaterials("1", checks=checks))
    assert isinstance(refusal, Refused) and refusal.code == code


def test_another_matter_or_another_service_begins_anew(desk: Bench) -> None:
    other = replace(HOME, id="gift", version=1)
    desk.told(d.MatterPublished(other))
    desk.do(c.FixMatter("1", "home"))
    desk.do(c.CheckMaterials("1", checks=(FINE,)))
    desk.do(c.TickStep("1", 1, True))
    desk.do(c.FixMatter("1", "home"))
    assert at_one(desk).steps == (1,), "fixed once more, it is the same"
    desk.do(c.FixMatter("1", "gift"))
    view = at_one(desk)
    assert (view.matter, view.seen, view.checks, view.steps, view.answers) == ("gift", (), (), (), {})
    desk.do(c.Transfer("1", "loan"))
    desk.do(c.CallNext("2"))
    assert (desk.view().counters[1].matter, desk.view().counters[1].matter_version) == (None, 0)


def test_papers_name_the_matter_that_was_fixed(desk: Bench) -> None:
    assert only(desk.do(c.GiveNotice("1", (events.Missing("title", "missing"),)))).matter is None
    desk.do(c.FixMatter("1", "home"))
    desk.do(c.CheckMaterials("1", checks=(FINE,)))
    accepted = only(desk.do(c.AcceptCase("1", 3)))
    assert (accepted.matter, accepted.materials) == ("home", ("title",))
    assert only(desk.do(c.TellResult("1", "success"))).matter == "home"


def test_a_replay_ends_in_the_same_hall(desk: Bench) -> None:
    desk.do(c.FixMatter("1", "home"))
    desk.do(c.AnswerQuestions("1", {"mortgage": "yes"}))
    desk.do(c.CheckRule("1", "both", True))
    desk.do(c.TickStep("1", 1, True))
    desk.do(c.CheckMaterials("1", checks=(FINE,)))
    assert isinstance(desk.state, State) and desk.replayed() == desk.state


def test_one_that_is_published_no_more_can_be_worked_on_no_more(desk: Bench) -> None:
    desk.do(c.FixMatter("1", "home"))
    desk.told(d.MatterWithdrawn("home"))
    assert desk.refused(c.TickStep("1", 1, True)).code == "no_matter"
    assert at_one(desk).materials == (), "the service's list holds again"
