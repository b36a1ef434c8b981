"""A customer books on the public site, with nothing but links and forms."""

import html
import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import func, insert, select, update

from central.audit import SYSTEM
from central.booking.desk import Who
from central.db.engine import writing
from central.db.tables import Booking, BookingChange, BookingRulesRow, HallPage, Matter, Slot
from tests.booking_world import DAY, HOUR, id_number
from tests.public_world import TOMORROW, PublicWorld, Visitor, details, form_of, words_of


def only(world: PublicWorld) -> Any:
    with world.engine.connect() as connection:
        return connection.execute(select(Booking)).one()


def count(world: PublicWorld) -> int:
    with world.engine.connect() as connection:
        return connection.scalar(select(func.count()).select_from(Booking)) or 0


def change(world: PublicWorld, statement: Any) -> None:
    with writing(world.engine).begin() as connection:
        connection.execute(statement)
    world.desk.offers.forget()


def book(visitor: Visitor, hall: str = "City Service Hall", **fields: str) -> str:
    """From the first page on."""
    visitor.go("/")
    visitor.follow(f"Book a visit: {hall}")
    visitor.follow("A new household book")
    visitor.follow("Tomorrow")
    visitor.follow("10:00–10:30")
    return visitor.send(**details(**fields))


@pytest.mark.clause("S0-7")
@pytest.mark.clause("S0-12")
@pytest.mark.clause("S0-14")
@pytest.mark.clause("S0-15")
@pytest.mark.clause("S0-16")
def test_from_the_first_page_to_the_code(public: PublicWorld) -> None:
    visitor = Visitor(public)
    page = book(visitor, name=" 李 小明", phone="138 0000 0001", email="li@example.org")
    booking = only(public)
    assert (booking.status, booking.channel, booking.hall) == ("confirmed", "web", "central-hall")
    assert (booking.day, booking.matter) == (TOMORROW, "household-book")
    assert visitor.path == "/b" and "Your visit is booked" in page
    code = booking.code
    assert f"{code[:4]}-{code[4:8]}-{code[8:]}" in page and 'aria-label="The booking code as a QR code"' in page
    person = public.vault.person(booking.person, booking.person_kid)
    assert (person.phone, person.email, person.id_number) == ("13800000001", "li@example.org", id_number(1))
    assert id_number(1) not in page and "13800000001" not in page, "nobody's number stands on the page"


@pytest.mark.clause("S0-30")
@pytest.mark.clause("S0-31")
@pytest.mark.clause("S1-5")
def test_the_guide_says_what_to_bring_and_how_often_to_come(public: PublicWorld) -> None:
    change(public, update(Matter).where(Matter.id == "estate-transfer").values(visits=2, limit_days=5))
    visitor = Visitor(public)
    visitor.go("/h/central-hall")
    guide = words_of(visitor.follow("Transfer of a home sold"))
    for said in ("Certificate of title original", "How it goes", "Legal basis", "within 5 working days", "2 visits"):
        assert said in guide, said
    step = words_of(visitor.follow("Book a visit for this"))
    assert "Which day?" in step and "Certificate of title original" in step, "shown again where the day is chosen"
    chinese = Visitor(public, language="zh-CN")
    said = words_of(chinese.go("/h/central-hall/guide/estate-transfer"))
    assert "不动产权证书 原件" in said and "5个工作日内" in said and "2次" in said


def test_a_matter_that_is_withdrawn_has_neither_guide_nor_booking(public: PublicWorld) -> None:
    visitor = Visitor(public)
    visitor.go("/h/central-hall/guide/estate-transfer")
    change(public, update(Matter).where(Matter.id == "estate-transfer").values(active=False))
    visitor.go("/h/central-hall/guide/estate-transfer", 404)
    visitor.go("/h/central-hall/book?matter=estate-transfer&day=" + TOMORROW, 404)


@pytest.mark.clause("S0-5")
def test_what_is_full_is_shown_as_full(public: PublicWorld) -> None:
    first, second = public.slots(service="household")[:2]
    change(public, update(Slot).where(Slot.id == first.id).values(taken=first.capacity))
    change(public, update(Slot).where(Slot.id == second.id).values(closed=True))
    visitor = Visitor(public)
    page = visitor.go(f"/h/central-hall/book?matter=household-book&day={TOMORROW}")
    assert words_of(page).count("fully booked") == 2
    assert first.id.replace(":", "%3A") not in page and second.id not in page, "no link leads to them"
    change(public, update(Slot).where(Slot.service == "household").values(closed=True))
    days = visitor.go("/h/central-hall/book?matter=household-book")
    assert "day=" not in days and "fully booked" in words_of(days)


@pytest.mark.clause("S0-5")
def test_capacity_is_told_or_kept_as_the_rule_says(public: PublicWorld) -> None:
    visitor = Visitor(public)
    assert "3 places free" in words_of(visitor.go(f"/h/central-hall/book?matter=household-book&day={TOMORROW}"))
    rules = {"hall": "", "version": 1, "rules": {"show_capacity": False}, "by": "x", "at": 0}
    change(public, insert(BookingRulesRow).values(**rules))
    page = words_of(visitor.go(f"/h/central-hall/book?matter=household-book&day={TOMORROW}"))
    assert "places free" in page and "3 places free" not in page


@pytest.mark.parametrize("changes", [{}, {"name": "李大明"}], ids=["twice the same", "changed meanwhile"])
def test_a_form_sent_twice_books_once(public: PublicWorld, changes: dict[str, str]) -> None:
    visitor = Visitor(public)
    visitor.go(f"/h/central-hall/book?matter=household-book&slot={public.slots(service='household')[0].id}")
    form = visitor.page
    assert "Your visit is booked" in visitor.send(**details())
    visitor.page = form
    again = visitor.send(409 if changes else 200, **details() | changes)
    assert count(public) == 1
    if changes:
        assert "was sent before" in words_of(again)
    visitor.go("/b")
    assert only(public).code[:4] in visitor.page.text, "and the booking is open"


def test_two_taps_at_once_book_once(public: PublicWorld) -> None:
    visitor = Visitor(public)
    visitor.go(f"/h/central-hall/book?matter=household-book&slot={public.slots(service='household')[0].id}")
    fields = re.search(r'name="form" value="([^"]+)"', visitor.page.text)
    assert fields is not None
    data = details() | {"form": fields[1], "matter": "household-book", "slot": public.slots(service="household")[0].id}
    cookies = dict(visitor.http.cookies)

    def tap(_: int) -> int:
        http = public.phone()
        http.cookies.update(cookies)
        return int(http.post("/h/central-hall/book", data=data, follow_redirects=False).status_code)

    with ThreadPoolExecutor(6) as pool:
        assert set(pool.map(tap, range(6))) == {303}
    assert count(public) == 1


def test_a_time_that_is_gone_is_chosen_anew_and_nothing_is_lost(public: PublicWorld) -> None:
    slots = public.slots(service="household")
    visitor = Visitor(public)
    visitor.go(f"/h/central-hall/book?matter=household-book&slot={slots[0].id}")
    change(public, update(Slot).where(Slot.id == slots[0].id).values(taken=slots[0].capacity))
    page = visitor.send(409, **details(email="li@example.org"))
    assert "has just been fully booked" in words_of(page) and 'value="li@example.org"' in page
    assert count(public) == 0
    assert "Your visit is booked" in visitor.send(consent="yes")
    assert only(public).slot == slots[1].id


@pytest.mark.clause("S0-24")
def test_what_is_faulty_is_named_and_mended_while_the_place_is_kept(public: PublicWorld) -> None:
    visitor = Visitor(public)
    wrong = id_number(1)[:-1] + ("0" if id_number(1)[-1] != "0" else "1")
    page = words_of(book(visitor, id_number=wrong, email="li@example"))
    assert visitor.path == "/b/mend" and only(public).status == "returned" and only(public).holds
    assert "is kept until" in page and "The last character does not fit the others" in page and "no e-mail" in page
    assert "Mobile number" not in page, "what was right is not asked again"
    again = words_of(visitor.send(422, id_number=wrong, email="li@example.org"))
    assert "no e-mail" not in again and "The last character" in again
    assert "it has been corrected" in visitor.send(id_number=id_number(1))
    mended = only(public)
    assert (mended.status, mended.attempts, mended.name_masked) == ("confirmed", 3, "李*明")
    person = public.vault.person(mended.person, mended.person_kid)
    assert (person.name, person.phone, person.email) == ("李小明", "13800000001", "li@example.org")
    visitor.go("/b/mend")
    assert visitor.path == "/b", "there is nothing to mend any more"


def test_a_number_of_another_country_stays_so_when_the_rest_is_mended(public: PublicWorld) -> None:
    visitor = Visitor(public)
    book(visitor, phone="+1 312 555 0100", id_number="1")
    returned = only(public)
    visitor.send(id_number=id_number(1))
    mended = only(public)
    assert (mended.status, mended.phone_key, mended.phone_masked) == ("confirmed", returned.phone_key, "001******0100")


@pytest.mark.clause("S0-24")
def test_after_the_deadline_nothing_is_mended(public: PublicWorld) -> None:
    visitor = Visitor(public)
    book(visitor, id_number="1")
    public.at = only(public).deadline + 1
    visitor.go("/b")
    assert "Correct it now" not in visitor.send(code=only(public).code, tail="0001")
    visitor.go("/b/mend")
    assert "The time for mending this booking is over" in words_of(visitor.send(409, id_number=id_number(1)))
    assert only(public).status == "returned"


@pytest.mark.clause("S0-18")
def test_a_complex_matter_is_described_and_looked_at(public: PublicWorld) -> None:
    visitor = Visitor(public)
    visitor.go(f"/h/central-hall/book?matter=estate-inherit&day={TOMORROW}")
    visitor.follow("09:00–09:30")
    answers = {"answers.heirs": "2", "answers.will": "无"}
    page = visitor.send(**details() | answers)
    assert visitor.path == "/b/mend" and "Describe what it is about" in words_of(page)
    assert "Being looked at" in visitor.send(detail="母亲的房屋，两位继承人")
    booking = only(public)
    assert booking.status == "reviewing"
    public.desk.send_back(booking.code, SYSTEM, {"detail": "请说明是否有遗嘱"})
    visitor.go("/b")
    page = visitor.follow("Correct it now")
    assert "请说明是否有遗嘱" in words_of(page) and "母亲的房屋，两位继承人" in page
    visitor.send(detail="母亲的房屋，两位继承人，无遗嘱")
    public.desk.approve(booking.code, SYSTEM)
    assert "Confirmed" in words_of(visitor.go("/b"))


def test_a_question_of_the_matter_is_asked_and_answered(public: PublicWorld) -> None:
    asked = [{"id": "plot", "text": {"zh": "宗地号", "en": "Number of the plot"}, "required": True}]
    change(public, update(Matter).where(Matter.id == "household-book").values(questions=asked))
    visitor = Visitor(public)
    page = words_of(book(visitor))
    assert "Number of the plot : Answer this question" in page and visitor.path == "/b/mend"
    visitor.send(**{"answers.plot": "8-17"})
    assert only(public).status == "confirmed"


def test_no_consent_no_booking(public: PublicWorld) -> None:
    visitor = Visitor(public)
    visitor.go(f"/h/central-hall/book?matter=household-book&slot={public.slots(service='household')[0].id}")
    kept = details() | {"consent": ""}
    assert "Without your consent" in words_of(visitor.send(422, **kept)) and count(public) == 0


def test_one_open_booking_a_person_and_type(public: PublicWorld) -> None:
    book(Visitor(public))
    other = Visitor(public)
    other.go(f"/h/north-hall/book?matter=household-move&slot={public.slots('north-hall', 'household')[3].id}")
    page = other.send(409, **details(phone="13900000000"))
    assert "has an open booking for this kind of business" in words_of(page) and count(public) == 1


@pytest.mark.parametrize(("query", "channel"), [("/?src=app", "app"), ("/wechat", "wechat"), ("/", "web")])
@pytest.mark.clause("S0-8")
@pytest.mark.clause("S0-9")
def test_the_channel_is_the_one_the_page_was_opened_from(public: PublicWorld, query: str, channel: str) -> None:
    visitor = Visitor(public)
    visitor.go(query)
    visitor.go(f"/h/central-hall/book?matter=household-book&slot={public.slots(service='household')[0].id}")
    visitor.send(**details())
    assert only(public).channel == channel


def test_a_hall_that_is_not_published_is_not_there(public: PublicWorld) -> None:
    change(public, update(HallPage).where(HallPage.hall == "north-hall").values(published=False))
    visitor = Visitor(public)
    assert "North Branch" not in visitor.go("/")
    visitor.go("/h/north-hall", 404)
    visitor.go("/h/north-hall/book", 404)


@pytest.mark.parametrize(
    "path",
    ["/h/nowhere", "/h/nowhere/book", "/h/a%00b", "/h/central-hall/book?matter=a%00", "/h/central-hall/guide/none",
     "/h/central-hall/book?matter=household-book&slot=central-hall:social:1",
     "/h/central-hall/book?matter=household-book&day=tomorrow", "/offers/none", "/offers/%00"],
)  # fmt: skip
def test_what_is_not_there_is_a_page_that_says_so(public: PublicWorld, path: str) -> None:
    answer = public.phone().get(path)
    assert answer.status_code in (404, 409) and "<h1>" in answer.text


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


def test_the_new_time_went_to_somebody_else(public: PublicWorld) -> None:
    visitor = Visitor(public)
    book(visitor)
    slot = public.slots(service="household", day="2026-11-26")[0]
    visitor.go(f"/b/move?slot={slot.id}")
    change(public, update(Slot).where(Slot.id == slot.id).values(taken=slot.capacity))
    page = words_of(visitor.send(409))
    assert "has just been fully booked" in page and "Which day?" in page and only(public).day == TOMORROW


@pytest.mark.clause("S0-48")
def test_another_matter_waits_for_the_staff(public: PublicWorld) -> None:
    visitor = Visitor(public)
    book(visitor)
    visitor.follow("Ask for another matter")
    visitor.follow("Moving a household")
    visitor.follow("Tomorrow")
    visitor.follow("10:00–10:30")
    page = words_of(visitor.send(reason="spouse comes along"))
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
    assert "not open any more" in words_of(other.go(f"/offers/{token}", 409))
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


def test_all_that_is_wrong_is_said_at_once_where_nothing_can_be_held(public: PublicWorld) -> None:
    visitor = Visitor(public)
    visitor.go(f"/h/central-hall/book?matter=social-register&slot={public.slots()[0].id}")
    wrong = details(name="", phone="12", email="li@", id_number="11010519491231002") | {"consent": ""}
    names = ["Name", "Number of the document", "Mobile number", "E-mail", "Consent"]
    assert named(visitor.send(422, **wrong)) == names
    assert named(visitor.send(409, **wrong | {"consent": "yes"})) == names[:-1], "all beside a missing telephone"
    assert named(visitor.send(422, **details(email="", consent=""))) == ["Consent"]
    assert count(public) == 0
    visitor.send(**details(name="", email="li@", id_number="11010519491231002"))
    assert visitor.path == "/b/mend" and count(public) == 1, "who can be reached mends it while the place is held"


def test_another_language_keeps_what_was_typed(public: PublicWorld) -> None:
    visitor = Visitor(public)
    visitor.go(f"/h/central-hall/book?matter=social-register&slot={public.slots()[0].id}")
    in_chinese(visitor, name="李小明", phone="1380", detail="first time", flags="interpreter")
    page = visitor.page.text
    assert "填写信息" in words_of(page) and "errors" not in page, "nothing was sent yet"
    assert 'value="李小明"' in page and 'value="1380"' in page and ">first time<" in page
    assert 'value="interpreter" checked' in page and count(public) == 0
    visitor.send(**details(id_number="11010519491231002"))
    assert visitor.path == "/b/mend" and visitor.http.cookies["site_language"] == "zh"
    [english] = re.findall(r'formaction="([^"]+)"[^>]*value="en"', visitor.page.text)
    _, kept = form_of(visitor.page.text)
    again = visitor.http.post(f"/b/mend{html.unescape(english)}", data=kept | {"id_number": "1101", "lang": "en"})
    assert "Please correct" in again.text and 'value="1101"' in again.text and only(public).attempts == 1


def in_chinese(visitor: Visitor, **typed: str) -> None:
    """Presses the button of that language on a form that is filled in so far."""
    [query] = re.findall(r'formaction="([^"]+)"[^>]*value="zh"', visitor.page.text)
    _, kept = form_of(visitor.page.text)
    address = visitor.page.url.path + html.unescape(query)
    visitor.page = visitor.http.post(address, data=kept | typed | {"lang": "zh"})
    assert visitor.page.status_code == 200


def named(page: str) -> list[str]:
    """The fields that the list of errors names, in its order."""
    [errors] = re.findall(r'<div class="errors".*?</div>', page, re.DOTALL)
    return re.findall(r">([^<]+)</a>:", errors)
