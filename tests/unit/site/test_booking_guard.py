"""What the public site does with guessers, forgers and hostile forms."""

import logging
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from central.db.tables import AuditRow, Booking
from central.guesses import ADDRESS_S, CODE_S, EQUAL_S, MOST, MOST_OF_ADDRESS, Guesses, TooManyTries
from central.guesses_kept import KeptGuesses
from tests.public_world import PublicWorld, Visitor, details, form_of, words_of

SCRIPT = "<script>alert(1)</script>"
MARKUP = '"><img src=x onerror=alert(1)>'


@pytest.fixture
def code(public: PublicWorld) -> str:
    """Of a booking; its telephone ends in 0001."""
    visitor = Visitor(public, "192.0.2.99")
    visitor.book()
    with public.engine.connect() as connection:
        return str(connection.scalar(select(Booking.code)))


def look_up(visitor: Visitor, code: str, tail: str, status: int) -> str:
    visitor.go("/b")
    return visitor.send(status, code=code, tail=tail)


def test_code_and_digits_open_a_booking_however_they_are_typed(public: PublicWorld, code: str) -> None:
    visitor = Visitor(public)
    typed = f" {code[:4].lower()}-{code[4:8]} {code[8:]}"
    assert "Confirmed" in words_of(look_up(visitor, typed, " 0001 ", 200))
    linked = Visitor(public)
    assert f'value="{code}"' in linked.go(f"/b/{code}") and "Confirmed" not in linked.page.text
    assert "Confirmed" in words_of(linked.send(tail="0001"))
    assert "Confirmed" in words_of(linked.go(f"/b/{code}")), "it is open here already"


@pytest.mark.fault("F50")
def test_unknown_and_wrong_have_one_answer(public: PublicWorld, code: str) -> None:
    tries = [(code, "0002"), ("ZZZZZZZZZZZZ", "0001"), ("a\x00b", "1"), ("x" * 3000, "0001")]
    pages = []
    for given, tail in tries:
        visitor = Visitor(public)
        page = words_of(look_up(visitor, given, tail, 404))
        assert "No booking has this code and these last four digits" in page
        pages.append(page)
    assert len(set(pages)) == 1


@pytest.mark.fault("F50")
def test_ten_wrong_digits_lock_a_code_for_everybody(
    public: PublicWorld, code: str, caplog: pytest.LogCaptureFixture
) -> None:
    for n in range(MOST):
        look_up(Visitor(public, f"198.51.100.{n}"), code, f"{5000 + n}", 404)
    with caplog.at_level(logging.WARNING):
        page = words_of(look_up(Visitor(public, "203.0.113.1"), code, "0001", 429))
    assert "Too many wrong tries of this code. Try again in 60 minutes" in page and "Confirmed" not in page
    assert "codes are guessed from 203.0.113.1" in caplog.text and code not in caplog.text
    assert "Too many wrong tries" in look_up(Visitor(public, "203.0.113.2"), code, "9999", 429), "right or wrong"


@pytest.mark.fault("F50")
def test_sixty_wrong_codes_lock_an_address_and_no_other(
    public: PublicWorld, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("central.guesses.EQUAL_S", 0)
    guesser = Visitor(public, "198.51.100.1")
    for n in range(MOST_OF_ADDRESS):
        look_up(guesser, f"GUESS{n:07d}", "0001", 404)
    page = words_of(look_up(guesser, code, "0001", 429))
    assert "Too many wrong tries from your connection. Try again in 5 minutes" in page
    assert ADDRESS_S - 60 < int(guesser.page.headers["Retry-After"]) <= ADDRESS_S
    assert "Confirmed" in words_of(look_up(Visitor(public, "198.51.100.2"), code, "0001", 200))


def test_who_mistypes_behind_a_shared_address_locks_out_nobody(
    public: PublicWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A hall's own network: one wrong try every twelve seconds, all day, of a code each or of none."""
    monkeypatch.setattr("central.guesses.EQUAL_S", 0)
    now = [0.0]
    guesses = Guesses(public.engine, clock=lambda: now[0])
    for n in range(7200):
        now[0] += 12
        guesses.tried(f"CODE {n}" if n % 2 else "", "the hall", lambda: None)
    assert guesses.tried("CODE", "the hall", lambda: "found") == "found"


def test_the_limit_that_holds_is_the_one_that_is_told(public: PublicWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("central.guesses.EQUAL_S", 0)
    guesses = Guesses(public.engine, clock=lambda: 0.0)
    for n in range(MOST_OF_ADDRESS):
        guesses.tried("CODE" if n < MOST else f"OTHER {n}", "guesser", lambda: None)
    told = {}
    for code, address in (("CODE", "guesser"), ("CODE", "another"), ("OTHER", "guesser")):
        with pytest.raises(TooManyTries) as refused:
            guesses.tried(code, address, lambda: "found")
        told[code, address] = (refused.value.of_code, refused.value.wait_s)
    assert told == {
        ("CODE", "guesser"): (True, CODE_S),
        ("CODE", "another"): (True, CODE_S),
        ("OTHER", "guesser"): (False, ADDRESS_S),
    }


def test_a_lock_of_a_code_nobody_has_ends(public: PublicWorld) -> None:
    now = [0.0]
    guesses = Guesses(public.engine, clock=lambda: now[0])
    for n in range(MOST):
        guesses.tried("CODE", f"address {n}", lambda: None)
    with pytest.raises(TooManyTries):
        guesses.tried("CODE", "another", lambda: "found")
    now[0] = CODE_S + 1
    assert guesses.tried("CODE", "another", lambda: "found") == "found"


class Slow:
    """A clock that goes on only while somebody sleeps, or works."""

    def __init__(self) -> None:
        self.now = 1000.0

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


@pytest.mark.fault("F50")
@pytest.mark.parametrize("work_s", [0.0, 0.03, 0.119])
def test_the_time_of_an_answer_tells_nothing(
    public: PublicWorld, code: str, monkeypatch: pytest.MonkeyPatch, work_s: float
) -> None:
    """To note a failure of a code that exists is work, and nobody sees it by the clock."""
    clock = Slow()
    monkeypatch.setattr("central.guesses.time", clock)
    failed, known = KeptGuesses.failed, list[bool]()

    def slowly(kept: KeptGuesses, given: str, now: int) -> bool:
        known.append(failed(kept, given, now))
        clock.sleep(work_s if known[-1] else 0.001)
        return known[-1]

    monkeypatch.setattr(KeptGuesses, "failed", slowly)
    took = []
    for given in (code, "ZZZZZZZZZZZZ"):
        began = clock.now
        look_up(Visitor(public), given, "0009", 404)
        took.append(clock.now - began)
    assert known == [True, False]
    assert took == [pytest.approx(EQUAL_S)] * 2


@pytest.fixture
def instant(monkeypatch: pytest.MonkeyPatch) -> None:
    """All is asked in one moment, so that no allowance grows meanwhile."""
    for page in ("front", "book_pages"):
        monkeypatch.setattr(f"central.site.{page}.time", SimpleNamespace(monotonic=lambda: 1000.0))


@pytest.mark.fault("F50")
@pytest.mark.usefixtures("instant")
def test_forms_in_a_loop_are_slowed(public: PublicWorld, caplog: pytest.LogCaptureFixture) -> None:
    slot = public.slots(service="household")[0].id
    visitor = Visitor(public)
    visitor.go(f"/h/central-hall/book?matter=household-book&slot={slot}")
    action, kept = form_of(visitor.page.text)
    data = kept | details() | {"consent": ""}
    statuses = [visitor.http.post(action, data=data).status_code for _ in range(62)]
    assert statuses == [422] * 60 + [429] * 2
    assert "too many applications from 192.0.2.7" in caplog.text


@pytest.mark.fault("F50")
def test_junk_of_one_address_holds_few_places(public: PublicWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond them what is wrong is mended on its form, and what is right is booked."""
    monkeypatch.setattr("central.site.held.MOST", 2)
    public.serve()
    slots = public.slots(service="household")

    def sent(n: int, status: int = 200, address: str = "192.0.2.7", **changes: str) -> Visitor:
        visitor = Visitor(public, address)
        visitor.go(f"/h/central-hall/book?matter=household-book&slot={slots[n].id}")
        visitor.send(status, **details(n, **changes))
        return visitor

    assert [sent(n, name=SCRIPT).path for n in (1, 2)] == ["/b/mend"] * 2
    third = sent(3, 422, name=SCRIPT)
    page = words_of(third.page.text)
    assert "Mend here what is marked" in page and "Write the name with letters" in page
    with public.engine.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(Booking)) == 2
    assert "Your visit is booked" in words_of(third.send(consent="yes", name="李小明"))
    assert sent(4, address="192.0.2.8", name=SCRIPT).path == "/b/mend", "another address is not held up"


@pytest.mark.fault("F50")
@pytest.mark.usefixtures("instant")
def test_pages_in_a_loop_are_slowed_and_others_are_not(public: PublicWorld) -> None:
    greedy = public.phone("198.51.100.1")
    slowed_at = next(n for n in range(2000) if greedy.get("/offline").status_code == 429)
    assert slowed_at == 600
    assert public.phone("198.51.100.2").get("/b").status_code == 200


@pytest.mark.fault("F52")
@pytest.mark.parametrize("field", ["name", "detail", "email", "id_number", "phone", "priority_class", "flags"])
@pytest.mark.parametrize("text", [SCRIPT, MARKUP, "=CMD|'/c calc'!A1", "{{ 7*7 }}", "'; DROP TABLE bookings; --"])
def test_hostile_words_stay_words(public: PublicWorld, field: str, text: str) -> None:
    visitor = Visitor(public)
    visitor.go(f"/h/central-hall/book?matter=household-book&slot={public.slots(service='household')[0].id}")
    action, kept = form_of(visitor.page.text)
    page = visitor.http.post(action, data=kept | details() | {field: text})
    assert page.status_code in (200, 409), page.status_code
    shown = page.text + visitor.http.get("/b").text + visitor.http.get("/b/mend").text
    assert "<script>alert" not in shown and "<img src=x" not in shown and "49" not in words_of(page.text).split()
    assert "script-src 'self'" in page.headers["content-security-policy"]
    assert "unsafe" not in page.headers["content-security-policy"]
    with public.engine.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(Booking)) is not None


@pytest.mark.fault("F52")
@pytest.mark.parametrize("size", [300_000, 1_000_000, 3_900_000])
@pytest.mark.parametrize(("field", "called"), [("name", "Name"), ("detail", "What it is about")])
def test_a_megabyte_in_a_name_is_refused_and_the_field_named(
    public: PublicWorld, size: int, field: str, called: str
) -> None:
    visitor = Visitor(public)
    visitor.go(f"/h/central-hall/book?matter=household-book&slot={public.slots(service='household')[0].id}")
    page = words_of(visitor.send(413, **details() | {field: "A" * size}))
    assert f"“{called}”" in page and "This is too long" in page
    with public.engine.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(Booking)) == 0


@pytest.mark.fault("F52")
def test_a_thousand_fields_are_refused(public: PublicWorld) -> None:
    visitor = Visitor(public)
    visitor.go(f"/h/central-hall/book?matter=household-book&slot={public.slots(service='household')[0].id}")
    page = words_of(visitor.send(413, **details() | {f"answers.{n}": "x" for n in range(1000)}))
    assert "More fields were sent than any form here has" in page and "“”" not in page


@pytest.mark.fault("F52")
def test_a_form_sent_in_another_way_is_told_so(public: PublicWorld) -> None:
    visitor = Visitor(public)
    visitor.go(f"/h/central-hall/book?matter=household-book&slot={public.slots(service='household')[0].id}")
    action, kept = form_of(visitor.page.text)
    answer = visitor.http.post(action, data=kept | details(), files={"paper": b"x"})
    assert answer.status_code == 415
    assert "This form cannot be read" in words_of(answer.text) and "too long" not in answer.text


@pytest.mark.parametrize(
    "headers",
    [{"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"},
     {"Content-Type": "application/json"}, {"Content-Type": "text/plain"}],
)  # fmt: skip
def test_a_form_of_another_site_is_not_taken(public: PublicWorld, code: str, headers: dict[str, str]) -> None:
    visitor = Visitor(public)
    look_up(visitor, code, "0001", 200)
    visitor.go("/b/cancel")
    action, kept = form_of(visitor.page.text)
    body = "&".join(f"{name}={value}" for name, value in kept.items())
    usual = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = visitor.http.post(action, content=body, headers=usual | headers)
    assert answer.status_code in (403, 415)
    assert "Confirmed" in words_of(visitor.go("/b"))


def test_a_form_made_for_another_browser_is_not_taken(public: PublicWorld, code: str) -> None:
    thief, owner = Visitor(public), Visitor(public)
    thief.go("/b")
    _, theirs = form_of(thief.page.text)
    look_up(owner, code, "0001", 200)
    owner.go("/b/cancel")
    assert "Please send it once more" in words_of(owner.send(403, form=theirs["form"]))
    assert "Please send it once more" in words_of(owner.go("/b/cancel") and owner.send(403, form="x" * 500))
    assert "Confirmed" in words_of(owner.go("/b"))


def test_no_cookies_no_loss(public: PublicWorld) -> None:
    visitor = Visitor(public)
    visitor.go(f"/h/central-hall/book?matter=household-book&slot={public.slots(service='household')[0].id}")
    visitor.http.cookies.clear()
    page = visitor.send(403, **details(email="li@example.org"))
    assert "keeps no cookies" in page and 'value="li@example.org"' in page, "what was typed is still there"
    assert "Your visit is booked" in visitor.send(consent="yes")


def test_the_cookie_proves_only_what_it_was_signed_for(public: PublicWorld, code: str) -> None:
    visitor = Visitor(public)
    look_up(visitor, code, "0001", 200)
    kept = visitor.http.cookies["visit"]
    head = next(one for one in visitor.page.history[-1].headers.get_list("set-cookie") if one.startswith("visit="))
    assert "HttpOnly" in head and "samesite=lax" in head.lower()
    forged = Visitor(public)
    for cookie in (kept[:-2] + "xx", kept.replace(".", "", 1), "e30.x.y", ""):
        forged.http.cookies.set("visit", cookie)
        assert "Look up a booking" in words_of(forged.go("/b"))


def test_who_did_it_stands_in_the_trail(public: PublicWorld, code: str) -> None:
    with public.engine.connect() as connection:
        [row] = connection.execute(select(AuditRow).where(AuditRow.action == "booking.confirmed")).all()
    assert (row.actor, row.source, row.subject_id) == ("customer", "web", code)


def test_the_database_is_away(public: PublicWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    visitor = Visitor(public)
    visitor.go(f"/h/central-hall/book?matter=household-book&slot={public.slots(service='household')[0].id}")

    def away(*_: Any, **__: Any) -> None:
        raise OperationalError("x", {}, Exception("gone"))

    monkeypatch.setattr(public.desk, "apply", away)
    page = words_of(visitor.send(503, **details()))
    assert "look first whether your booking is there" in page and visitor.page.headers["retry-after"] == "15"


@pytest.mark.parametrize(
    ("code", "tail", "said"),
    [
        ("", "0001", "Fill in the booking code."),
        (" - ", "", "Fill in the booking code."),
        ("K7PM29QX4TWA", "  ", "Fill in the last four digits of the telephone number."),
    ],
)
def test_what_is_left_empty_is_to_be_filled_in(public: PublicWorld, code: str, tail: str, said: str) -> None:
    page = words_of(look_up(Visitor(public), code, tail, 422))
    assert said in page and "No booking has this code" not in page
