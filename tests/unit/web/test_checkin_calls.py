"""Checking in over HTTP: by card, code, phone and typed number, and everything that must not come of it."""

import logging
from datetime import date
from typing import Any

import msgspec
import pytest

from contract.catalogue import Rules
from contract.directives import BookingAdded
from contract.events import DirectiveTaken
from edge.devices.ports import Card
from edge.hall.commands import ChangeRules, CheckIn, IssueTicket, PassTime, Record, VerifyIdentity
from edge.hall.days import plan_day
from edge.people.identity_key import IdentityKey
from edge.people.tries import TRIES
from identity_numbers import examine

LI_MING = "11010519491231002X"
"""The number in GB 11643-1999's own example."""
USCC = "91110000600037341L"
PHONE = "13812341234"
KEY = IdentityKey(b"k" * 32)
MINUTE = 60_000


def keyed(id_type: str, number: str) -> str:
    found = examine(id_type, number, date(2026, 9, 22))
    return KEY.of(found.id_type, found.number)


@pytest.fixture
def book(hallway: Any) -> Any:
    """Puts one booking into the roster, for the slot in ten minutes unless said otherwise."""

    def booked(code: str, **more: Any) -> None:
        now = hallway.line.now
        told = BookingAdded(
            **{
                "code": code, "day": "2026-09-22", "service": "savings", "starts_at": now + 10 * MINUTE,
                "ends_at": now + 25 * MINUTE, "name": "李*明", **more,
            }
        )  # fmt: skip
        taken = DirectiveTaken("g1", 1, f"d-{code}", "fact", "BookingAdded", msgspec.to_builtins(told))
        hallway.line.submit(Record(taken)).result()
        hallway.line.submitted.clear()

    return booked


def arrive(client: Any, **body: Any) -> Any:
    return client.post("/api/checkin", json=body)


def commands(hallway: Any, kind: type[Any]) -> list[Any]:
    return [command for command, _ in hallway.line.submitted if isinstance(command, kind)]


def error_of(answer: Any) -> tuple[int, str, str | None]:
    told = answer.json()
    return answer.status_code, told["error"], told.get("field")


def test_a_code_becomes_a_ticket_and_says_where_to_go(hallway: Any, client: Any, book: Any) -> None:
    book("BK1")
    answer = arrive(client, code="bk1")
    told = answer.json()
    assert answer.status_code == 201, answer.text
    assert (told["number"], told["outcome"], told["service"], told["verified"]) == ("A001", "on_time", "savings", False)
    assert [window["id"] for window in told["windows"]] == ["1", "2"]
    assert told["windows"][0]["name"] == {"zh": "1号窗口", "en": "Counter 1"}
    assert {"ahead", "wait", "zone", "service_name", "ticket", "slot_at"} < set(told)
    [command] = commands(hallway, CheckIn)
    assert (command.method, command.code, command.source) == ("code", "BK1", "kiosk")
    assert commands(hallway, VerifyIdentity) == [], "nobody showed who they are"


@pytest.mark.clause("S0-34", "S0-29")
def test_a_card_checks_in_and_is_recorded_as_seen_by_a_reader(hallway: Any, client: Any, book: Any) -> None:
    book("BK1", id_hmac=keyed("resident-id", LI_MING))
    heard: list[Any] = []
    hallway.reception.readings.listen(lambda at, news: heard.append(news))
    hallway.reception.readings.read("front", "kiosk", Card("social", "resident-id", LI_MING, "李小明", "2030-01-01"))
    told = arrive(client, handle=heard[0].handle).json()
    assert (told["outcome"], told["verified"]) == ("on_time", True)
    assert [window["id"] for window in told["windows"]] == ["1", "2"]
    [checked], [verified] = commands(hallway, CheckIn), commands(hallway, VerifyIdentity)
    assert (checked.method, checked.id_hmac) == ("card", keyed("resident-id", LI_MING))
    assert (verified.ticket, verified.method, verified.reader) == (told["ticket"], "card", "front")
    assert hallway.line.state.tickets[told["ticket"]].verified == "same"


@pytest.mark.clause("S0-35")
def test_a_number_typed_by_hand_is_recorded_with_its_reason_and_counts_less(
    hallway: Any, client: Any, book: Any
) -> None:
    book("BK1", id_hmac=keyed("resident-id", LI_MING))
    without = arrive(client, id_type="resident-id", id_number=LI_MING)
    assert error_of(without) == (422, "no_reason", "reason")
    assert hallway.line.submitted == []
    told = arrive(client, id_type="resident-id", id_number=LI_MING, reason="card broken").json()
    [checked], [verified] = commands(hallway, CheckIn), commands(hallway, VerifyIdentity)
    assert (checked.method, verified.method, verified.reason) == ("number", "typed", "card broken")
    assert told["verified"] is True
    outcome = hallway.line.submit(verified).result().events[-1].event
    assert (outcome.assurance, outcome.method, outcome.reason) == ("low", "typed", "card broken")


@pytest.mark.clause("S2-52")
def test_an_organisation_checks_in_by_its_credit_code(hallway: Any, client: Any, book: Any) -> None:
    book("BK1", id_hmac=keyed("uscc", USCC))
    wrong = arrive(client, id_type="uscc", id_number=USCC[:-1] + "A", reason="licence on paper")
    assert error_of(wrong)[0] == 422
    told = arrive(client, id_type="uscc", id_number=USCC, reason="licence on paper")
    assert told.status_code == 201, told.text
    [verified] = commands(hallway, VerifyIdentity)
    assert (verified.id_type, verified.id_hmac) == ("uscc", keyed("uscc", USCC))


def test_a_phone_number_needs_the_code_too(hallway: Any, client: Any, book: Any) -> None:
    book("BK1", phone_hmac=KEY.phone(PHONE))
    assert error_of(arrive(client, phone=PHONE)) == (422, "one_way", "code")
    other = arrive(client, phone="13900000000", code="BK1")
    wrong = arrive(client, phone=PHONE, code="BK9")
    assert error_of(other) == error_of(wrong) == (409, "no_booking", "code")
    assert other.json() == wrong.json(), "which of the two was wrong is not told"
    assert arrive(client, phone="+86 138 1234 1234", code="bk1").json()["number"] == "A001"


@pytest.mark.parametrize(
    "body",
    [{}, {"code": "A", "handle": "x"}, {"id_type": "uscc"}, {"id_number": "1"}, {"phone": "1", "handle": "h"}],
)
def test_one_way_at_a_time(hallway: Any, client: Any, body: dict[str, Any]) -> None:
    assert error_of(arrive(client, **body))[:2] == (422, "one_way")
    assert hallway.line.submitted == []


def test_a_handle_serves_once_and_a_repeated_key_is_answered_the_same(hallway: Any, client: Any, book: Any) -> None:
    book("BK1")
    handle = hallway.reception.offers.put(code="BK1").handle
    twice = [client.post("/api/checkin", json={"handle": handle}, headers={"Idempotency-Key": "k1"}) for _ in range(2)]
    assert [answer.status_code for answer in twice] == [201, 201] and twice[0].json() == twice[1].json()
    assert error_of(arrive(client, handle=handle))[:2] == (409, "offer_gone")
    assert hallway.line.view.services[0].issued == 1


# --- late, early, void ----------------------------------------------------------


def test_who_is_late_is_told_so(hallway: Any, client: Any, book: Any) -> None:
    book("BK1", starts_at=hallway.line.now - 5 * MINUTE)
    for n in range(4):
        hallway.line.submit(IssueTicket("savings", f"ABCDEFGHIJK{n:02d}", "test")).result()
    told = arrive(client, code="BK1").json()
    assert (told["outcome"], told["ahead"]) == ("late", 2)


def test_late_while_it_is_busy_is_explained_and_waits_for_a_free_window(hallway: Any, client: Any, book: Any) -> None:
    hallway.line.submit(ChangeRules(Rules(busy_s=0))).result()
    book("BK1", starts_at=hallway.line.now - 5 * MINUTE)
    for n in range(4):
        hallway.line.submit(IssueTicket("savings", f"ABCDEFGHIJK{n:02d}", "test")).result()
    told = arrive(client, code="BK1").json()
    assert told["outcome"] == "deferred"
    words = client.get(f"/api/tickets/{told['number']}/why?lang=en").json()["placed"]
    assert words == ["Booked for 15:55, 5 min late while it was busy: it waits until a window is free."]


@pytest.mark.parametrize(("minutes", "code"), [(31, "too_early"), (-16, "booking_void")])
def test_too_early_and_too_late_are_refused_in_words(
    client: Any, hallway: Any, book: Any, minutes: int, code: str
) -> None:
    book("BK1", starts_at=hallway.line.now + minutes * MINUTE)
    answer = arrive(client, code="BK1")
    assert error_of(answer)[:2] == (409, code) and answer.json()["detail"]


@pytest.mark.clause("S0-47")
def test_a_void_booking_is_lifted_by_a_supervisor_with_reason_and_consent(hallway: Any, client: Any, book: Any) -> None:
    book("BK1", starts_at=hallway.line.now - 20 * MINUTE)
    settings = hallway.settings
    plan = plan_day(hallway.line.now, settings.day, settings.hall.timezone, settings.services)
    hallway.line.submit(PassTime(plan)).result()
    clerk = {"by": "1001", "reason": "bus accident", "consent": True}
    assert error_of(client.post("/api/bookings/bk1/lift", json=clerk))[:2] == (409, "no_supervisor")
    assert hallway.paired("counter:1").post("/api/bookings/bk1/lift", json=clerk).status_code == 403
    for body in ({"by": "1001", "consent": True}, {"by": "1001", "reason": "", "consent": True}):
        assert client.post("/api/bookings/bk1/lift", json=body).status_code == 422
    boss = {**clerk, "by": supervisor_of(hallway)}
    unasked = client.post("/api/bookings/bk1/lift", json={**boss, "consent": False})
    assert error_of(unasked)[:2] == (409, "consent_needed")
    told = client.post("/api/bookings/bk1/lift", json=boss)
    assert (told.status_code, told.json()["outcome"]) == (201, "lifted"), told.text


def supervisor_of(hallway: Any) -> str:
    """Makes one: the web's bench has clerks only."""
    from contract.catalogue import Clerk
    from edge.hall.commands import ChangeCatalogue

    catalogue = hallway.line.state.catalogue
    boss = Clerk("9001", "赵主管", "supervisor")
    changed = msgspec.structs.replace(catalogue, version=catalogue.version + 1, clerks=(*catalogue.clerks, boss))
    hallway.line.submit(ChangeCatalogue(changed)).result()
    return boss.id


# --- who may ---------------------------------------------------------------------


def test_a_stranger_checks_nobody_in(hallway: Any, book: Any) -> None:
    book("BK1")
    assert arrive(hallway.client(("192.168.7.21", 4000)), code="BK1").status_code == 401
    assert arrive(hallway.paired("display"), code="BK1").status_code == 403
    assert arrive(hallway.paired("kiosk"), code="BK1").status_code == 201


def test_staff_check_in_by_hand_with_a_reason(hallway: Any, book: Any) -> None:
    book("BK1")
    desk = hallway.paired("supervisor")
    assert error_of(arrive(desk, code="BK1")) == (422, "no_reason", "reason")
    assert arrive(desk, code="BK1", reason="forgot the code's mail", by="1001").status_code == 201
    [command] = commands(hallway, CheckIn)
    assert (command.method, command.source) == ("staff", "supervisor")
    kiosk = hallway.paired("kiosk")
    assert arrive(kiosk, code="BK1", reason="x", by="1001").status_code == 403, "a kiosk is nobody of the staff"


@pytest.mark.fault("F50")
def test_guessing_codes_is_stopped_counted_and_tells_nothing(
    hallway: Any, book: Any, caplog: pytest.LogCaptureFixture
) -> None:
    book("BK1")
    guesser, neighbour = hallway.paired("kiosk"), hallway.paired("kiosk")
    answers = [arrive(guesser, code=f"GUESS{n}") for n in range(TRIES)]
    assert {error_of(each) for each in answers} == {(409, "no_booking", "code")}
    assert len({each.text for each in answers}) == 1
    with caplog.at_level(logging.WARNING):
        stopped = arrive(guesser, code="BK1")
    assert error_of(stopped)[:2] == (429, "too_many_tries") and "10 min" in stopped.json()["detail"]
    assert 0 < int(stopped.headers["retry-after"]) <= 600
    assert hallway.reception.tries.refused == 1 and "1 refused" in caplog.text
    assert "hallkeeper_guesses_refused 1" in hallway.client().get("/metrics").text.splitlines()
    assert arrive(neighbour, code="BK1").status_code == 201, "another terminal is not held up"
    hallway.steady[0] += 601
    assert error_of(arrive(guesser, code="BK1"))[1] == "already_arrived"


def test_guesses_of_codes_hold_up_nobody_with_a_card_or_a_phone(hallway: Any, book: Any) -> None:
    book("BK1", id_hmac=keyed("resident-id", LI_MING))
    book("BK2", phone_hmac=KEY.phone(PHONE))
    kiosk = hallway.paired("kiosk")
    for n in range(TRIES):
        arrive(kiosk, code=f"GUESS{n}")
    assert arrive(kiosk, code="BK2").status_code == 429
    assert arrive(kiosk, phone=PHONE, code="BK2").status_code == 201
    shown = hallway.reception.checkins.card(Card("social", "resident-id", LI_MING, "李明", None), "front")
    assert arrive(kiosk, handle=hallway.reception.offers.put(shown).handle).status_code == 201


@pytest.mark.fault("F50")
def test_customers_whose_codes_an_old_roster_does_not_know_lock_nobody_out(hallway: Any, book: Any) -> None:
    """Ten whole codes in ten minutes are customers; ten in some seconds are a loop, which waits."""
    book("K7PM29QX4TWA")
    kiosk = hallway.paired("kiosk")
    for _ in range(2 * TRIES):
        assert error_of(arrive(kiosk, code="ABCD-EFGH-2345"))[1] == "no_booking"
        hallway.steady[0] += 3
    looped = [arrive(kiosk, code="ABCDEFGH2346").status_code for n in range(TRIES)]
    assert looped[0] == 409 and looped[-1] == 429
    stopped = arrive(kiosk, code="K7PM29QX4TWA")
    assert error_of(stopped)[:2] == (429, "too_many_tries") and int(stopped.headers["retry-after"]) <= 20
    hallway.steady[0] += 20
    for n in range(TRIES):
        arrive(kiosk, code=f"GUESS{n}")
    assert arrive(kiosk, code="GUESS").status_code == 429
    assert arrive(kiosk, code="K7PM-29QX-4TWA").status_code == 201, "what is no code holds up no code"


def test_phone_numbers_are_not_guessed_without_end(hallway: Any, book: Any) -> None:
    book("BK2", phone_hmac=KEY.phone(PHONE))
    kiosk = hallway.paired("kiosk")
    told = [arrive(kiosk, phone=f"138{n:08d}", code="BK2").status_code for n in range(TRIES + 1)]
    assert told == [409] * TRIES + [429]


def test_dashes_in_a_code_do_not_matter_on_either_side(client: Any, book: Any) -> None:
    book("BK-12"), book("BK34"), book("A-B1"), book("AB-1")
    assert arrive(client, code="bk12").status_code == 201
    assert arrive(client, code="b-k 3–4").status_code == 201
    assert error_of(arrive(client, code="AB1"))[1] == "no_booking", "it might be either"
    assert arrive(client, code="ab-1").status_code == 201


def test_by_names_a_clerk_of_the_hall(hallway: Any, book: Any) -> None:
    book("BK1")
    refused = arrive(hallway.paired("desk"), code="BK1", reason="no card", by="nobody")
    assert error_of(refused) == (404, "unknown_clerk", "by")
    assert commands(hallway, CheckIn) == []


def test_a_mistyped_number_is_no_guess(hallway: Any, client: Any) -> None:
    for _ in range(TRIES + 1):
        answer = arrive(client, id_type="resident-id", id_number=LI_MING[:-1] + "1", reason="card broken")
        assert answer.status_code == 422


# --- numbers stay out of everything ------------------------------------------------


@pytest.mark.clause("S4-28")
def test_a_number_is_looked_at_while_it_is_typed(client: Any) -> None:
    def look(id_type: str, text: str) -> Any:
        return client.post("/api/identity/check", json={"id_type": id_type, "text": text}).json()

    assert look("resident-id", LI_MING) == {"ok": True}
    wrong = look("resident-id", LI_MING[:-1] + "1")
    assert wrong["ok"] is False and "last character" in wrong["detail"]
    assert look("uscc", USCC) == {"ok": True} and look("uscc", USCC[:-1])["ok"] is False
    assert set(wrong) == {"ok", "error", "detail"}


@pytest.mark.clause("S4-39")
def test_no_number_is_answered_logged_stored_or_in_an_address(
    hallway: Any, client: Any, book: Any, caplog: pytest.LogCaptureFixture
) -> None:
    book("BK1", id_hmac=keyed("resident-id", LI_MING))
    with caplog.at_level(logging.DEBUG):
        answers = [
            client.post("/api/identity/check", json={"id_type": "resident-id", "text": LI_MING}),
            arrive(client, id_type="resident-id", id_number=LI_MING[:-1] + "1", reason="card broken"),
            arrive(client, id_type="resident-id", id_number=LI_MING, reason="card broken"),
            arrive(client, id_type="resident-id", id_number=LI_MING, reason="card broken"),
            client.get("/api/view"),
        ]
    state = msgspec.json.encode(hallway.line.state).decode()
    for number in (LI_MING, LI_MING[:-1]):
        assert not any(number in answer.text or number in str(answer.url) for answer in answers)
        assert number not in caplog.text and number not in state
    kept = [path for path in hallway.folder.rglob("*") if path.is_file()]
    assert not any(LI_MING.encode() in path.read_bytes() for path in kept)


def test_a_storage_failure_promises_nothing(hallway: Any, client: Any, book: Any) -> None:
    book("BK1")
    hallway.line.broken = True
    assert error_of(arrive(client, code="BK1"))[:2] == (503, "storage")


def test_an_identity_that_could_not_be_recorded_leaves_the_ticket(hallway: Any, client: Any, book: Any) -> None:
    book("BK1", id_hmac=keyed("resident-id", LI_MING))
    submit = hallway.line.submit

    def failing(command: Any, key: str | None = None) -> Any:
        hallway.line.broken = isinstance(command, VerifyIdentity)
        return submit(command, key)

    hallway.line.submit = failing
    told = arrive(client, id_type="resident-id", id_number=LI_MING, reason="card broken")
    assert (told.status_code, told.json()["verified"]) == (201, False)
