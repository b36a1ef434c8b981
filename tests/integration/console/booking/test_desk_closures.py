"""A closure from its form to the last customer settled, on the console."""

import re
from html import unescape
from typing import Any

import pytest
from sqlalchemy import Row, select

from central.booking.desk import Who
from central.db.tables import Closure, ClosureCase, ContactTask, DirectiveRow, HallFact
from contract.booking_code import grouped
from tests.booking_world import HOUR
from tests.desk_visitor import Clerk
from tests.desk_world import DeskWorld

FORM = {"hall": "hall", "from": "2026-11-24T09:00", "until": "2026-11-24T17:00", "cause": "weather",
        "known": "2026-11-23T08:40"}  # fmt: skip
TEXT = {"text_zh": "台风来袭，暂停办公。", "text_en": "Closed because of a typhoon."}


def declare(clerk: Clerk, go: str = "publish", **changes: str) -> Any:
    return clerk.fill("/closures/new", "/closures/new", {**FORM, **TEXT, "go": go, **changes})


def rows(world: DeskWorld, table: Any) -> list[Row[Any]]:
    with world.engine.connect() as connection:
        return list(connection.execute(select(*table.__table__.columns)))


@pytest.mark.clause("S0-51")
def test_whom_it_hits_is_shown_before_it_is_published_and_all_is_told(world: DeskWorld) -> None:
    hit, later = world.booked(1), world.booked(2, slot=world.slots()[-1].id)
    clerk = Clerk(world, "supervisor")
    shown = declare(clerk, "check", text_zh="", text_en="").text
    assert "It hits 1 booking<" in shown and grouped(hit.code) in shown and grouped(later.code) not in shown
    assert "因天气原因，示例大厅自11月24日周二 09:00起暂停办公" in shown, "a draft in each language"
    assert "Because of the weather Example hall is closed from Tue, Nov 24 09:00." in shown
    assert rows(world, Closure) == []
    done = declare(clerk).text
    assert "Published: on the site" in done and "20 min after it was known; the limit is 30 min" in done
    (closure,) = rows(world, Closure)
    assert (closure.cause, closure.by, closure.text["en"]) == ("weather", "supervisor", TEXT["text_en"])
    assert closure.known_at == world.at - 20 * 60_000 and closure.published_at == world.at
    assert world.desk.find(Who(hit.code)).status == "displaced"
    assert world.desk.find(Who(later.code)).status == "confirmed"
    assert "NoticeAdded" in {row.type for row in rows(world, DirectiveRow)}, "the hall's boards"


def hidden(page: str) -> dict[str, str]:
    return {name: unescape(value) for name, value in re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page)}


def test_what_changes_after_the_look_is_looked_at_again_and_the_draft_follows(world: DeskWorld) -> None:
    world.booked(1)
    clerk = Clerk(world, "supervisor")
    looked = hidden(declare(clerk, "check", text_zh="", text_en="").text)
    drafts = {"text_zh": looked["draft_zh"], "text_en": looked["draft_en"]}
    asked = {name: looked[name] for name in ("looked_at", "draft_zh", "draft_en")}
    shown = declare(clerk, **asked, **drafts, cause="power", until="2026-11-25T12:00").text
    assert rows(world, Closure) == [] and "Not published yet" in shown and "It hits 1 booking<" in shown
    assert "Because of a power cut Example hall" in shown and "open again at Wed, Nov 25 12:00" in shown
    assert "Because of the weather" not in shown and "因天气原因" not in shown
    own = declare(clerk, "check", **asked, text_zh=TEXT["text_zh"], text_en=looked["draft_en"], cause="power").text
    assert TEXT["text_zh"] in own and "Because of a power cut" in own, "what a person wrote stays"
    declare(clerk, **asked, **drafts)
    assert [row.text["en"] for row in rows(world, Closure)] == [looked["draft_en"]]


@pytest.mark.clause("S0-52")
def test_the_list_says_whom_to_call_until_when_and_what_became_of_each(world: DeskWorld) -> None:
    first, second, third = (world.booked(n) for n in (1, 2, 3))
    clerk = Clerk(world, "supervisor")
    declare(clerk)
    (closure,) = rows(world, Closure)
    page = f"/closures/{closure.id}"
    shown = clerk.page(page).text
    assert "0 / 3" in shown and shown.count("Tue, Nov 24 08:00") == 3, "an hour before their visits"
    assert shown.count("Wed, Nov 25 09:00–09:30") >= 1, "times offered"
    tasks = {row.booking: row for row in rows(world, ContactTask)}
    call = f"/calls/{tasks[first.id].id}"
    assert "the hall closes" in clerk.page(call).text and "weather" in clerk.page(call).text
    clerk.fill(f"{call}/outcome", call, {"outcome": "reached", "note": "thinks about it"})
    new = next(slot for slot in world.slots() if slot.day == "2026-11-26")
    clerk.fill(f"/booking/{second.id}/act/move", f"/booking/{second.id}", {"slot": new.id})
    clerk.fill(f"/booking/{third.id}/act/cancel", f"/booking/{third.id}", {"reason_code": "customer"})
    cases = {row.booking: row for row in rows(world, ClosureCase)}
    assert [cases[one.id].outcome for one in (first, second, third)] == ["open", "rebooked", "cancelled"]
    assert cases[first.id].contacted_at == world.at
    shown = clerk.page(page).text
    assert "2 / 3" in shown and "1 / 3" in shown and "spoken to at" in shown
    assert "2 / 3" in clerk.page("/closures").text


@pytest.mark.clause("S0-52")
def test_who_was_not_reached_before_the_time_is_told_apart_at_last(world: DeskWorld) -> None:
    booking = world.booked(1)
    clerk = Clerk(world, "supervisor")
    declare(clerk)
    (task,) = rows(world, ContactTask)
    call = f"/calls/{task.id}"
    clerk.fill(f"{call}/outcome", call, {"outcome": "no_answer"})
    assert rows(world, ContactTask)[0].state == "open" and rows(world, ClosureCase)[0].outcome == "open"
    world.at = booking.starts_at + HOUR
    clerk.fill(f"{call}/outcome", call, {"outcome": "no_answer"})
    assert rows(world, ContactTask)[0].state == "done" and rows(world, ClosureCase)[0].outcome == "unreachable"


def test_it_lasts_longer_and_ends_earlier(world: DeskWorld) -> None:
    first, next_day = world.booked(1), world.booked(2, slot=next(s for s in world.slots() if s.day == "2026-11-25").id)
    clerk = Clerk(world, "supervisor")
    declare(clerk)
    (closure,) = rows(world, Closure)
    page = f"/closures/{closure.id}"
    early = clerk.fill(f"{page}/prolong", page, {"until": "2026-11-24T12:00"})
    assert early.status_code == 422 and "Give a later time" in early.text and 'value="2026-11-24T12:00"' in early.text
    assert "lasts longer" in clerk.fill(f"{page}/prolong", page, {"until": "2026-11-25T17:00"}).text
    assert world.desk.find(Who(next_day.code)).status == "displaced"
    assert "2 bookings stand as before" in clerk.fill(f"{page}/end", page, {}).text
    assert world.desk.find(Who(first.code)).status == "confirmed"
    assert "/end" not in clerk.page(page).text, "over is over"
    again = clerk.fill(f"{page}/end", page, {})
    assert again.status_code == 422 and "this closure is over" in again.text


def test_what_the_public_reads_follows_a_closure_that_lasts_longer(world: DeskWorld) -> None:
    clerk = Clerk(world, "supervisor")
    shown = hidden(declare(clerk, "check", text_zh="", text_en="").text)
    declare(clerk, text_zh=TEXT["text_zh"], text_en=shown["draft_en"], **{"from": "2026-11-23T09:00"})
    declare(clerk, text_zh=TEXT["text_zh"], text_en=shown["draft_en"])
    now, later = sorted(rows(world, Closure), key=lambda row: row.from_at)

    def prolong(closure: Row[Any], until: str, **words: str) -> Any:
        page = f"/closures/{closure.id}"
        return clerk.fill(f"{page}/prolong", page, {"until": until, **words})

    def text(closure: Row[Any]) -> dict[str, str]:
        return next(row.text for row in rows(world, Closure) if row.id == closure.id)

    as_it_was = {"text_zh": later.text["zh"], "text_en": later.text["en"]}
    refused = prolong(later, "2026-11-25T12:00", **{**as_it_was, "text_zh": "长" * 301})
    assert refused.status_code == 422 and 'id="fault-text_zh"' in refused.text and "长" * 301 in refused.text
    prolong(later, "2026-11-25T12:00", **as_it_was)
    new = text(later)
    assert new["zh"] == TEXT["text_zh"], "what a person wrote stays"
    assert "open again at Wed, Nov 25 12:00" in new["en"] and "17:00" not in new["en"], "a draft follows"
    prolong(later, "2026-11-26T12:00", text_zh="停电至周四。", text_en=new["en"])
    new = text(later)
    assert new["zh"] == "停电至周四。" and "open again at Thu, Nov 26 12:00" in new["en"]
    assert new["en"] in unescape(clerk.page(f"/closures/{later.id}").text)
    prolong(now, "2026-11-26T12:00")
    assert all("12:00" in said and "17:00" not in said for said in text(now).values()), text(now)
    boards = [str(row.data) for row in rows(world, HallFact) if row.type == "NoticeAdded"]
    assert len(boards) == 2 and not any("17:00" in said for said in boards)
    why = [row.data.decode() for row in rows(world, DirectiveRow) if row.type == "HallSuspended"]
    assert [text(now)["zh"] in said for said in why] == [False, True], "nor does the hall say the old time itself"


def test_what_cannot_be_is_said_beside_its_field_and_nothing_typed_is_lost(world: DeskWorld) -> None:
    clerk = Clerk(world, "supervisor")
    for changes, field in (
        ({"until": "2026-11-24T08:00"}, "until"),
        ({"until": "2026-11-22T08:00", "from": "2026-11-21T08:00"}, "until"),
        ({"from": "soon"}, "from"),
        ({"cause": "laziness"}, "cause"),
        ({"text_zh": "长" * 301}, "text_zh"),
        ({"text_zh": "", "text_en": " "}, "text_zh"),
    ):
        answer = declare(clerk, **changes)
        assert answer.status_code == 422 and f'id="fault-{field}"' in answer.text, changes
        assert changes.get("text_en", TEXT["text_en"]) in answer.text
    assert rows(world, Closure) == []


def test_a_closed_date_leads_to_the_form_with_its_time(world: DeskWorld) -> None:
    world.booked(1)
    head = Clerk(world, "hall-head")
    asked = {
        "hall": "hall",
        "what": "date",
        "day": "2026-11-24",
        "periods": "",
        "reason": "the pipes",
        "sure": "closure",
    }
    answer = head.fill("/hours", "/hours", asked)
    assert re.search(r"/closures/new\?hall=hall&from=\d+&until=\d+$", str(answer.url))
    assert 'value="2026-11-24T09:00"' in answer.text and 'value="2026-11-24T09:30"' in answer.text


def test_who_may_not_declares_nothing(world: DeskWorld) -> None:
    clerk = Clerk(world, "operator")
    assert "Declare a closure" not in clerk.page("/closures").text
    assert clerk.page("/closures/new").status_code == 403
    assert clerk.fill("/closures/new", "/closures", {**FORM, **TEXT, "go": "publish"}).status_code == 403
    elsewhere = Clerk(world, "elsewhere")
    assert declare(elsewhere).status_code == 403
    declare(Clerk(world, "supervisor"))
    (closure,) = rows(world, Closure)
    assert elsewhere.page(f"/closures/{closure.id}").status_code == 404
