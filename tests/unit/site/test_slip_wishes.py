"""Rating and "call me later" on the page of a slip, on their way down to the hall and back."""

import re
from typing import Any

import msgspec
import pytest
from sqlalchemy import text

from contract import directives as d
from contract import events as e
from tests.site_world import issued
from tests.unit.site.test_slip_page import CALLED, DAY_MS, STARTED, T, words

SERVED = (CALLED, STARTED, e.ServiceFinished(T, "2", "w07-Wang"))
HERE = "/t/bank/TOKENA001?lang=en"


def told(hall: Any, kind: str) -> list[Any]:
    """The directives of that type on their way to the hall: (id, data)."""
    query = text("SELECT id, data FROM directives WHERE type = :kind ORDER BY key")
    with hall.bench.database.connect() as connection:
        return [(row.id, msgspec.json.decode(row.data)) for row in connection.execute(query, {"kind": kind})]


def test_a_rating_goes_down_to_the_hall_and_comes_back_with_its_events(hall: Any, scan: Any) -> None:
    hall.tell(issued(1), *SERVED)
    assert len(re.findall(r'name="level"', scan())) == 5 and "非常满意" in scan(lang="zh")
    answer = hall.phone().post(HERE, data={"wish": "rating", "level": "4", "comment": "kind\u0000 and\nquick"})
    assert "Your rating: Satisfied" in words(answer.text), "said at once"
    assert 'name="level"' not in answer.text
    ((_, data),) = told(hall, "RatingGiven")
    assert msgspec.convert(data, d.RatingGiven) == d.RatingGiven("TOKENA001", 4, (), "kind  and quick")
    hall.tell(e.TicketRated(T, "2", "w07-Wang", "savings", 4, "centre"))
    assert "Your rating: Satisfied" in words(scan())


def test_a_visit_is_rated_once(hall: Any, scan: Any) -> None:
    hall.tell(issued(1), *SERVED)
    for level in ("5", "1", "1"):
        assert hall.phone().post(HERE, data={"wish": "rating", "level": level}).status_code == 200
    assert [data["level"] for _, data in told(hall, "RatingGiven")] == [5]
    assert "Your rating: Very satisfied" in words(scan())


def test_what_the_counters_evaluator_took_is_not_asked_again(hall: Any, scan: Any) -> None:
    hall.tell(issued(1), *SERVED, e.TicketRated(T, "2", "w07-Wang", "savings", 2, "keys"))
    assert "Your rating: Dissatisfied" in words(scan()) and 'name="level"' not in scan()
    hall.phone().post(HERE, data={"wish": "rating", "level": "5"})
    assert told(hall, "RatingGiven") == []


@pytest.mark.parametrize("steps", [(), (CALLED,), (CALLED, STARTED)])
def test_nothing_is_rated_before_it_was_served(hall: Any, scan: Any, steps: tuple[e.Event, ...]) -> None:
    hall.tell(issued(1), *steps)
    assert 'name="level"' not in scan()
    hall.phone().post(HERE, data={"wish": "rating", "level": "5"})
    assert told(hall, "RatingGiven") == []


def test_after_three_days_it_is_not_rated_any_more(hall: Any, scan: Any) -> None:
    hall.tell(issued(1), *SERVED)
    hall.bench.wall += 3 * DAY_MS + 1000
    assert 'name="level"' not in scan()
    hall.phone().post(HERE, data={"wish": "rating", "level": "5"})
    assert told(hall, "RatingGiven") == []


@pytest.mark.parametrize(
    "sent", [{"wish": "tea"}, {"level": "6"}, {"level": "0"}, {"level": "x"}, {"level": "5", "comment": "x" * 201}]
)
def test_a_wrong_form_is_refused(hall: Any, sent: dict[str, str]) -> None:
    hall.tell(issued(1), *SERVED)
    assert hall.phone().post(HERE, data={"wish": "rating"} | sent).status_code == 422
    assert told(hall, "RatingGiven") == []


def test_ten_more_minutes(hall: Any, scan: Any) -> None:
    hall.tell(issued(1), issued(2))
    assert "I need ten more minutes" in words(scan()) and "我还需要十分钟" in words(scan(lang="zh"))
    assert "on its way to the hall" in words(hall.phone().post(HERE, data={"wish": "move_back"}).text)
    assert "I need ten more minutes" not in words(scan()), "asked is asked"
    hall.phone().post(HERE, data={"wish": "move_back"})
    ((id_, data),) = told(hall, "MoveBackAsked")
    assert data == {"token": "TOKENA001"}
    hall.tell(e.TicketMovedBack(T, "A001", 1, 1, "centre"), e.DirectiveAnswered(id_, "done", ""))
    assert "You have been moved back" in words(scan()) and "I need ten more minutes" in words(scan())


def test_a_wish_the_hall_refused_or_never_got(hall: Any, scan: Any) -> None:
    hall.tell(issued(1))
    hall.phone().post(HERE, data={"wish": "move_back"})
    ((id_, _),) = told(hall, "MoveBackAsked")
    hall.tell(e.DirectiveAnswered(id_, "refused", "no more"))
    assert "could not move you back" in words(scan())
    hall.phone().post(HERE, data={"wish": "move_back"})
    hall.bench.wall += 121_000
    hall.report()
    assert "I need ten more minutes" in words(scan()), "it may be asked again once it has run out"


@pytest.mark.parametrize(
    ("detail", "english", "chinese"),
    [
        (
            "nobody_behind: token: Nobody waits behind A001: it cannot be moved back.",
            "Nobody waits behind you",
            "无需顺延",
        ),
        ("moved_too_often: token: Ticket A001 was moved back 2 times already.", "cannot be moved again", "已多次顺延"),
        ("before_slot: token: Ticket A001 is called from …", "from your booked time on", "到预约时间才会叫号"),
        ("done: no code of the hall", "could not move you back", "大厅未能为您后移"),
    ],
)
def test_why_it_was_refused(hall: Any, scan: Any, detail: str, english: str, chinese: str) -> None:
    hall.tell(issued(1))
    hall.phone().post(HERE, data={"wish": "move_back"})
    ((id_, _),) = told(hall, "MoveBackAsked")
    hall.tell(e.DirectiveAnswered(id_, "refused", detail))
    assert english in words(scan()) and chinese in words(scan(lang="zh"))


def test_no_promise_where_the_hall_cannot_hear_it(hall: Any, scan: Any) -> None:
    hall.tell(issued(1))
    hall.report(online=False)
    assert "I need ten more minutes" not in words(scan())
    hall.phone().post(HERE, data={"wish": "move_back"})
    assert told(hall, "MoveBackAsked") == []


def test_a_stranger_can_wish_nothing(hall: Any) -> None:
    hall.tell(issued(1), *SERVED)
    for path in ("/t/bank/WRONG", "/t/other/TOKENA001"):
        for wish in ("rating", "move_back"):
            assert hall.phone().post(path, data={"wish": wish, "level": "1"}).status_code == 404
    assert told(hall, "RatingGiven") == told(hall, "MoveBackAsked") == []


def test_a_suspended_case_is_said(hall: Any, scan: Any) -> None:
    hall.tell(issued(1), CALLED, STARTED, e.CaseSuspended(T, "A001", "2", "w07-Wang", "papers_out", "copy"))
    assert "Your case is suspended Please come back to Counter 2" in words(scan())
