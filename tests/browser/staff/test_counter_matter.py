"""The matter at the counter: fixed, explained, asked about, reviewed and stepped through."""

from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from playwright.sync_api import Page, expect

from contract import directives as d
from contract.directives import Directive
from contract.events import (
    GuidancePrinted,
    MaterialsChecked,
    MatterFixed,
    QuestionsAnswered,
    RuleChecked,
    StepTicked,
)
from contract.matters import Choice, Matter, Question, ReviewRule, ToBring
from edge.hall.commands import CallNext, LogIn, Start
from tests.browser.staff.conftest import press
from tests.waiting import until

JOIN = Matter(
    id="join",
    version=4,
    service="social",
    name={"zh": "灵活就业人员参保登记", "en": "Registration of the self-employed"},
    guide={
        "zh": "个体工商户和灵活就业人员参加养老、医疗保险。",
        "en": "Pension and health insurance for the self-employed.",
    },
    notes={"zh": "请带好银行卡。", "en": "Bring a bank card."},
    steps=({"zh": "填写登记表", "en": "Fill in the form"}, {"zh": "签约扣款", "en": "Sign the direct debit"}),
    sample={"zh": "李先生开小吃店，当场办结。", "en": "Mr Li runs a snack bar; it is done at once."},
    materials=(
        ToBring(id="id-card", name={"zh": "身份证原件", "en": "Identity card"}, original=True),
        ToBring(id="social-form", name={"zh": "参保登记表", "en": "Registration form"}),
    ),
    questions=(
        Question(
            id="before",
            text={"zh": "是否在其他城市参过保？", "en": "Have you been insured in another city?"},
            choices=(Choice("yes", {"zh": "是", "en": "yes"}), Choice("no", {"zh": "否", "en": "no"})),
        ),
        Question(id="since", text={"zh": "从何时起？", "en": "Since when?"}),
    ),
    review_rules=(ReviewRule("alone", {"zh": "申请人无雇工", "en": "The applicant employs nobody"}),),
    legal_basis={"zh": "《社会保险法》第五十八条", "en": "Social Insurance Law, article 58"},
    limit_days=2,
)
CHANGE = msgspec.structs.replace(JOIN, id="change", version=1, name={"zh": "参保信息变更", "en": "Changing data"})


def publish(hall: Any, *matters: Matter) -> None:
    told = [d.SnapshotBegun(), *(d.MatterPublished(one) for one in matters), d.SnapshotEnded()]
    log = [
        Directive(nth, f"d{nth}", "fact", None, type(one).__name__, msgspec.Raw(msgspec.json.encode(one)))
        for nth, one in enumerate(told, 1)
    ]
    hall.line.take("g1", log).result(60)


@pytest.fixture
def counter(hall: Any, open_page: Callable[..., Page]) -> Page:
    """Somebody is served at counter 1, where two matters are published."""
    publish(hall, JOIN, CHANGE)
    hall.do(LogIn("1", "1002"))
    hall.ticket()
    hall.do(CallNext("1"), Start("1"))
    page = open_page("/counter/1?lang=en")
    expect(page.locator("#matter")).to_be_visible()
    return page


def newest(hall: Any, kind: type, count: int = 1) -> Any:
    until(lambda: len(hall.events(kind)) >= count)
    return hall.events(kind)[-1]


def fix(counter: Page) -> None:
    counter.select_option("#matter", "join")
    expect(counter.locator("[data-version='4']")).to_have_text("Published version 4")


@pytest.mark.clause("S2-10")
def test_the_clerk_fixes_the_matter(hall: Any, counter: Page) -> None:
    fix(counter)
    fixed = newest(hall, MatterFixed)
    assert (fixed.matter, fixed.version, fixed.clerk) == ("join", 4, "1002")
    expect(counter.locator("#materials")).to_contain_text("Registration form")


@pytest.mark.clause("S1-14")
def test_the_clerk_reads_out_what_is_published_and_hands_it_out(hall: Any, counter: Page) -> None:
    fix(counter)
    press(counter, "g")
    dialog = counter.locator("#dialog")
    for words in (
        "Published version 4",
        "Bring a bank card.",
        "Fill in the form",
        "Mr Li runs",
        "within 2 working days",
    ):
        expect(dialog).to_contain_text(words)
    counter.click("#dialog-submit")
    expect(dialog).to_be_hidden()
    assert newest(hall, GuidancePrinted).version == 4
    assert "Published version 4" in hall.printed[-1] and "李先生开小吃店" in hall.printed[-1]


@pytest.mark.clause("S2-54")
def test_the_questions_are_asked_and_the_answers_stay_in_sight(hall: Any, counter: Page) -> None:
    fix(counter)
    press(counter, "q")
    counter.select_option("#dialog-before", "no")
    counter.fill("#dialog-since", "call me on 13800000001")
    counter.click("#dialog-submit")
    expect(counter.locator("#dialog-problem")).to_contain_text("leave it out")
    counter.fill("#dialog-since", "last spring")
    counter.click("#dialog-submit")
    expect(counter.locator("#matter-part .answers")).to_contain_text("last spring")
    expect(counter.locator("#matter-part .answers")).to_contain_text("no")
    assert newest(hall, QuestionsAnswered).answers == {"before": "no", "since": "last spring"}


@pytest.mark.clause("S1-24", "S2-11")
def test_a_material_is_looked_at_closely(hall: Any, counter: Page) -> None:
    fix(counter)
    counter.check("[data-material=social-form]")
    expect(counter.locator("#materials h3")).to_have_text("Materials: 1 of 2 seen")
    counter.click("[data-look=id-card]")
    counter.select_option("#dialog-received", "copy")
    counter.uncheck("#dialog-valid")
    counter.fill("#dialog-expiry", "2025-01-31")
    counter.click("#dialog-submit")
    expect(counter.locator("#materials")).to_contain_text("only a copy · not valid")
    checked = newest(hall, MaterialsChecked, 2)
    assert (checked.seen, checked.missing, checked.matter) == (("social-form",), ("id-card",), "join")
    card = next(one for one in checked.checks if one.material == "id-card")
    assert (card.received, card.complete, card.genuine, card.valid) == ("copy", True, True, False)
    assert card.expiry == "2025-01-31"
    press(counter, "o")
    expect(counter.locator("[data-row='id-card'] .reason")).to_have_value("only a copy · not valid")


@pytest.mark.clause("S2-12", "S2-15")
def test_rules_are_judged_and_steps_are_ticked(hall: Any, counter: Page) -> None:
    fix(counter)
    counter.click("[data-rule=alone] >> nth=1")
    expect(counter.locator("[data-rule=alone]").nth(1)).to_have_attribute("aria-pressed", "true")
    assert newest(hall, RuleChecked).passed is False
    counter.check("[data-step='2']")
    expect(counter.locator("[data-step='2']")).to_be_checked()
    done = newest(hall, StepTicked)
    assert (done.step, done.done, done.version) == (2, True, 4)


def test_a_new_version_is_shown_at_once(hall: Any, counter: Page) -> None:
    """S1-14: nobody reads out what is published no more."""
    fix(counter)
    new = d.MatterPublished(msgspec.structs.replace(JOIN, version=5, sample={"en": "Ms Wu opens a shop."}))
    told = Directive(5, "d5", "fact", None, "MatterPublished", msgspec.Raw(msgspec.json.encode(new)))
    hall.line.take("g1", [told]).result(60)
    expect(counter.locator("[data-version='5']")).to_be_visible()
    press(counter, "g")
    expect(counter.locator("#dialog")).to_contain_text("Ms Wu opens a shop.")


@pytest.mark.clause("S3-12")
def test_the_desk_tells_the_procedure_and_hands_out_the_form(hall: Any, open_page: Callable[..., Page]) -> None:
    publish(hall, JOIN, CHANGE)
    page = open_page("/desk?lang=en")
    page.click("#guide")
    page.locator("#dialog-choices button", has_text="Social security").click()
    page.locator("#dialog-choices button", has_text="Registration of the self-employed").click()
    expect(page.locator("#dialog .matter-guide")).to_contain_text("Sign the direct debit")
    page.click("#dialog-submit")
    expect(page.locator("#dialog")).to_be_hidden()
    printed = newest(hall, GuidancePrinted)
    assert (printed.service, printed.matter, printed.version) == ("social", "join", 4)
    form = hall.printed[-1].partition("请在等候时填写")[2]
    assert all(words in form for words in ("是否在其他城市参过保", "Since when?", "否"))
