"""A customer comes back to a booking: looks at it, moves, changes and cancels it, with nothing but links and forms."""

import re

import pytest
from sqlalchemy import select, update

from central.audit import SYSTEM
from central.booking.desk import Who
from central.db.tables import BookingChange, Slot
from tests.booking_world import DAY, HOUR
from tests.public_world import TOMORROW, PublicWorld, Visitor, words_of
from tests.unit.site.walked import book, change, only


def test_the_calendar_file_holds_the_time_and_the_place(public: PublicWorld) -> None:
    visitor = Visitor(public)
    book(visitor)
    visitor.follow("Put it into my calendar")
    file = visitor.page.text
    assert visitor.page.headers["content-type"].startswith("text/calendar")
    assert "DTSTART:20261124T020000Z" in file and "12 Renmin Road" in file and "BEGIN:VALARM" in file
    visitor.go("/b?lang=zh")
    visitor.http.cookies.delete("site_language")  # some fetch a file as another program, without the page's cookies
    visitor.follow("日历")
    assert "人民路12号" in visitor.page.text, "in the language of the page"


def test_the_proof_ends_after_half_an_hour(public: PublicWorld) -> None:
    visitor = Visitor(public)
    book(visitor)
    public.at += HOUR // 2 - 1000
    assert "Confirmed" in words_of(visitor.go("/b"))
    public.at += HOUR // 2 - 1000
    assert "Confirmed" in words_of(visitor.go("/b")), "it is looked at meanwhile"
    public.at += HOUR // 2
    assert "Look up a booking" in words_of(visitor.go("/b/move"))
    assert visitor.path == "/b"


def test_who_leaves_leaves_nothing(public: PublicWorld) -> None:
    visitor = Visitor(public)
    book(visitor)
    visitor.send()
    assert visitor.path == "/" and "Look up a booking" in words_of(visitor.go("/b"))


@pytest.mark.clause("S0-21")
def test_a_booking_is_cancelled_in_time_and_the_place_is_free(public: PublicWorld) -> None:
    visitor = Visitor(public)
    book(visitor)
    slot = only(public).slot
    visitor.follow("Cancel the booking")
    page = visitor.send(reason="=CMD|'/c calc'!A1")
    assert "Your booking is cancelled" in page and only(public).status == "cancelled"
    assert next(one for one in public.slots(service="household") if one.id == slot).taken == 0


def test_a_cancelled_booking_shows_no_form_that_changes_it(public: PublicWorld) -> None:
    visitor = Visitor(public)
    book(visitor)
    visitor.follow("Cancel the booking")
    visitor.send()
    for address in ("/b/cancel", "/b/cancel?fm=1", "/b/move", "/b/move?fm=1", "/b/change", "/b/hindrance"):
        page = words_of(visitor.go(address))
        assert visitor.path == "/b" and "Cancelled The place is free for somebody else." in page, address


@pytest.mark.clause("S0-21")
def test_it_is_too_late_to_cancel_online(public: PublicWorld) -> None:
    visitor = Visitor(public)
    book(visitor)
    visitor.go("/b/cancel")
    public.at = only(public).starts_at - HOUR
    late = Visitor(public)
    late.http.cookies = visitor.http.cookies
    code = only(public).code
    late.go("/b")
    page = words_of(late.send(code=code, tail="0001"))
    assert "Please call the hall" in page and "Cancel the booking" not in page
    late.go("/b/cancel")
    assert "until 120 minutes before" in words_of(late.send(409)) and only(public).status == "confirmed"


@pytest.mark.clause("S0-53")
def test_force_majeure_is_excused_with_a_reason(public: PublicWorld) -> None:
    visitor = Visitor(public)
    book(visitor)
    public.at = only(public).starts_at - HOUR // 2
    code = only(public).code
    visitor.go("/b")
    visitor.send(code=code, tail="0001")
    visitor.follow("I am hindered by force majeure")
    visitor.follow("Choose another time")
    visitor.follow("Tomorrow")
    visitor.follow("14:00–14:30")
    assert "Give a reason" in words_of(visitor.send(409))
    assert "has a new time" in visitor.send(reason="台风，公交停运")
    moved = only(public)
    assert (moved.day, moved.reason_code, moved.reason) == ("2026-11-25", "FM", "台风，公交停运")
    public.at = moved.starts_at - HOUR // 4
    visitor.go("/b")
    visitor.send(code=code, tail="0001")
    visitor.follow("I am hindered by force majeure")
    visitor.follow("Cancel the booking")
    visitor.send(reason="突发疾病")
    assert (only(public).status, only(public).reason_code, only(public).late_cancel) == ("cancelled", "FM", False)


@pytest.mark.clause("S0-21")
def test_another_time(public: PublicWorld) -> None:
    visitor = Visitor(public)
    book(visitor)
    visitor.follow("Choose another time")
    visitor.follow("Thu 26 Nov")
    page = visitor.follow("15:00–15:30")
    assert "Tuesday 24 November 2026" in words_of(page) and "Thursday 26 November 2026" in words_of(page)
    assert "has a new time" in visitor.send()
    assert only(public).day == "2026-11-26"
    page = words_of(visitor.go("/b"))
    assert page.count("Moved to another time") == 1 and "has a new time" not in page, "said once, kept in the history"


@pytest.mark.parametrize("query", ["", "&fm=1"], ids=["moved", "hindered"])
def test_the_new_time_went_to_somebody_else(public: PublicWorld, query: str) -> None:
    visitor = Visitor(public)
    book(visitor)
    first, second = public.slots(service="household", day="2026-11-26")[:2]
    visitor.go(f"/b/move?slot={first.id}{query}")
    change(public, update(Slot).where(Slot.id == first.id).values(taken=first.capacity))
    page = words_of(visitor.send(409, **({"reason": "the ferry does not run"} if query else {})))
    assert "has just been fully booked" in page and only(public).day == TOMORROW
    assert ("the ferry does not run" in page) is bool(query), "what was written stays"
    assert "has a new time" in visitor.send() and only(public).slot == second.id, "the next one was offered"


@pytest.mark.clause("S0-48")
def test_another_matter_waits_for_the_staff(public: PublicWorld) -> None:
    visitor = Visitor(public)
    book(visitor)
    visitor.follow("Ask for another matter")
    visitor.follow("Moving a household")
    visitor.follow("Tomorrow")
    visitor.follow("11:00–11:30")
    slot = public.slots(service="household", day=TOMORROW)[4]
    change(public, update(Slot).where(Slot.id == slot.id).values(closed=True))
    page = words_of(visitor.send(409, reason="spouse comes along"))
    assert "spouse comes along" in page and "The hall takes no" in page, (
        "nothing is lost; another time is offered beside it"
    )
    page = words_of(visitor.send())
    assert "Your wish is with the staff" in page and "being looked at by staff" in page
    assert only(public).matter == "household-book", "until then it stands"
    with public.engine.connect() as connection:
        asked = connection.execute(select(BookingChange)).one()
    public.desk.decide_change(asked.id, SYSTEM, approve=True)
    page = words_of(visitor.go("/b"))
    assert "agreed to" in page and only(public).matter == "household-move"


def test_a_closed_hall_offers_other_times_with_one_tap(public: PublicWorld) -> None:
    told: list[str] = []
    public.desk._listeners = [lambda _c, event, _b, _at, extra: told.append(extra.get("offer", ""))]
    book(Visitor(public))
    booking = only(public)
    day = public.at // DAY * DAY + DAY
    closing = {"zh": "台风红色预警", "en": "Typhoon warning"}
    public.desk.close_hall(
        "central-hall", SYSTEM, from_at=day - 8 * HOUR, until_at=day + 16 * HOUR, cause="weather", text=closing
    )
    public.at += 6000  # what is known of all halls is kept for five seconds
    assert "Typhoon warning" in words_of(Visitor(public).go("/h/central-hall"))
    other = Visitor(public)
    [token] = [one for one in told if one]
    page = words_of(other.go(f"/offers/{token}"))
    assert "Typhoon warning" in page and "One tap takes another time" in page
    assert other.page.headers["referrer-policy"] == "no-referrer" and token not in other.page.text
    assert booking.code not in other.page.text, "the address proves a wish for a new time, no more"
    slots = re.findall(r'name="slot" value="([^"]+)"', other.page.text)
    page = words_of(other.send(slot=slots[1]))
    assert "Your booking has a new time" in page and only(public).slot == slots[1]
    assert other.path == f"/offers/{token}" and slots[1] not in other.page.text
    again = other.http.post(f"/offers/{token}", data={"slot": slots[2]})
    assert "Your booking has a new time" in again.text and only(public).slot == slots[1], "a second tap changes nothing"
    assert "Your booking has a new time" in words_of(other.go(f"/offers/{token}")), "nor does the link, opened again"
    assert public.desk.find(Who(booking.code)).status == "confirmed"


def test_whom_a_closure_hit_may_come_no_more(public: PublicWorld) -> None:
    visitor = Visitor(public)
    book(visitor)
    booking = only(public)
    public.at = booking.starts_at - HOUR
    public.desk.close_hall(
        "central-hall", SYSTEM, from_at=public.at, until_at=public.at + 8 * HOUR, cause="power", text={"zh": "停电"}
    )
    visitor.go("/b")
    page = words_of(visitor.send(code=booking.code, tail="0001"))
    assert "The hall is closed at your time" in page and "Nothing is counted against you" in page
    visitor.follow("Cancel the booking")
    visitor.send()
    assert (only(public).status, only(public).late_cancel) == ("cancelled", False)
