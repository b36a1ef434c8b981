"""Nothing that was typed into a form of the site is lost: at another language, after a pause, with two tabs."""

import html
import re
import time

import pytest
from sqlalchemy import insert, select

from central.db.tables import Booking, Hall
from central.site.visit import FORM_S
from contract import events as e
from tests.booking_world import HOUR
from tests.public_world import PublicWorld, Visitor, details, form_of, words_of
from tests.site_world import Site, issued
from tests.unit.site.test_slip_page import CALLED, STARTED, T
from tests.unit.site.walked import book, change, count, in_chinese, only, press

AFTER_PROOF = HOUR // 2 + 1000


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
    again = visitor.http.post(html.unescape(english), data=kept | {"id_number": "1101", "lang": "en"})
    assert "Please correct" in again.text and 'value="1101"' in again.text and only(public).attempts == 1


@pytest.mark.parametrize("path", ["/b", "/b/K7PM29QX4TWA", "/results", "/results/K7PM29QX4T"])
def test_another_language_keeps_a_code_that_was_typed(public: PublicWorld, path: str) -> None:
    visitor = Visitor(public)
    visitor.go(path)
    in_chinese(visitor, code="k7pm-29q", tail="00")
    page = visitor.page.text
    assert 'value="k7pm-29q"' in page and 'value="00"' in page and "errors" not in page, "nothing was looked up"
    assert '<html lang="zh-CN">' in page


@pytest.mark.parametrize(
    ("path", "kept"),
    [
        ("/b/cancel", {"reason": "a cold"}),
        ("/b/cancel?fm=1", {"reason": "a storm", "fm": "1"}),
        ("/b/move?slot={slot}", {"slot": "{slot}"}),
        ("/b/move?fm=1&slot={slot}", {"slot": "{slot}", "fm": "1", "reason": "a storm"}),
        (
            "/b/change?matter=household-move&slot={slot}",
            {"matter": "household-move", "slot": "{slot}", "reason": "x y"},
        ),
    ],
)
def test_another_language_keeps_a_reason_and_a_choice(public: PublicWorld, path: str, kept: dict[str, str]) -> None:
    visitor = Visitor(public)
    book(visitor)
    before, slot = only(public), public.slots(service="household", day="2026-11-26")[3].id
    visitor.go(path.format(slot=slot))
    in_chinese(visitor, **{"reason": kept["reason"]} if "reason" in kept else {})
    _, held = form_of(visitor.page.text)
    wanted = {name: value.format(slot=slot) for name, value in kept.items()}
    assert {name: held[name] for name in wanted} == wanted
    assert "errors" not in visitor.page.text and only(public).rev == before.rev, "nothing is done yet"
    visitor.send()
    assert only(public).status == ("cancelled" if "cancel" in path else "confirmed") and visitor.path == "/b"


def test_another_language_keeps_the_words_of_a_rating(hall: Site) -> None:
    hall.tell(issued(1), CALLED, STARTED, e.ServiceFinished(T, "2", "w07-Wang"))
    phone = hall.phone()
    page = phone.get("/t/bank/TOKENA001?lang=en").text
    assert 'formaction="?lang=zh"' in page
    kept = phone.post("/t/bank/TOKENA001?lang=zh", data={"lang": "zh", "level": "2", "comment": "a long wait"})
    assert "非常满意" in kept.text and ">a long wait</textarea>" in kept.text
    assert 'value="2" required checked' in kept.text, "and nothing is rated yet"


def test_another_language_keeps_the_search_for_a_hall(public: PublicWorld) -> None:
    assert "formaction" not in Visitor(public).go("/"), "two halls need no search"
    halls = [
        {"id": f"hall-{n}", "name": {"en": f"Hall {n}"}, "timezone": "Asia/Shanghai", "created_at": 0} for n in range(6)
    ]
    change(public, insert(Hall).values(halls))
    public.at += 6000
    page = Visitor(public).go("/?q=hall-3")
    [button] = re.findall(r'<button form="typed" formaction[^>]*>', page)
    assert 'name="lang" value="zh"' in button and 'id="typed" method="get"' in page
    assert 'value="hall-3"' in Visitor(public).go("/?q=hall-3&lang=zh")


@pytest.mark.parametrize("path", ["/b", "/results"])
def test_a_form_that_was_open_too_long_is_shown_again(public: PublicWorld, path: str) -> None:
    visitor = Visitor(public)
    visitor.go(path)
    page = visitor.send(403, form="forged", code="K7PM", tail="0001")
    assert "was open too long" in page and 'value="K7PM"' in page and 'value="0001"' in page


def test_a_reason_outlives_a_form_that_was_open_too_long(public: PublicWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    visitor = Visitor(public)
    book(visitor)
    visitor.go("/b/cancel")
    late = time.time() + FORM_S + 5
    monkeypatch.setattr("itsdangerous.timed.time.time", lambda: late)
    page = visitor.send(403, reason="a cold")
    assert "was open too long" in page and ">a cold</textarea>" in page and only(public).status == "confirmed"
    visitor.send()
    assert (only(public).status, only(public).reason) == ("cancelled", "a cold")


def test_what_was_typed_waits_while_a_closed_booking_is_proven_again(public: PublicWorld) -> None:
    visitor = Visitor(public)
    book(visitor, id_number="11010519491231002")
    assert visitor.path == "/b/mend"
    public.at += AFTER_PROOF
    right = details()["id_number"]
    page = visitor.send(403, id_number=right)
    assert "closed here meanwhile" in page and f'name="id_number" value="{right}"' in page
    in_chinese(visitor, tail="00")
    assert "已自动关闭" in visitor.page.text and f'value="{right}"' in visitor.page.text
    page = visitor.send(404, code=only(public).code, tail="9999")
    assert f'name="id_number" value="{right}"' in page and only(public).status == "returned", (
        "a wrong digit loses nothing"
    )
    visitor.send(tail="0001")
    assert visitor.path == "/b" and only(public).status == "confirmed"


@pytest.mark.fault("F50")
def test_the_way_back_into_a_booking_is_no_way_round_the_limit(public: PublicWorld) -> None:
    visitor = Visitor(public)
    book(visitor)
    visitor.go("/b/cancel")
    public.at += AFTER_PROOF
    visitor.send(403, reason="a cold")
    for n in range(10):
        visitor.send(404, code=only(public).code, tail=f"{5000 + n}")
    page = visitor.send(429, code=only(public).code, tail="0001")
    assert "Too many wrong tries" in page and 'value="a cold"' in page and only(public).status == "confirmed"


def test_a_form_of_one_booking_does_nothing_to_another(public: PublicWorld) -> None:
    """Two tabs: the second opens another booking while the first still shows the form that cancels."""
    first = Visitor(public)
    book(first)
    mine = only(public)
    first.go("/b/cancel")
    second = Visitor(public, "192.0.2.8")
    second.book(2)
    other = second.page.text
    [code] = re.findall(r'id="code">([^<]+)<', other)
    tab = Visitor(public)
    tab.http.cookies = first.http.cookies
    tab.go("/b/K7PM29QX4TWA")
    tab.send(code=code, tail="0002")
    first.http.cookies = tab.http.cookies
    page = words_of(first.send(403, reason="a cold"))
    assert "Another booking was opened in this browser" in page
    assert set(states(public).values()) == {"confirmed"}
    first.send(code=mine.code, tail="0001")
    assert states(public) == {mine.code: "cancelled", code.replace("-", ""): "confirmed"}


def states(world: PublicWorld) -> dict[str, str]:
    """Of each booking, by its code."""
    with world.engine.connect() as connection:
        return {row.code: row.status for row in connection.execute(select(Booking.code, Booking.status))}


def test_another_time_and_another_matter_keep_the_details(public: PublicWorld) -> None:
    visitor = Visitor(public)
    visitor.go(f"/h/central-hall/book?matter=household-book&slot={public.slots(service='household')[0].id}")
    press(visitor, "Another time", name="李小明", phone="138 0000 0001", detail='<b>"x"', flags="interpreter")
    in_chinese(visitor)
    assert "选择时间" in words_of(visitor.page.text)
    press(visitor, "更换日期")
    press(visitor, "11月26日")
    page = press(visitor, "09:30–10:00")
    assert 'value="李小明"' in page and "&lt;b&gt;&#34;x&#34;</textarea>" in page and "11月26日 星期四" in page
    assert 'value="interpreter" checked' in page and "errors" not in page and count(public) == 0
    press(visitor, "更改 事项", flags="interpreter")
    press(visitor, "户口迁入")
    press(visitor, "明天")
    assert 'value="interpreter" checked' in press(visitor, "10:00–10:30")
    visitor.send(**details())
    assert (only(public).matter, only(public).day) == ("household-move", "2026-11-24")


@pytest.mark.parametrize("path", ["/b/move?fm=1&slot={slot}", "/b/change?matter=household-move&slot={slot}"])
def test_another_time_keeps_the_reason(public: PublicWorld, path: str) -> None:
    visitor = Visitor(public)
    book(visitor)
    visitor.go(path.format(slot=public.slots(service="household", day="2026-11-26")[3].id))
    press(visitor, "Another time", reason="the ferry does not run")
    press(visitor, "Another day")
    press(visitor, "Fri 27 Nov")
    page = press(visitor, "14:00–14:30")
    assert ">the ferry does not run</textarea>" in page and "27 November" in page
    assert only(public).day == "2026-11-24"
    visitor.send()
    assert visitor.path == "/b", visitor.page.text
