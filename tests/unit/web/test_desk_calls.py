"""The service desk's calls: enquiries, their answers, numbers moved back, the next hour's bookings, help."""

from typing import Any

import msgspec
import pytest

from contract import directives
from contract.events import AlarmRaised, BookingArrived, DirectiveTaken, EnquiryAnswered, EnquiryOpened, TicketMovedBack
from edge.hall.commands import IssueTicket, Record, SuspendHall

MINUTE = 60_000
LI_MING = "11010519491231002X"


@pytest.fixture
def desk(hallway: Any) -> Any:
    """A terminal on the hall's network, paired for the service desk."""
    return hallway.paired("desk")


def asks(client: Any, **more: Any) -> str:
    answer = client.post("/api/desk/enquiries", json=more)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["enquiry"])


def answer(client: Any, enquiry: str, outcome: str, **more: Any) -> Any:
    return client.post(f"/api/desk/enquiries/{enquiry}/answer", json={"outcome": outcome, **more})


def take(hallway: Any, service: str = "savings") -> str:
    token = f"ABCDEFGHIJK{hallway.line.state.seq:04d}"
    outcome = hallway.line.submit(IssueTicket(service, token, "kiosk")).result()
    return str(outcome.events[0].event.number)


def book(hallway: Any, code: str, in_min: int, name: str = "李*", **more: Any) -> None:
    line = hallway.line
    starts = line.now + in_min * MINUTE
    day = line.state.plan.day
    fact = directives.BookingAdded(
        code=code, day=day, service="savings", starts_at=starts, ends_at=starts + 30 * MINUTE, name=name, **more
    )
    n = line.state.seq
    line.submit(Record(DirectiveTaken("g", n, f"d{n}", "fact", "BookingAdded", msgspec.to_builtins(fact)))).result()


def events(hallway: Any, kind: type[Any]) -> list[Any]:
    """Of the commands sent by the calls, what they led to."""
    told: list[Any] = []
    hallway.line.subscribe(
        lambda batch: told.extend(one.event for one in batch.recorded if isinstance(one.event, kind))
    )
    return told


# --- enquiries -------------------------------------------------------------------


@pytest.mark.clause("S3-46")
def test_the_clock_runs_from_the_question_and_the_answer_says_how_long(hallway: Any, desk: Any) -> None:
    opened = desk.post("/api/desk/enquiries").json()
    assert opened["at"] == hallway.line.now
    [waiting] = desk.get("/api/view").json()["desk"]["open"]
    assert (waiting["id"], waiting["at"]) == (opened["enquiry"], opened["at"])
    assert desk.get("/api/about").json()["rules"]["consult_s"] == 120
    hallway.line.now += 121_000
    told = answer(desk, opened["enquiry"], "solved", summary="policy").json()
    assert (told["seconds"], told["late"], told["written"]) == (121, True, None)
    seen = desk.get("/api/view").json()["desk"]
    assert (seen["open"], seen["solved"], seen["late"]) == ([], 1, 1)


@pytest.mark.clause("S2-8")
def test_who_is_sent_on_has_a_ticket_bound_to_the_enquiry(hallway: Any, desk: Any) -> None:
    told_events = events(hallway, EnquiryAnswered)
    sent = answer(desk, asks(desk), "routed", service="savings", priority_class="elderly")
    assert sent.status_code == 201
    told = sent.json()
    written = told["written"]
    assert (written["number"], written["service"], written["ahead"]) == ("A001", "savings", 0)
    assert told["ticket"] == written["ticket"]
    ticket = hallway.line.state.tickets[written["ticket"]]
    assert (ticket.lane, ticket.priority_class) == ("priority", "elderly")
    assert [one.ticket for one in told_events] == [ticket.id]
    assert ticket.token not in sent.text


def test_a_repeated_answer_writes_one_ticket(hallway: Any, desk: Any) -> None:
    enquiry = asks(desk)
    path, sent = f"/api/desk/enquiries/{enquiry}/answer", {"outcome": "routed", "service": "savings"}
    first, again = (desk.post(path, json=sent, headers={"Idempotency-Key": "k1"}).json() for _ in range(2))
    assert first == again and len(hallway.line.state.tickets) == 1
    other = desk.post(path, json={"outcome": "gone"}, headers={"Idempotency-Key": "k1"})
    assert (other.status_code, other.json()["error"]) == (422, "key_reused")


def test_who_has_a_number_is_sent_on_with_it(hallway: Any, desk: Any) -> None:
    number = take(hallway)
    told = answer(desk, asks(desk), "routed", number=number).json()
    assert (told["service"], told["written"]) == ("savings", None)
    assert told["ticket"].endswith(number)


def test_no_ticket_leaves_the_enquiry_open_and_says_why(hallway: Any, desk: Any) -> None:
    hallway.line.submit(SuspendHall("no power", "boss")).result()
    enquiry = asks(desk)
    refused = answer(desk, enquiry, "routed", service="savings")
    assert (refused.status_code, refused.json()["error"]) == (409, "suspended")
    assert list(hallway.line.state.enquiries) == [enquiry]


@pytest.mark.parametrize(
    ("sent", "status", "field"),
    [
        ({"outcome": "sold"}, 422, "outcome"),
        ({"outcome": "solved"}, 422, "summary"),
        ({"outcome": "solved", "summary": "x" * 201}, 422, "summary"),
        ({"outcome": "solved", "summary": f"asked for {LI_MING}"}, 422, "summary"),
        ({"outcome": "routed"}, 422, "service"),
        ({"outcome": "routed", "service": "gold"}, 404, "service"),
        ({"outcome": "routed", "number": "Z9"}, 404, "number"),
        ({"outcome": "solved", "summary": "hours", "by": "7777"}, 404, "by"),
        ({"outcome": "gone", "who": "李明"}, 422, "who"),
    ],
)
def test_what_cannot_be_right_names_its_field(
    desk: Any, sent: dict[str, Any], status: int, field: str
) -> None:  # fmt: skip
    refused = desk.post(f"/api/desk/enquiries/{asks(desk)}/answer", json=sent)
    assert (refused.status_code, refused.json().get("field")) == (status, field)


def test_the_desk_is_named_by_its_clerk_else_by_its_terminal(hallway: Any, desk: Any) -> None:
    opened = events(hallway, EnquiryOpened)
    asks(desk, by="1001")
    asks(desk)
    code = hallway.terminals.new_code("desk").text
    named = hallway.client(("192.168.7.30", 40_000))
    named.post("/api/pair", json={"code": code, "name": "entrance"})
    asks(named)
    assert opened[0].by == "1001"
    assert opened[1].by not in ("", "1001")
    assert opened[2].by == "entrance"


@pytest.mark.parametrize("role", ["kiosk", "display", "counter:1"])
def test_other_terminals_have_no_part_in_it(hallway: Any, role: str) -> None:
    other = hallway.paired(role)
    for call in (
        other.post("/api/desk/enquiries"),
        other.get("/api/desk/bookings"),
        other.post("/api/desk/alarm", json={"kind": "help"}),
        other.get("/desk"),
        other.get("/api/stream", params={"reader": "desk"}),
    ):
        assert call.status_code == 403
    assert hallway.line.submitted == []


def test_screens_of_the_public_hear_nothing_of_the_desk(hallway: Any, desk: Any) -> None:
    asks(desk)
    seen = hallway.paired("display").get("/api/view").json()["desk"]
    assert seen == {"open": [], "solved": 0, "routed": 0, "gone": 0, "late": 0}


def test_the_desk_has_no_window(hallway: Any, desk: Any) -> None:
    for path in ("1/next", "1/login", "2/alarm", "1/verify", "1/rate", "1/accept"):
        assert desk.post(f"/api/counters/{path}", json={}).status_code == 403
    for path in ("/counter/1", "/supervisor", "/sheet", "/"):
        assert desk.get(path).status_code == 403
    walk_up = desk.post("/api/tickets", json={"service": "savings", "counter": "1"})
    assert walk_up.status_code == 403
    assert hallway.line.submitted == []


# --- numbers, bookings, help -----------------------------------------------------


def test_a_number_is_moved_back_without_its_secret(hallway: Any, desk: Any) -> None:
    moved = events(hallway, TicketMovedBack)
    first = take(hallway)
    take(hallway), take(hallway)
    told = desk.post(f"/api/desk/tickets/{first.lower()}/move-back", json={"by": "1002"})
    assert told.status_code == 200, told.text
    assert told.json()["number"] == first and told.json()["after"] >= 1
    [event] = moved
    assert event.by == "1002"
    assert hallway.line.state.tickets[event.ticket].token not in told.text
    missing = desk.post("/api/desk/tickets/Z99/move-back")
    assert (missing.status_code, missing.json()["field"]) == (404, "number")
    alone = take(hallway, "loans")
    refused = desk.post(f"/api/desk/tickets/{alone}/move-back")
    assert (refused.status_code, refused.json()["error"]) == (409, "nobody_behind")


def test_the_bookings_of_the_next_hour_are_told_masked(hallway: Any, desk: Any) -> None:
    for code, in_min in (("SOON", 50), ("NOW", 0), ("LATER", 61), ("BEFORE", -10)):
        book(hallway, code, in_min)
    desk.post("/api/checkin", json={"code": "now", "reason": "asked"})
    told = desk.get("/api/desk/bookings").json()["bookings"]
    assert [(one["code"], one["status"], one["name"]) for one in told] == [
        ("BEFORE", "booked", "李*"),
        ("NOW", "arrived", "李*"),
        ("SOON", "booked", "李*"),
    ]
    assert told[1]["number"] == "A001"
    hallway.line.now += 62 * MINUTE
    later = [one["code"] for one in desk.get("/api/desk/bookings").json()["bookings"]]
    assert "NOW" not in later, "who came more than an hour ago is no news"
    assert {"SOON", "LATER"} <= set(later)


def test_checking_in_by_hand_needs_a_reason_and_says_who(hallway: Any, desk: Any) -> None:
    arrived = events(hallway, BookingArrived)
    book(hallway, "K7", 10)
    without = desk.post("/api/checkin", json={"code": "K7", "by": "1001"})
    assert (without.status_code, without.json()["field"]) == (422, "reason")
    done = desk.post("/api/checkin", json={"code": "k7", "by": "1001", "reason": "lost at the kiosk"})
    assert done.status_code == 201 and done.json()["outcome"] == "on_time"
    assert len(arrived) == 1


def test_somebody_checked_in_at_the_node_itself_came_to_its_desk(hallway: Any, client: Any) -> None:
    book(hallway, "K8", 10)
    book(hallway, "K9", 10)
    by_hand = client.post("/api/checkin", json={"code": "K8", "by": "1001", "reason": "asked"}).json()["ticket"]
    alone = client.post("/api/checkin", json={"code": "K9"}).json()["ticket"]
    commands = [command for command, _ in hallway.line.submitted if hasattr(command, "source")]
    assert [command.source for command in commands] == ["desk", "kiosk"]
    assert by_hand != alone


def test_help_silence_and_crowds_are_told_from_the_desk(hallway: Any, desk: Any) -> None:
    raised = events(hallway, AlarmRaised)
    for kind in ("help", "silent", "crowd"):
        assert desk.post("/api/desk/alarm", json={"kind": kind, "by": "1001"}).status_code == 200
    assert [(one.kind, one.place, one.by) for one in raised] == [
        ("help", "desk", "1001"), ("silent", "desk", "1001"), ("crowd", "desk", "1001"),
    ]  # fmt: skip
    again = desk.post("/api/desk/alarm", json={"kind": "help"})
    assert (again.status_code, again.json()["error"]) == (409, "alarm_open")
    assert desk.post("/api/desk/alarm", json={"kind": "fire"}).status_code == 422


def test_why_and_reprint_are_the_desks_too(hallway: Any, desk: Any) -> None:
    number = take(hallway)
    assert desk.get(f"/api/tickets/{number}/why").json()["status"] == "waiting"
    assert desk.post("/api/slips/reprint", json={"number": number}).status_code == 202
    assert [one.rpartition("-")[2] for one in hallway.reprinted] == [number]
