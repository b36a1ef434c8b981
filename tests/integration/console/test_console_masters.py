"""Master data on the console: edited in two languages, every change a version and a line of the trail."""

import re
from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any

import msgspec
import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from central.audit import SYSTEM
from central.console.masters import forms as masters_forms
from central.console.people.accounts import create_user
from central.db.engine import writing
from central.db.tables import AuditRow
from central.masters import entries as e
from central.masters import files, store
from central.people.staffing import Wanted
from tests import console_world as world


@pytest.fixture(autouse=True)
def sample(engine: Engine) -> None:
    with writing(engine).begin() as connection:
        files.load_sample(connection, at=1, by=SYSTEM)


def row(engine: Engine, kind: type[e.Entry], **key: str) -> dict[str, Any] | None:
    with engine.connect() as connection:
        return store.find(connection, kind, key)


def trail(engine: Engine, action: str, actor: str = "boss") -> list[AuditRow]:
    with Session(engine) as session:
        query = select(AuditRow).where(AuditRow.action == action, AuditRow.actor == actor).order_by(AuditRow.id)
        return list(session.scalars(query))


class _Form(HTMLParser):
    """Collects what a browser would send of the first form on a card."""

    def __init__(self) -> None:
        super().__init__()
        self.fields: dict[str, Any] = {}
        self._inside, self._over, self._area, self._select = False, False, "", ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        one = dict(attrs)
        if tag == "form":
            self._inside = not self._over and "card" in (one.get("class") or "")
        name, value = one.get("name") or "", one.get("value") or ""
        if not self._inside or "disabled" in one:
            return
        if tag == "input" and name and (one.get("type") != "checkbox" or "checked" in one):
            self.fields.setdefault(name, []).append(value)
        elif tag == "textarea":
            self._area, self.fields[name] = name, ""
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select and ("selected" in one or self._select not in self.fields):
            self.fields[self._select] = value

    def handle_data(self, data: str) -> None:
        if self._area:
            self.fields[self._area] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form" and self._inside:
            self._inside, self._over = False, True
        elif tag == "textarea":
            self._area = ""
        elif tag == "select":
            self._select = ""


def filled(page: str) -> dict[str, Any]:
    """A page's own form as a browser would send it."""
    parser = _Form()
    parser.feed(re.sub(r"(<textarea[^>]*>)\n", r"\1", page))  # HTML: a line break behind the tag is none of the text
    return parser.fields


@pytest.mark.parametrize("matter", ["estate-inherit", "consult-policy", "market-change"])
def test_a_form_saved_as_it_came_changes_nothing(visit: Callable, engine: Engine, matter: str) -> None:
    boss, before = visit("boss"), row(engine, e.Matter, id=matter)
    page = f"/console/masters/matters/{matter}"
    answer = boss.post(page, data=filled(boss.get(page).text), follow_redirects=False)
    assert answer.status_code == 303
    assert row(engine, e.Matter, id=matter) == before
    assert not trail(engine, "matter.changed")


def test_lines_stay_beside_those_of_the_other_language(visit: Callable, engine: Engine) -> None:
    """Also where the first has no English yet."""
    boss, page = visit("boss"), "/console/masters/matters/tax-deed"
    form = filled(boss.get(page).text) | {
        "steps.zh": "申报\n核税", "steps.en": "\nAssess",
        "questions.0.id": "first-home", "questions.0.zh": "是否首套？",
        "questions.0.choices.id": "yes\nno", "questions.0.choices.zh": "是\n否", "questions.0.choices.en": "\nno",
    }  # fmt: skip
    assert boss.post(page, data=form, follow_redirects=False).status_code == 303
    saved = row(engine, e.Matter, id="tax-deed")
    assert saved is not None
    assert saved["steps"] == [{"zh": "申报"}, {"zh": "核税", "en": "Assess"}]
    assert boss.post(page, data=filled(boss.get(page).text), follow_redirects=False).status_code == 303
    assert row(engine, e.Matter, id="tax-deed") == saved


@pytest.mark.clause("S0-30")
@pytest.mark.clause("S0-31")
@pytest.mark.clause("S1-3")
def test_a_guide_and_its_materials_are_changed_as_a_new_version_on_record(visit: Callable, engine: Engine) -> None:
    boss, page = visit("boss"), "/console/masters/matters/tax-deed"
    form = filled(boss.get(page).text) | {
        "guide.en": "Declared after a home is bought.",
        "steps.zh": "申报\n核税\n缴款\n领取凭证", "steps.en": "Declare\nAssess\nPay",
        "materials": ["contract", "household-book", "id-card"], "important": "1",
        "questions.0.id": "first-home", "questions.0.zh": "是否首套？", "questions.0.required": "1",
        "questions.0.choices.id": "yes\nno", "questions.0.choices.zh": "是\n否", "questions.0.choices.en": "yes",
        "review_rules.1.id": "one-home", "review_rules.1.zh": "家庭只有一套住房",
        "legal_basis.zh": "《契税法》第九条", "limit_days": "2",
    }  # fmt: skip
    assert boss.post(page, data=form, follow_redirects=False).status_code == 303
    saved = row(engine, e.Matter, id="tax-deed")
    assert saved is not None
    assert saved["version"] == 2
    assert saved["steps"] == [
        {"zh": "申报", "en": "Declare"}, {"zh": "核税", "en": "Assess"},
        {"zh": "缴款", "en": "Pay"}, {"zh": "领取凭证"},
    ]  # fmt: skip
    assert saved["materials"] == ["id-card", "contract", "household-book"], "in the order they had, the new one last"
    yes, no = {"id": "yes", "text": {"zh": "是", "en": "yes"}}, {"id": "no", "text": {"zh": "否"}}
    asked = {"id": "first-home", "text": {"zh": "是否首套？"}, "required": True, "choices": [yes, no]}
    assert saved["questions"] == [asked]
    assert saved["review_rules"] == [{"id": "one-home", "text": {"zh": "家庭只有一套住房"}}]
    (line,) = trail(engine, "matter.changed")
    assert line.before is not None and line.after is not None
    assert (line.before["version"], line.after["version"]) == (1, 2)
    assert (line.before["materials"], line.before["important"]) == (["id-card", "contract"], False)
    assert set(line.after) == {
        "guide",
        "steps",
        "materials",
        "important",
        "questions",
        "review_rules",
        "legal_basis",
        "limit_days",
        "version",
    }
    assert "version 2" in boss.get(page).text


NEW = {
    "id": "passport", "name.zh": "护照申领", "name.en": "Passport", "business_type": "household",
    "complexity": "simple", "limit_days": "7", "visits": "2", "active": "1",
}  # fmt: skip


ONE_CHOICE = {
    "questions.0.id": "a", "questions.0.zh": "何？", "questions.0.choices.id": "b", "questions.0.choices.zh": "此",
}  # fmt: skip


def create(visitor: Any, part: str, form: dict[str, Any]) -> Any:
    page = f"/console/masters/{part}/new"
    return visitor.post(page, data={**form, "csrftoken": visitor.token(page)}, follow_redirects=False)


@pytest.mark.clause("S0-2")
@pytest.mark.clause("S4-33")
def test_every_part_gets_new_entries(visit: Callable, engine: Engine) -> None:
    boss, name = visit("boss"), {"name.zh": "名称", "name.en": "Name"}
    assert create(boss, "types", {"id": "travel", **name}).status_code == 303
    assert (
        create(boss, "materials", {"id": "photo", **name, "note.en": "35 × 45 mm", "original": "1"}).status_code == 303
    )
    assert create(boss, "matters", NEW | {"business_type": "travel", "materials": ["photo"]}).status_code == 303
    assert create(boss, "departments", {"id": "border", **name}).status_code == 303
    post = {"id": "officer", **name, "department": "border", "duties.zh": "核验出入境证件"}
    assert create(boss, "posts", post).status_code == 303
    saved = row(engine, e.Matter, id="passport")
    assert saved is not None and (saved["version"], saved["materials"], saved["limit_days"]) == (1, ["photo"], 7)
    made = row(engine, e.Post, id="officer")
    assert made is not None and made["duties"] == {"zh": "核验出入境证件"}
    assert "Name · Name" in boss.get("/console/people/new").text, "and accounts can be given the post"
    subjects = ("business_type", "material", "matter", "department", "post")
    assert all(len(trail(engine, f"{subject}.created")) == 1 for subject in subjects)


@pytest.mark.parametrize(
    ("change", "field", "sentence"),
    [
        ({"id": "Pass port"}, "id", "An id has 1 to 32"),
        ({"id": "tax-deed"}, "id", "one with this id already"),
        ({"name.en": " "}, "name", "Give the name in English"),
        ({"name.zh": "名" * 81}, "name", "80 characters"),
        ({"business_type": "none"}, "business_type", "choose one of the list"),
        ({"complexity": "hard"}, "complexity", "Choose one of the list"),
        ({"limit_days": "soon"}, "limit_days", "Give a whole number"),
        ({"limit_days": "367"}, "limit_days", "from 0 to 366"),
        ({"visits": ""}, "visits", "Give a whole number"),
        ({"materials": ["id-card", "none"]}, "materials", "no such material"),
        ({"questions.0.zh": "为何？"}, "questions", "An id has 1 to 32"),
        ({"questions.0.id": "a", "questions.0.zh": "何？", "questions.0.choices.id": "b"}, "questions", "Give a text"),
        (ONE_CHOICE, "questions", "2 to 40"),
        ({"review_rules.0.zh": "规则"}, "review_rules", "An id has 1 to 32"),
        ({"guide.zh": "长" * 4000, "notes.zh": "长" * 2000}, "guide", "13 KiB"),
        ({"guide.zh": "长" * 4001}, "guide", "too long"),
    ],
)
def test_what_was_wrong_is_named_beside_its_field_and_nothing_typed_is_lost(
    visit: Callable, engine: Engine, change: dict[str, Any], field: str, sentence: str
) -> None:
    answer = create(visit("boss"), "matters", NEW | {"notes.en": "Bring <two> photos", "steps.zh": "一\n二"} | change)
    assert answer.status_code in (409, 422)
    assert re.search(f'id="{field}-fault">[^<]*{sentence}', answer.text)
    for typed in ("Bring &lt;two&gt; photos", "一\n二"):
        assert typed in answer.text
    assert row(engine, e.Matter, id="passport") is None


@pytest.mark.fault("F52")
def test_a_megabyte_in_a_name_is_refused_naming_the_field(visit: Callable) -> None:
    answer = create(visit("boss"), "types", {"id": "big", "name.zh": "x" * 900_000, "name.en": "Big"})
    assert answer.status_code in (400, 413, 422)


def test_what_is_named_elsewhere_is_not_removed_and_what_is_not_is(visit: Callable, engine: Engine) -> None:
    boss = visit("boss")
    create(boss, "types", {"id": "travel", "name.zh": "出行", "name.en": "Travel"})
    token = {"csrftoken": boss.token("/console/masters/types/new")}
    answer = boss.post("/console/masters/types/tax/remove", data=token, follow_redirects=False)
    assert answer.status_code == 409
    assert "still in use elsewhere" in answer.text
    assert boss.post("/console/masters/types/travel/remove", data=token, follow_redirects=False).status_code == 303
    assert row(engine, e.BusinessType, id="travel") is None
    assert boss.get("/console/masters/types/travel").status_code == 404
    assert boss.get("/console/masters/nothing").status_code == 404


@pytest.mark.clause("S1-2")
def test_a_hall_says_what_it_does_the_office_says_at_which_windows(visit: Callable, engine: Engine) -> None:
    boss, page = visit("boss"), "/console/masters-halls/hall-001"
    form = filled(boss.get(page).text) | {
        "address.zh": "东风路1号", "address.en": "1 Dongfeng Road", "phone": "010-1234567", "published": "1",
        "service.tax-deed": "savings", "service.social-register": "social",
    }  # fmt: skip
    del form["bookable.social-register"]
    assert boss.post(page, data=form, follow_redirects=False).status_code == 303
    kept = row(engine, e.HallPage, hall="hall-001")
    assert kept is not None and kept["address"] == {"zh": "东风路1号", "en": "1 Dongfeng Road"}
    assert row(engine, e.HallMatter, hall="hall-001", matter="tax-deed") == {
        "hall": "hall-001", "matter": "tax-deed", "service": "savings", "bookable": True,
    }  # fmt: skip
    walk_in = row(engine, e.HallMatter, hall="hall-001", matter="social-register")
    assert walk_in is not None and walk_in["bookable"] is False
    again = filled(boss.get(page).text)
    assert again["service.tax-deed"] == "savings" and "bookable.social-register" not in again
    boss.post(page, data=again | {"service.tax-deed": ""}, follow_redirects=False)
    assert row(engine, e.HallMatter, hall="hall-001", matter="tax-deed") is None
    assert [line.subject_id for line in trail(engine, "hall_matter.removed")] == ["hall-001/tax-deed"]


def test_a_hall_is_taken_over_by_a_button_and_a_wrong_phone_is_said(visit: Callable, engine: Engine) -> None:
    boss, page = visit("boss"), "/console/masters-halls/hall-001"
    token = {"csrftoken": boss.token(page)}
    assert boss.post(page + "/take-over", data=token, follow_redirects=False).status_code == 303
    assert row(engine, e.HallMatter, hall="hall-001", matter="social-transfer") is not None
    assert row(engine, e.Matter, id="loans") is not None
    answer = boss.post(page, data=filled(boss.get(page).text) | {"phone": "=CMD()"}, follow_redirects=False)
    assert answer.status_code == 422
    assert 'id="phone-fault"' in answer.text


@pytest.mark.clause("S0-6")
def test_the_duty_matrix_names_a_post_for_each_step_and_a_hall_may_have_its_own(
    visit: Callable, engine: Engine
) -> None:
    boss = visit("boss")
    page = boss.get("/console/duties").text
    general = filled(page)
    assert general["post.review"] == "booking-reviewer" and general["deputy.review"] == "shift-supervisor"
    assert sum(name.startswith("post.") for name in general) == len(e.STEPS)
    own = {
        "hall": "hall-001",
        "post.review": "shift-supervisor",
        "deputy.review": "",
        "csrftoken": general["csrftoken"],
    }
    assert boss.post("/console/duties", data=own, follow_redirects=False).status_code == 303
    here = boss.get("/console/duties?hall=hall-001").text
    assert filled(here)["post.review"] == "shift-supervisor"
    assert "as in all halls: Booking centre · Booking agent" in here
    assert filled(boss.get("/console/duties").text)["post.review"] == "booking-reviewer"
    answer = boss.post("/console/duties", data=own | {"deputy.review": "shift-supervisor"}, follow_redirects=False)
    assert answer.status_code == 422 and "another post" in answer.text
    boss.post("/console/duties", data=own | {"post.review": ""}, follow_redirects=False)
    assert row(engine, e.Duty, hall="hall-001", step="review") is None
    assert boss.get("/console/duties?hall=nowhere").status_code == 404


def test_who_works_for_one_hall_changes_that_halls_data_and_no_others(visit: Callable, engine: Engine) -> None:
    create_user(engine, "local", world.PASSWORD, wanted=Wanted(("hall-head",), ("hall-001",)))
    local, boss = visit("local"), visit("boss")
    page = local.get("/console/masters/types/tax")
    assert page.status_code == 200 and "who works for all of them" in page.text
    form = filled(boss.get("/console/masters/types/tax").text) | {
        "csrftoken": local.token("/console/masters-halls/hall-001")
    }
    assert local.post("/console/masters/types/tax", data=form, follow_redirects=False).status_code == 403
    assert local.post("/console/masters/types/new", data=form, follow_redirects=False).status_code == 403
    assert local.post("/console/masters/types/tax/remove", data=form, follow_redirects=False).status_code == 403
    assert local.post("/console/duties", data=form | {"hall": ""}, follow_redirects=False).status_code == 403
    assert local.post("/console/duties", data=form | {"hall": "hall-002"}, follow_redirects=False).status_code == 403
    assert local.post("/console/duties", data=form | {"hall": "hall-001"}, follow_redirects=False).status_code == 303
    assert local.get("/console/masters-halls/hall-002").status_code == 403
    assert "hall-002" not in local.get("/console/masters-halls").text
    own = filled(local.get("/console/masters-halls/hall-001").text)
    assert local.post("/console/masters-halls/hall-001", data=own, follow_redirects=False).status_code == 303


def test_without_the_right_nothing_is_shown(visit: Callable) -> None:
    guest = visit("guest")
    for page in ("/masters", "/masters/matters", "/masters/matters/tax-deed", "/masters-halls", "/duties"):
        assert guest.get("/console" + page).status_code == 403


def test_a_new_form_makes_the_entry_its_defaults_say() -> None:
    for kind in masters_forms.PARTS.values():
        values = masters_forms.empty(kind)
        assert set(values) == set(kind.__struct_fields__)
        filled_in = values | {name: "x" for name, value in values.items() if value == "" and name != "name"}
        assert msgspec.convert(filled_in | {"name": {"zh": "x"}}, kind)
