"""A matter from the office to site, window and paper: the same words in the same version everywhere (S1-14)."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from sqlalchemy import select

from central.audit import Actor
from central.db.engine import writing
from central.db.tables import DirectiveRow
from central.masters import entries as e
from central.masters import store, telling
from contract.directives import Directive
from contract.events import GuidancePrinted, MatterFixed
from edge import config
from tests.integration.test_papers_of_a_window import Window, document, text
from tests.public_world import PublicWorld, Visitor, words_of
from tests.waiting import until

BOSS = Actor("boss", "127.0.0.1")


@pytest.fixture
def office(tmp_path: Path) -> Iterator[PublicWorld]:
    made = PublicWorld(f"sqlite:///{tmp_path}/office.db")
    yield made
    made.close()


@pytest.fixture
def window(tmp_path: Path) -> Iterator[Window]:
    """A window for real estate, with a customer at it."""
    hall = document(tmp_path, chinese="gb18030", qr="native")
    hall["services"][0]["id"] = "estate"
    hall["counters"][0]["serves"] = [["estate"]]
    made = Window(tmp_path, config.parse(hall))
    with made.client:
        made.post("counters/1/login", clerk="1001")
        told = made.post("tickets", service="estate")
        until(lambda: made.engine.ask(lambda state: state.tickets[told["ticket"]].slip == "printed").result(60))
        made.post("counters/1/next")
        made.post("counters/1/start")
        yield made
    made.close()


def publish(office: PublicWorld, window: Window) -> None:
    """What the centre has for the hall reaches it."""
    telling.tell(office.engine, office.at)
    query = select(DirectiveRow).where(DirectiveRow.node == "central-hall").order_by(DirectiveRow.seq)
    with office.engine.connect() as connection:
        rows = list(connection.execute(query))
    log = [Directive(row.seq, row.id, row.kind, None, row.type, msgspec.Raw(row.data)) for row in rows]
    window.engine.take("g1", log).result(60)
    version = matter(office)["version"]
    until(lambda: about(window).get("version") == version)


def matter(office: PublicWorld) -> dict[str, Any]:
    with office.engine.connect() as connection:
        found = store.find(connection, e.Matter, {"id": "estate-transfer"})
    assert found is not None
    return found


def about(window: Window) -> dict[str, Any]:
    """The matter as the clerk's page has it."""
    listed = window.client.get("/api/about").json()["matters"]
    return next((one for one in listed if one["id"] == "estate-transfer"), {})


def bare(words: str) -> str:
    return "".join(words.split())


@pytest.mark.clause("S0-37", "S1-14")
def test_site_window_and_paper_say_the_same_in_the_same_version(office: PublicWorld, window: Window) -> None:
    publish(office, window)
    known = about(window)
    window.post("counters/1/matter", matter="estate-transfer")
    told = window.post("matters/estate-transfer/guide")
    sheet = text(window.newest())
    for language in ("zh", "en"):
        page = words_of(Visitor(office, language=language).go("/h/central-hall/guide/estate-transfer"))
        said = [known["name"], known["guide"], known["notes"], known["sample"], *known["steps"]]
        said += [one["name"] for one in known["materials"]]
        for one in said:
            assert one[language] in page, "the site"
            assert bare(one[language]) in sheet, "the paper"
        version = {"zh": "发布版本 1", "en": "Published version 1"}[language]
        assert version in page and bare(version) in sheet
    assert known["version"] == told["version"] == 1
    assert "办理时限：3个工作日" in sheet
    [fixed], [printed] = window.recorded(MatterFixed), window.recorded(GuidancePrinted)
    assert (fixed.matter, fixed.version) == (printed.matter, printed.version) == ("estate-transfer", 1)


@pytest.mark.clause("S0-37", "S1-14")
def test_a_new_example_is_a_new_version_everywhere(office: PublicWorld, window: Window) -> None:
    publish(office, window)
    row = {name: value for name, value in matter(office).items() if name != "version"}
    changed = row | {"sample": {"zh": "王先生买房。", "en": "Mr Wang buys a home."}}
    with writing(office.engine).begin() as connection:
        store.save(connection, msgspec.convert(changed, e.Matter), at=office.at, by=BOSS)
    office.desk.offers.forget()
    publish(office, window)
    page = words_of(Visitor(office).go("/h/central-hall/guide/estate-transfer"))
    assert "Mr Wang buys a home." in page and "Published version 2" in page
    assert (about(window)["sample"]["en"], about(window)["version"]) == ("Mr Wang buys a home.", 2)
    assert window.post("matters/estate-transfer/guide")["version"] == 2
    assert "王先生买房" in text(window.newest()) and "Publishedversion2" in text(window.newest())


@pytest.mark.clause("S3-12")
def test_the_form_of_the_matter_is_handed_out_with_its_questions_and_that_is_on_record(
    office: PublicWorld, window: Window
) -> None:
    publish(office, window)
    window.post("matters/estate-transfer/guide")
    form = text(window.newest()).partition("请在等候时填写")[2]
    for words in ("姓名Name", "联系电话Telephone", "房屋是否有抵押？", "□是yes", "□否no"):
        assert words in form
    [printed] = window.recorded(GuidancePrinted)
    assert (printed.service, printed.matter, printed.version) == ("estate", "estate-transfer", 1) and printed.by


def test_a_sheet_that_did_not_come_out_was_not_handed_out(office: PublicWorld, window: Window) -> None:
    publish(office, window)
    window.printer.toggle("paper_out", True)
    answer = window.client.post("/api/matters/estate-transfer/guide")
    assert answer.status_code == 503
    assert window.client.post("/api/matters/nothing/guide").status_code == 404
    window.post("counters/1/welcome")
    assert window.recorded(GuidancePrinted, 0) == []


@pytest.mark.clause("S2-54")
def test_the_questions_of_the_matter_are_asked_on_the_site_as_choices(office: PublicWorld) -> None:
    visitor = Visitor(office)
    page = visitor.book(matter="estate-transfer")
    assert 'type="radio" name="answers.mortgage" value="no"' in page, "the page again, since it was not answered"
