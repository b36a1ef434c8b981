"""The automatic check of an application: every field by itself, and what nobody should be able to slip in."""

import time
from datetime import date
from typing import Any

import msgspec
import pytest

from central.booking.application import LONGEST_ANSWER, LONGEST_DETAIL, Application, Examination, examination
from central.booking.rules import BookingRules
from identity_numbers.gb11643 import check_character

TODAY, SLOT_DAY = date(2026, 11, 23), date(2026, 11, 24)
PLAIN: dict[str, Any] = {"detail_required": False, "questions": []}
NUMBER = "11010519491231002X"
"""The example of GB 11643: born on the last day of 1949."""


def looked_at(
    matter: dict[str, Any] | None = None, rules: BookingRules | None = None, slot_day: date = SLOT_DAY, **changes: Any
) -> Examination:
    sound = Application(
        hall="h", matter="m", slot="s", name="李小明", phone="13812341234", id_number="110101199003070134"
    )
    asked = msgspec.structs.replace(sound, **changes)
    return examination(asked, PLAIN | (matter or {}), rules or BookingRules(), TODAY, slot_day)


def why(field: str, **changes: Any) -> str:
    """The one fault of that field; "" where there is none at all."""
    found = looked_at(**changes)
    assert {one.field for one in found.faults} <= {field}
    return found.faults[0].why if found.faults else ""


def number(birth: str) -> str:
    return f"110101{birth}013" + check_character(f"110101{birth}013")


@pytest.mark.clause("S0-22")
def test_a_sound_application_has_no_fault_and_is_made_uniform() -> None:
    found = looked_at(name=" 李  小明 ", phone="+86 138-1234-1234", id_number="11010519491231002x", email=" a@b.cn ")
    assert found.faults == ()
    person = found.person
    assert (person.name, person.phone, person.email) == ("李 小明", "13812341234", "a@b.cn")
    assert (person.id_type, person.id_number) == ("resident-id", NUMBER)


@pytest.mark.clause("S0-22")
@pytest.mark.clause("S0-24")
def test_everything_that_is_missing_is_named_at_once_in_the_order_of_the_form() -> None:
    matter = {"detail_required": True, "questions": [{"id": "q1", "required": True}, {"id": "q2"}]}
    rules = msgspec.structs.replace(BookingRules(), email_required=True)
    found = looked_at(matter, rules, name=" ", phone="", id_number="\t", detail=" \n")
    assert [(one.field, one.why) for one in found.faults] == [
        ("name", "name_missing"), ("id_number", "id_missing"), ("phone", "phone_missing"), ("email", "email_missing"),
        ("detail", "detail_missing"), ("answers.q1", "answer_missing"),
    ]  # fmt: skip
    assert found.faulty("name") and not found.faulty("flags")


@pytest.mark.clause("S0-14")
@pytest.mark.parametrize(
    "name",
    ["李小明", "欧阳娜娜", "阿卜杜拉·买买提", "阿卜杜拉•买买提", "阿卜杜拉．买买提", "李〇", "Anne-Marie O'Neil",
     "José Müller", "Nguyễn Văn A", "नेहा", "محمد علي", "Smith, John Jr.", "一" * 60],
)  # fmt: skip
def test_names_of_people_are_names(name: str) -> None:
    assert why("name", name=name) == ""


@pytest.mark.clause("S0-14")
@pytest.mark.fault("F52")
@pytest.mark.parametrize(
    "name",
    ["<script>alert(1)</script>", "=CMD|' /C calc'!A0", "＝CMD", "+1", "@SUM(A1)", "-cmd", "李小明3", "李小明３", "...",
     "·", "--", "李\u202e明", "李\u200b明", "a\x00b", "a\x1bb", "😀", "{{7*7}}", "a;b", "一" * 61],
)  # fmt: skip
def test_what_is_no_name_is_said_with_the_field(name: str) -> None:
    assert why("name", name=name) == "name_strange"


@pytest.mark.fault("F52")
def test_a_megabyte_in_a_name_is_refused_quickly_and_not_kept() -> None:
    began = time.monotonic()
    found = looked_at(name="李" * 1_000_000, openid="o" * 1_000_000)
    assert [(one.field, one.why) for one in found.faults] == [("name", "name_strange")]
    assert len(found.person.name) == 60 and len(found.person.openid) == 64
    for field in ("id_number", "phone", "email"):
        assert looked_at(**{field: "1" * 1_000_000}).faulty(field)
    assert time.monotonic() - began < 60


@pytest.mark.clause("S0-15")
def test_telephone_and_mail() -> None:
    assert [why("phone", phone=text) for text in ("13812341234", "+33 6 12 34 56 78", "+1 202 555 0100")] == [""] * 3
    for wrong in ("1381234123", "01088886666", "+86 138", "abc", "=13812341234"):
        assert why("phone", phone=wrong) == "phone_wrong"
    assert [why("email", email=text) for text in ("", "a@b.cn", "first.last+tag@sub.example.org")] == [""] * 3
    for wrong in (
        "a",
        "a@b",
        "a@@b.cn",
        "a@b.cn\nBcc: c@d.cn",
        "a\x00@b.cn",
        '"a"@b.cn',
        "<a@b.cn>",
        "a@" + "b.cn" * 90,
    ):
        found = looked_at(email=wrong)
        assert [one.why for one in found.faults] == ["email_wrong"] and found.person.email == ""
    required = msgspec.structs.replace(BookingRules(), email_required=True)
    assert why("email", rules=required, email="") == "email_missing"


@pytest.mark.clause("S0-16")
@pytest.mark.parametrize(
    ("id_type", "text"),
    [
        ("resident-id", NUMBER),
        ("resident-id", NUMBER.lower()),
        ("residence-permit", "810000199408230021"),
        ("passport", "E12345678"),
        ("passport", "ED1234567"),
        ("home-return-permit", "H12345678"),
        ("taiwan-permit", "12345678"),
    ],
)
def test_documents_that_are_accepted(id_type: str, text: str) -> None:
    assert looked_at(id_type=id_type, id_number=text).faults == ()


@pytest.mark.clause("S0-16")
@pytest.mark.parametrize(
    ("id_type", "text", "reason"),
    [
        ("resident-id", "110105194912310021", "id_wrong"),
        ("resident-id", "11010519491331002X", "id_wrong"),
        ("resident-id", number("20990101"), "id_wrong"),
        ("resident-id", "110105491231002", "id_wrong"),
        ("resident-id", "X" * 18, "id_wrong"),
        ("passport", "1", "id_wrong"),
        ("driving-licence", NUMBER, "id_wrong"),
        ("badge", "0123ABCD", "id_missing"),
    ],
)
def test_documents_that_are_not(id_type: str, text: str, reason: str) -> None:
    found = looked_at(id_type=id_type, id_number=text)
    assert [(one.field, one.why) for one in found.faults] == [("id_number", reason)]
    assert found.identity is None and found.person.id_number == "", "nobody is known by a number that cannot be right"


def test_an_organisation_is_known_by_its_credit_code_and_may_have_figures_in_its_name() -> None:
    found = looked_at(name="北京市第101中学", id_type="uscc", id_number="91110000600037341L")
    assert found.faults == () and found.person.id_type == "uscc"
    assert looked_at(name="101", id_type="uscc", id_number="91110000600037341L").faulty("name")
    assert looked_at(name="=101", id_type="uscc", id_number="91110000600037341L").faulty("name")


@pytest.mark.clause("S0-28")
def test_somebody_is_old_on_the_day_of_the_visit() -> None:
    seventy = {"id_number": number("19561125")}
    assert looked_at(slot_day=date(2026, 11, 24), **seventy).flags == ()
    assert looked_at(slot_day=date(2026, 11, 25), **seventy).flags == ("elderly",)
    leap = {"id_number": number("19560229")}
    assert looked_at(slot_day=date(2026, 2, 28), **leap).flags == ()
    assert looked_at(slot_day=date(2026, 3, 1), **leap).flags == ("elderly",)
    sixty = msgspec.structs.replace(BookingRules(), elderly_age=60)
    assert looked_at(rules=sixty, id_number=number("19660101")).flags == ("elderly",)


def test_needs_are_those_listed_and_each_counts_once() -> None:
    found = looked_at(flags=("interpreter", "disabled", "disabled"))
    assert found.flags == ("disabled", "interpreter") and found.faults == ()
    strange = looked_at(flags=("vip" * 50,) * 1000)
    assert {one.why for one in strange.faults} == {"flag_unknown"} and len(strange.faults) <= 10
    assert len(strange.faults[0].said("en")) < 100


@pytest.mark.clause("S0-18")
def test_descriptions_and_answers_have_their_length() -> None:
    matter = {"detail_required": True, "questions": [{"id": "q", "required": True}]}
    fine = {"detail": "x" * LONGEST_DETAIL, "answers": {"q": "y" * LONGEST_ANSWER, "other": "z" * 10_000}}
    assert looked_at(matter, **fine).faults == ()
    long = looked_at(matter, detail="x" * (LONGEST_DETAIL + 1), answers={"q": "y" * (LONGEST_ANSWER + 1)})
    assert [(one.field, one.why) for one in long.faults] == [("detail", "detail_long"), ("answers.q", "answer_long")]
    assert "2000" in long.faults[0].said("en") and "500" in long.faults[1].said("en")
