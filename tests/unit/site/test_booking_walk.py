"""A customer books on the public site, with nothing but links and forms."""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import insert, update

from central.audit import SYSTEM
from central.db.tables import BookingRulesRow, HallPage, Matter, Slot
from tests.booking_world import id_number
from tests.public_world import TOMORROW, PublicWorld, Visitor, details, words_of
from tests.unit.site.walked import book, change, count, only


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
    assert "09:00–09:30 fully booked 09:30–10:00 closed 10:00–10:30 3 places free" in words_of(page)
    assert first.id.replace(":", "%3A") not in page and second.id not in page, "no link leads to them"
    change(public, update(Slot).where(Slot.service == "household").values(closed=True))
    days = visitor.go("/h/central-hall/book?matter=household-book")
    assert "day=" not in days and "Tomorrow closed" in words_of(days) and "fully booked" not in words_of(days)


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


def test_back_and_send_mend_what_was_returned_and_take_no_second_place(public: PublicWorld) -> None:
    visitor = Visitor(public)
    form = f"/h/central-hall/book?matter=household-book&slot={public.slots(service='household')[0].id}"
    visitor.go(form)
    visitor.send(**details(id_number="1"))
    assert visitor.path == "/b/mend"
    visitor.go(form)
    assert "Your visit is booked" in visitor.send(**details())
    assert (count(public), only(public).status, only(public).attempts) == (1, "confirmed", 2)


def test_somebody_else_at_the_same_browser_has_a_booking_of_their_own(public: PublicWorld) -> None:
    visitor = Visitor(public)
    form = f"/h/central-hall/book?matter=household-book&slot={public.slots(service='household')[0].id}"
    visitor.go(form)
    visitor.send(**details(id_number="1"))
    visitor.go(form)
    assert "Your visit is booked" in visitor.send(**details(2, name="王芳"))
    assert count(public) == 2, "what waits to be mended is left as it is"


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
    answers = {"answers.heirs": "2", "answers.will": "neither"}
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


def named(page: str) -> list[str]:
    """The fields that the list of errors names, in its order."""
    [errors] = re.findall(r'<div class="errors".*?</div>', page, re.DOTALL)
    return re.findall(r">([^<]+)</a>:", errors)
