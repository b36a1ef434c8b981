"""The rules of a hall in words on the console, and changing one of them."""

import re
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from central.db.tables import DirectiveRow, RulesRow
from contract.catalogue import Rules
from contract.directives import RulesChanged
from tests import console_world as world

PAGE = "/console/rules?hall=hall-002"


def told(engine: Engine) -> list[Rules]:
    """What the centre told the hall's node after the first rules."""
    with Session(engine) as session:
        query = select(DirectiveRow).where(DirectiveRow.node == "node-002", DirectiveRow.type == "RulesChanged")
        rows = session.scalars(query.where(DirectiveRow.id != "rules-node-002").order_by(DirectiveRow.key))
        return [msgspec.json.decode(row.data, type=RulesChanged).rules for row in rows]


def change(visitor: Any, stamp: str | None = None, **rules: str) -> Any:
    page = visitor.get(PAGE).text
    shown = re.findall(r'name="stamp" value="([\d.]+)"', page)
    form = {"hall": "hall-002", "stamp": stamp or (shown[0] if shown else "2.0"), **rules}
    return visitor.post("/console/rules", data={**form, "csrftoken": visitor.token("/console/rules")})


def test_the_rules_are_sentences_with_what_differs_from_the_defaults(visit: Callable) -> None:
    page = visit("guest").get(PAGE).text
    assert "In force since 2026-11-20 08:00:00" in page and "by office" in page
    assert "Only a supervisor may call a chosen number, with a reason." in page
    assert "default: Every clerk may call a chosen number, with a reason." in page
    assert page.count("hk-changed") == 3, "limit_s, rings and choose"
    before = page[page.index("Versions") :]
    assert "by the hall" in before and "the first rules the centre knows" in before
    assert "The clerk repeats a call; after 2 calls" in before


def test_they_are_told_in_the_readers_language(visit: Callable) -> None:
    visitor = visit("guest")
    visitor.cookies.set("language", "zh")
    page = visitor.get(PAGE).text
    assert "只有主管可以指定叫号，须说明理由。" in page and "默认：柜员均可指定叫号" in page
    assert "按大厅配置文件" in page


def test_one_rule_is_changed_and_the_others_stay_as_they_are(visit: Callable, engine: Engine, woken: Any) -> None:
    answer = change(visit("office"), grace_s="600", insert_after="3", busy_s="1200")
    assert "The rules are on their way" in answer.text
    assert told(engine) == [msgspec.structs.replace(world.RULES, grace_s=600, insert_after=3)]
    assert woken.times == 1
    assert "on its way" in answer.text and "Who comes up to 10 min late waits behind 3 tickets" in answer.text


def test_a_second_change_does_not_undo_the_one_on_its_way(visit: Callable, engine: Engine) -> None:
    change(visit("office"), grace_s="600")
    change(visit("boss"), adhoc="false")
    assert told(engine)[-1] == msgspec.structs.replace(world.RULES, grace_s=600, adhoc=False)


def test_what_the_hall_answers_is_shown(visit: Callable, engine: Engine) -> None:
    change(visit("office"), verify="require")
    with Session(engine) as session, session.begin():
        last = select(DirectiveRow.key).order_by(DirectiveRow.key.desc()).limit(1).scalar_subquery()
        session.execute(
            update(DirectiveRow).where(DirectiveRow.key == last).values(outcome="refused", detail="rules.verify: no")
        )
    page = visit("guest").get(PAGE).text
    assert "refused" in page and "rules.verify: no" in page


def test_back_to_the_default(visit: Callable, engine: Engine) -> None:
    change(visit("office"), usual="1", limit_s="7", limit_complex_s="8", warn_before_s="9")
    assert told(engine) == [msgspec.structs.replace(world.RULES, limit_s=900)]


def test_a_class_is_chosen_from_the_halls_own(visit: Callable, engine: Engine) -> None:
    assert "Elderly" in visit("boss").get(PAGE).text
    change(visit("boss"), fallback_class="elderly")
    assert told(engine)[-1].fallback_class == "elderly"


@pytest.mark.parametrize(
    ("rules", "said"),
    [
        ({"limit_s": "0"}, "Counter time, simple matter: from 1 to 86400."),
        ({"grace_s": "soon"}, "Grace for latecomers: write a whole number."),
        ({"grace_s": "-1"}, "Grace for latecomers: write a whole number."),
        ({"choose": "anybody"}, "Who may call a chosen number: choose one of those offered."),
        ({"fallback_class": "royalty"}, "Class of who fails at the kiosk: choose one of those offered."),
        ({"rings": "2"}, "Nothing is changed by this."),
        ({"stamp": "1.0", "rings": "5"}, "The rules have changed meanwhile"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_is_sent(
    visit: Callable, engine: Engine, woken: Any, rules: dict[str, str], said: str
) -> None:
    assert said in change(visit("boss"), **rules).text
    assert told(engine) == [] and woken.times == 0


def test_a_rule_nobody_knows_is_refused(visit: Callable, engine: Engine) -> None:
    assert change(visit("boss"), loudness="11").status_code == 400
    assert told(engine) == []


def test_who_may_not_order_sees_no_form_and_changes_nothing(visit: Callable, engine: Engine) -> None:
    guest = visit("guest")
    assert "Tell the hall" not in guest.get(PAGE).text
    assert change(guest, rings="5").status_code == 403
    assert told(engine) == []


def test_a_hall_that_never_spoke_and_one_that_is_newer(visit: Callable, engine: Engine) -> None:
    with Session(engine) as session, session.begin():
        row = session.get(RulesRow, "node-002")
        assert row is not None
        row.rules = {**row.rules, "rule_of_tomorrow": 3}
        session.delete(session.get(RulesRow, "node-003"))
    boss = visit("boss")
    page = boss.get(PAGE).text
    assert "newer than the centre" in page and "Tell the hall" not in page
    assert "newer than the centre" in change(boss, rings="5").text
    assert told(engine) == []
    assert "has not told its rules yet" in boss.get("/console/rules?hall=hall-003").text
    assert boss.get("/console/rules?hall=nowhere").status_code == 404
