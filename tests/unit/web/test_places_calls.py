"""Booking at the desk over HTTP: the hall's own places, sold without any network; details sealed, and kept nowhere."""

from datetime import date
from typing import Any

import msgspec
import pytest
from nacl.encoding import Base64Encoder
from nacl.public import PrivateKey, SealedBox

from contract import booking_code, directives
from contract.events import DirectiveTaken, NodeStarted, PlaceSold
from contract.person import Person
from edge.errors import DeviceError
from edge.hall.commands import CheckIn, Record
from edge.people.identity_key import IdentityKey
from edge.people.onsite import OnsiteBookings
from edge.printing.papers import Papers
from edge.web.places_api import open_slots
from tests.unit.web.test_papers_calls import Printing

HOUR = 3_600_000
KEY, SEAL = IdentityKey(b"k" * 32), PrivateKey(b"s" * 32)
"""As in conftest."""
LI_MING, PHONE, NAME = "11010519491231002X", "138 1234 5678", "李小明"
WISH = {
    "slot": "s1", "service": "savings", "name": NAME, "id_type": "resident-id", "id_number": LI_MING.lower(),
    "phone": PHONE, "readback": True, "by": "1003",
}  # fmt: skip


def told(hallway: Any, fact: msgspec.Struct, generation: str = "g") -> None:
    n = hallway.line.state.seq
    taken = DirectiveTaken(generation, n, f"d{n}", "fact", type(fact).__name__, msgspec.to_builtins(fact))
    hallway.line.submit(Record(taken)).result()


def grant(hallway: Any, id_: str = "G1", n: int = 2, **more: Any) -> None:
    starts = hallway.line.now + HOUR
    given: dict[str, Any] = {
        "node": "branch-1", "epoch": "e1", "slot": "s1", "day": "2026-09-22", "service": "savings",
        "starts_at": starts, "ends_at": starts + HOUR // 2, "n": n,
    }  # fmt: skip
    told(hallway, directives.ShareGranted(grant=id_, **given | more))


@pytest.fixture
def desk(hallway: Any) -> Any:
    """The service desk's terminal, in a hall with two places of its own in an hour."""
    hallway.line.submit(Record(NodeStarted("1", "hw", "branch-1", "e1"))).result()
    grant(hallway)
    return hallway.paired("desk")


@pytest.fixture
def printer(hallway: Any) -> Printing:
    made, kept = Printing(), list[Any]()
    hallway.line.subscribe(lambda batch: kept.extend(batch.recorded))

    def find(number: str) -> Any:
        return next((one for one in kept if getattr(one.event, "code", None) == number), None)

    papers = Papers(hallway.line, hallway.settings, made, find, lambda: hallway.line.now)
    object.__setattr__(hallway.app.state.house, "papers", papers)
    return made


def sold(hallway: Any) -> list[PlaceSold]:
    found: list[PlaceSold] = []
    hallway.line.subscribe(
        lambda batch: found.extend(e.event for e in batch.recorded if isinstance(e.event, PlaceSold))
    )
    return found


# --- what there is -----------------------------------------------------------------


def test_the_places_left_are_told_by_slot(hallway: Any, desk: Any) -> None:
    grant(hallway, "G2", 3)
    grant(hallway, "G3", 1, slot="s2", service="loans", starts_at=hallway.line.now + 2 * HOUR)
    grant(hallway, "OVER", 4, slot="s0", starts_at=hallway.line.now)
    answer = desk.get("/api/desk/places").json()
    assert answer["trouble"] == ""
    assert [(one["slot"], one["service"], one["left"]) for one in answer["slots"]] == [
        ("s2", "loans", 1),
        ("s1", "savings", 5),
    ]
    assert answer["slots"][1]["grants"] == [{"grant": "G1", "left": 2}, {"grant": "G2", "left": 3}]
    desk.post("/api/desk/bookings", json=WISH)
    assert [one["left"] for one in desk.get("/api/desk/places").json()["slots"]] == [1, 4]


def test_one_slot_may_hold_grants_of_several_services(hallway: Any, desk: Any) -> None:
    grant(hallway, "G2", 3, service="loans")
    slots = open_slots(hallway.line.state, hallway.line.now)
    assert [(one.service, one.left) for one in slots] == [("loans", 3), ("savings", 2)]


# --- booked -------------------------------------------------------------------------


@pytest.mark.clause("S0-11")
def test_a_booking_at_the_desk_needs_no_network_and_its_customer_checks_in(hallway: Any, desk: Any) -> None:
    happened = sold(hallway)
    answer = desk.post("/api/desk/bookings", json=WISH)
    assert answer.status_code == 201, answer.text
    told_ = answer.json()
    [event] = happened
    assert {name: told_[name] for name in ("code", "day", "service", "starts_at", "ends_at")} == {
        name: getattr(event, name) for name in ("code", "day", "service", "starts_at", "ends_at")
    }
    assert len(told_["code"]) == booking_code.LENGTH and set(told_["code"]) <= set(booking_code.ALPHABET)
    assert (event.grant, event.by, event.readback) == ("G1", "1003", True)
    hallway.line.now += HOUR - 10 * 60_000
    arrived = desk.post("/api/checkin", json={"code": booking_code.grouped(told_["code"]), "by": "1003", "reason": "x"})
    assert arrived.json()["outcome"] == "on_time"


def test_the_details_are_for_the_centre_alone(hallway: Any, desk: Any) -> None:
    happened = sold(hallway)
    answer = desk.post("/api/desk/bookings", json=WISH)
    [event] = happened
    opened = SealedBox(SEAL).decrypt(event.sealed.encode(), encoder=Base64Encoder)
    assert msgspec.json.decode(opened, type=Person) == Person(
        NAME, "13812345678", id_type="resident-id", id_number=LI_MING
    )
    assert (event.name, event.phone) == ("李*明", "138****5678")
    assert (event.id_hmac, event.phone_hmac) == (KEY.of("resident-id", LI_MING), KEY.phone(PHONE))
    everywhere = msgspec.json.encode((hallway.line.state, event, answer.json())).decode()
    for secret in (LI_MING, LI_MING[:-1], "13812345678", NAME):
        assert secret not in everywhere
    command: Any = hallway.line.submitted[-1][0]
    assert LI_MING[:-1] not in str(command) and NAME not in str(command)


def test_the_card_of_whoever_booked_finds_the_booking(hallway: Any, desk: Any) -> None:
    desk.post("/api/desk/bookings", json=WISH)
    hallway.line.now += HOUR
    command = CheckIn("CARDTOKEN00001", "kiosk", "card", id_hmac=KEY.of("resident-id", LI_MING))
    assert hallway.line.submit(command).result().events[0].event.service == "savings"


@pytest.mark.clause("S0-13")
def test_without_the_read_back_nothing_is_booked(hallway: Any, desk: Any) -> None:
    for sent in ({**WISH, "readback": False}, {key: value for key, value in WISH.items() if key != "readback"}):
        answer = desk.post("/api/desk/bookings", json=sent)
        assert (answer.status_code, answer.json()["error"], answer.json()["field"]) == (
            409,
            "readback_needed",
            "readback",
        )
    assert desk.get("/api/desk/places").json()["slots"][0]["left"] == 2


@pytest.mark.parametrize(
    ("change", "status", "error", "field"),
    [
        ({"id_number": "110105194912310021"}, 422, "invalid", "id_number"),
        ({"id_type": "badge"}, 422, "invalid", "id_type"),
        ({"phone": "12"}, 422, "invalid", "phone"),
        ({"name": "  "}, 422, "bad_name", "name"),
        ({"priority_class": "friends"}, 404, "unknown_class", "priority_class"),
        ({"slot": "s9"}, 404, "unknown_slot", "slot"),
        ({"grant": "G1"}, 422, "one_slot", "slot"),
        ({"service": "loans"}, 409, "other_service", "service"),
        ({"by": None}, 409, "who_wanted", "by"),
        ({"by": "9999"}, 404, "unknown_clerk", "by"),
    ],
)
def test_what_is_wrong_is_named_with_its_field(
    desk: Any, change: dict[str, Any], status: int, error: str, field: str
) -> None:
    answer = desk.post("/api/desk/bookings", json=WISH | change)
    assert (answer.status_code, answer.json()["error"], answer.json()["field"]) == (status, error, field)
    assert "11010519491231002" not in answer.text and "李小明" not in answer.text


def test_the_second_booking_of_a_person_is_refused(desk: Any) -> None:
    assert desk.post("/api/desk/bookings", json=WISH).status_code == 201
    again = desk.post("/api/desk/bookings", json=WISH)
    assert (again.status_code, again.json()["error"]) == (409, "booked_already")


def test_the_same_press_twice_is_one_booking(hallway: Any, desk: Any) -> None:
    happened, key = sold(hallway), {"Idempotency-Key": "press-1"}
    first, second = (desk.post("/api/desk/bookings", json=WISH, headers=key) for _ in range(2))
    assert first.json() == second.json() and len(happened) == 1


def test_without_the_centres_key_it_says_what_to_put_where(hallway: Any, desk: Any) -> None:
    bare = OnsiteBookings(KEY, lambda: date(2026, 9, 22), None)
    object.__setattr__(hallway.reception, "bookings", bare)
    assert "seal_key" in desk.get("/api/desk/places").json()["trouble"]
    answer = desk.post("/api/desk/bookings", json=WISH)
    assert (answer.status_code, answer.json()["error"]) == (409, "no_seal_key")
    assert "hallkeeper central enrol" in answer.json()["detail"] and "[centre]" in answer.json()["detail"]


@pytest.mark.parametrize("role", ["kiosk", "display", "counter:1"])
def test_other_terminals_book_nothing(hallway: Any, desk: Any, role: str) -> None:
    other = hallway.paired(role)
    assert other.get("/api/desk/places").status_code == 403
    assert other.post("/api/desk/bookings", json=WISH).status_code == 403
    assert other.post("/api/desk/shares/G1/return", json={"by": "1003"}).status_code == 403


# --- its slip -----------------------------------------------------------------------


def test_the_slip_of_a_booking_is_printed_and_again_as_a_copy(desk: Any, printer: Printing) -> None:
    told_ = desk.post("/api/desk/bookings", json=WISH).json()
    assert (told_["printed"], told_["trouble"], told_["number"]) == (True, None, told_["code"])
    [slip] = printer.papers
    assert booking_code.grouped(told_["code"]) in slip and "2026-09-22" in slip and "17:00–17:30" in slip
    assert "李*明" in slip and NAME not in slip and LI_MING not in slip and "COPY" not in slip
    assert desk.post(f"/api/papers/{told_['code']}/print", json={}).status_code == 200
    assert "COPY" in printer.papers[1]


def test_a_printer_in_trouble_takes_no_booking_back(desk: Any, printer: Printing) -> None:
    printer.trouble = DeviceError("the paper is out")
    answer = desk.post("/api/desk/bookings", json=WISH)
    assert answer.status_code == 201
    assert (answer.json()["printed"], answer.json()["trouble"]) == (False, "the paper is out")


# --- given back ----------------------------------------------------------------------


def test_what_is_left_is_given_back_by_a_receptionist(hallway: Any, desk: Any) -> None:
    desk.post("/api/desk/bookings", json=WISH)
    refused = desk.post("/api/desk/shares/G1/return", json={"by": "1001"})
    assert (refused.status_code, refused.json()["error"]) == (409, "no_right")
    assert desk.post("/api/desk/shares/G1/return", json={"by": "1003"}).json() == {"grant": "G1", "n": 1}
    assert desk.get("/api/desk/places").json()["slots"] == []
    again = desk.post("/api/desk/shares/G1/return", json={"by": "1003"})
    assert (again.status_code, again.json()["error"]) == (409, "grant_closed")
    assert hallway.line.state.grants["G1"].returned == 1


# --- the supervisor hears ---------------------------------------------------------------


def test_a_booking_cancelled_after_its_customer_came_is_flagged_to_the_supervisor(hallway: Any, desk: Any) -> None:
    code = desk.post("/api/desk/bookings", json=WISH).json()["code"]
    hallway.line.now += HOUR
    desk.post("/api/checkin", json={"code": code, "by": "1003", "reason": "x"})
    told(hallway, directives.BookingCancelled(code))
    office = hallway.paired("supervisor")
    [line] = office.get("/api/supervisor/bookings").json()["bookings"]
    assert (line["status"], line["cancelled_here"], line["number"]) == ("arrived", True, "A001")
    assert office.get("/api/view").json()["roster"]["cancelled_here"] == 1
    assert hallway.line.view.services[0].waiting == 1, "and served all the same"
