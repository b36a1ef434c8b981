"""Bookings over the API: made, looked at, mended, moved, changed, cancelled; on both databases."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select

from central.db.tables import AuditRow, Booking
from tests.api_world import ApiWorld
from tests.booking_world import DAY, HOUR, id_number


@pytest.mark.clause("S0-12")
@pytest.mark.clause("S0-8")
def test_a_program_books_for_a_customer_who_chose_time_matter_and_place(api: ApiWorld) -> None:
    hall = api.client.get("/api/v1/halls/hall").json()
    matter = api.client.get("/api/v1/halls/hall/matters").json()[0]
    day = hall["days"][1]["day"]
    slots = api.client.get(f"/api/v1/halls/hall/slots?matter={matter['matter']}&date={day}").json()["slots"]
    chosen = next(slot for slot in slots if slot["bookable"])
    entries = api.entries(matter=matter["matter"], hall="hall", slot=chosen["slot"], detail="for a relative")
    answer = api.ask("POST", "/bookings", entries)
    made = answer.json()
    assert answer.status_code == 201 and made["status"] in ("confirmed", "reviewing")
    assert (made["hall"], made["matter"], made["slot"]) == ("hall", matter["matter"], chosen["slot"])
    assert (made["channel"], made["starts_at"], made["day"]) == ("partner", chosen["starts_at"], day)
    assert made["person"] == {
        "name": "李*明", "phone": "138****0001", "id_type": "resident-id", "id_number": made["person"]["id_number"],
        "email": False,
    }  # fmt: skip
    assert id_number(1) not in answer.text and "李小明" not in answer.text
    after = api.client.get(f"/api/v1/halls/hall/slots?matter={matter['matter']}&date={day}").json()["slots"]
    left = next(slot for slot in after if slot["slot"] == chosen["slot"])
    assert left["free"] == chosen["free"] - 1


@pytest.mark.clause("S0-5")
def test_anybody_sees_hours_process_and_remaining_places(api: ApiWorld) -> None:
    hall = api.client.get("/api/v1/halls/hall").json()
    assert hall["days"][0] == {"day": "2026-11-23", "periods": [["09:00", "12:00"], ["13:30", "17:00"]]}
    assert (hall["horizon_days"], hall["cancel_lead_min"]) == (14, 120)
    matters = {one["matter"]: one for one in api.client.get("/api/v1/halls/hall/matters").json()}
    assert matters["join"]["materials"][0]["name"]["en"] == "ID card" and matters["join"]["steps"]
    slots = api.client.get("/api/v1/halls/hall/slots?service=social").json()["slots"]
    assert slots and all(slot["free"] > 0 and slot["service"] == "social" for slot in slots)
    assert not slots[0]["bookable"], "the next hour is too near"
    api.booked()
    assert api.client.get("/api/v1/halls/nowhere").json()["error"] == "hall_unknown"
    assert api.client.get("/api/v1/halls/hall/slots?matter=none").status_code == 404
    assert api.client.get("/api/v1/halls/hall/slots?date=tomorrow").json()["field"] == "date"


@pytest.mark.clause("S0-24")
def test_what_is_to_be_mended_is_named_in_the_answer_and_mended_in_time(api: ApiWorld) -> None:
    made = api.booked(name="", id_number="110101199003070001", language="en")
    assert made["status"] == "returned" and made["deadline"] > api.world.at
    assert [fault["field"] for fault in made["faults"]] == ["name", "id_number"]
    assert made["faults"][0]["text"] == "Give the name as it stands on the identity document."
    entries = {"name": "李小明", "phone": "13800000001", "id_number": id_number(1)}
    mended = api.ask("PUT", f"/bookings/{made['code']}", entries).json()
    assert (mended["status"], mended["attempts"], mended["faults"], mended["slot"]) == (
        "confirmed", 2, [], made["slot"],
    )  # fmt: skip


def test_sentences_are_in_the_language_that_is_asked_for(api: ApiWorld) -> None:
    entries = api.entries(colour="red")
    said = {
        language: api.ask("POST", "/bookings", entries | named, Accept_Language=language).json()["detail"]
        for language, named in (("zh-CN,zh;q=0.9", {}), ("en", {}), ("en-GB", {"language": "zh"}))
    }
    assert said["en"] == "colour: not known here; see openapi.json for what is."
    assert said["zh-CN,zh;q=0.9"] == "colour：未知字段，可用字段见 openapi.json。"
    assert said["en-GB"] == said["zh-CN,zh;q=0.9"], "the language of the booking goes before that of the header"
    chinese = api.ask("POST", "/bookings", api.entries(slot="none", language="zh")).json()
    assert chinese["error"] == "slot_unknown" and "一" <= chinese["detail"][0] <= "鿿"
    assert api.ask("POST", "/bookings", api.entries(slot="none")).json() == {
        "error": "slot_unknown", "detail": "There is no such time; choose one of those shown.", "field": "slot",
    }  # fmt: skip


def test_the_same_key_counts_once_whatever_is_asked(api: ApiWorld) -> None:
    entries = api.entries()
    first = api.ask("POST", "/bookings", entries, Idempotency_Key="one")
    again = api.ask("POST", "/bookings", entries, Idempotency_Key="one")
    assert (first.status_code, again.status_code) == (201, 201) and first.json() == again.json()
    other = api.ask("POST", "/bookings", api.entries(2), Idempotency_Key="one")
    assert (other.status_code, other.json()["error"]) == (409, "key_reused")
    assert api.ask("POST", "/bookings", api.entries(2), key=api.other, Idempotency_Key="one").status_code == 201
    code = first.json()["code"]
    slot = api.world.slots()[-1].id
    moved = [api.ask("POST", f"/bookings/{code}/move", {"slot": slot}, Idempotency_Key="two") for _ in range(2)]
    assert [answer.status_code for answer in moved] == [200, 200] and moved[0].json() == moved[1].json()
    gone = [api.ask("POST", f"/bookings/{code}/cancel", {}, Idempotency_Key="three") for _ in range(2)]
    assert [answer.status_code for answer in gone] == [200, 200] and gone[0].json() == gone[1].json()
    assert api.ask("POST", f"/bookings/{code}/cancel", {}).json()["error"] == "not_open"
    assert api.ask("POST", f"/bookings/{code}/cancel", {}, Idempotency_Key="two").json()["error"] == "key_reused"


def test_fifty_at_once_with_one_key_make_one_booking(api: ApiWorld) -> None:
    entries = api.entries()

    def book(_: int) -> tuple[int, str]:
        answer = api.ask("POST", "/bookings", entries, Idempotency_Key="one")
        return answer.status_code, answer.json().get("code", answer.text)

    with ThreadPoolExecutor(50) as pool:
        answers = list(pool.map(book, range(50)))
    assert {status for status, _ in answers} == {201} and len({code for _, code in answers}) == 1
    with api.world.engine.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(Booking)) == 1
    assert api.world.slot(entries["slot"]).taken == 1


def test_a_booking_needs_an_idempotency_key(api: ApiWorld) -> None:
    headers = {"Authorization": f"Bearer {api.key}"}
    answer = api.client.post("/api/v1/bookings", json=api.entries(), headers=headers)
    assert (answer.status_code, answer.json()["field"]) == (422, "Idempotency-Key")


def test_another_matter_waits_for_a_reviewer(api: ApiWorld) -> None:
    made = api.booked()
    slot = api.world.slots("estate")[10].id
    asked = {"matter": "transfer", "slot": slot, "reason": "sold the flat"}
    answers = [api.ask("POST", f"/bookings/{made['code']}/change", asked, Idempotency_Key="one") for _ in range(2)]
    assert [answer.status_code for answer in answers] == [202, 202]
    shown = answers[1].json()
    assert (shown["matter"], shown["change"]["matter"], shown["change"]["slot"]) == ("join", "transfer", slot)
    assert api.ask("POST", f"/bookings/{made['code']}/change", asked).json()["error"] == "change_waits"


def test_force_majeure_waives_the_lead_time(api: ApiWorld) -> None:
    made = api.booked()
    api.world.at = made["starts_at"] - HOUR
    assert api.ask("POST", f"/bookings/{made['code']}/cancel", {}).json()["error"] == "cancel_late"
    assert api.ask("POST", f"/bookings/{made['code']}/hindered", {"reason": ""}).status_code == 422
    slot = next(slot for slot in api.world.slots() if slot.starts_at > api.world.at + DAY)
    later = api.ask("POST", f"/bookings/{made['code']}/hindered", {"reason": "flood", "slot": slot.id}).json()
    assert (later["status"], later["slot"], later["reason_code"]) == ("confirmed", slot.id, "FM")
    gone = api.ask("POST", f"/bookings/{made['code']}/hindered", {"reason": "flood"}).json()
    assert (gone["status"], gone["reason_code"]) == ("cancelled", "FM")


def test_the_trail_says_which_key_did_it(api: ApiWorld) -> None:
    made = api.booked()
    query = select(AuditRow).where(AuditRow.subject_id == made["code"])
    with api.world.engine.connect() as connection:
        row = connection.execute(query).first()
    assert row is not None and row.actor == "api:partner" and row.source == "testclient"
