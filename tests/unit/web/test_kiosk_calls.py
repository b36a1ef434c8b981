"""The kiosk's own calls: scans typed into its page, sessions measured, tickets of journeys, causes and counters."""

from typing import Any

import msgspec
import pytest

from contract.catalogue import Journey, PriorityClass, Rules
from contract.events import KioskSessionEnded
from edge.devices.ports import Card
from edge.hall.commands import ChangeCatalogue, ChangeRules, IssueTicket, Record
from edge.web.feed import Follower
from tests.unit.web.test_checkin_calls import LI_MING, book, error_of, keyed

__all__ = ["book"]

SLIP = "ABCDEFGHIJKLM"
ENDED = {"flow": "ticket", "steps": 3, "seconds": 21, "outcome": "completed"}


def issued(hallway: Any) -> list[IssueTicket]:
    return [command for command, _ in hallway.line.submitted if isinstance(command, IssueTicket)]


@pytest.mark.clause("S4-2")
def test_the_use_of_a_kiosk_is_counted_and_nobody_is_named(hallway: Any) -> None:
    kiosk = hallway.paired("kiosk")
    told = [
        ENDED,
        {**ENDED, "outcome": "abandoned", "flow": "look"},
        {**ENDED, "outcome": "failed", "flow": "check-in", "reason": "checkin_no_booking"},
    ]
    assert [kiosk.post("/api/kiosk/session", json=each).status_code for each in told] == [201] * 3
    facts = [command.event for command, _ in hallway.line.submitted if isinstance(command, Record)]
    assert [fact.outcome for fact in facts] == ["completed", "abandoned", "failed"]
    assert facts[2] == KioskSessionEnded("kiosk", "check-in", 3, 21, "failed", "checkin_no_booking")


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"flow": "Li Ming 110105"}, "flow"), ({"steps": -1}, "steps"), ({"seconds": 1e9}, "seconds"),
        ({"outcome": "fine"}, "outcome"), ({"reason": "Li Ming!"}, "reason"), ({"name": "x"}, "name"),
    ],
)  # fmt: skip
def test_a_session_holds_nothing_a_person_could_be_in(client: Any, wrong: dict[str, Any], field: str) -> None:
    assert error_of(client.post("/api/kiosk/session", json={**ENDED, **wrong})) == (422, "invalid", field)


def test_sessions_and_scans_are_the_kiosks_alone(hallway: Any) -> None:
    for role in ("counter:1", "display"):
        terminal = hallway.paired(role)
        assert terminal.post("/api/kiosk/session", json=ENDED).status_code == 403
        assert terminal.post("/api/kiosk/scan", json={"text": "BK1"}).status_code == 403


def test_a_code_typed_by_a_scanner_is_offered_as_a_readers_would_be(client: Any, book: Any) -> None:
    book("BK1")
    news = client.post("/api/kiosk/scan", json={"text": "bk1"}).json()
    assert (news["kind"], news["booked"]) == ("offer", True) and "BK1" not in str(news)
    assert client.post("/api/checkin", json={"handle": news["handle"]}).json()["number"] == "A001"
    slip = client.post("/api/kiosk/scan", json={"text": f"https://halls.example/t/branch/{SLIP}"}).json()
    assert (slip["kind"], slip["path"]) == ("slip", f"/t/{SLIP}")


def test_the_page_beside_a_reader_hears_of_it_and_no_other(hallway: Any, book: Any) -> None:
    book("BK1", id_hmac=keyed("resident-id", LI_MING))
    feed = hallway.app.state.house.feed
    followers = {place: Follower(feed, place) for place in ("kiosk", "counter:1", "")}

    def heard(place: str) -> list[str]:
        return [told.data for told in followers[place].due() if told.event == "reading"]

    hallway.reception.readings.read("front", "kiosk", Card("social", "resident-id", LI_MING, "李小明"))
    [told] = heard("kiosk")
    assert msgspec.json.decode(told)["booked"] is True and LI_MING not in told
    assert heard("kiosk") == heard("counter:1") == heard("") == []
    late = Follower(feed, "kiosk")
    assert [each for each in late.due() if each.event == "reading"] == [], "a page opened later learns nothing"


@pytest.mark.parametrize(
    ("role", "reader", "status"),
    [("counter:1", "kiosk", 403), ("kiosk", "counter:1", 403), ("counter:2", "counter:1", 403), ("kiosk", "desk", 403),
     ("display", "kiosk", 403)],
)  # fmt: skip
def test_nobody_listens_at_anothers_reader(hallway: Any, role: str, reader: str, status: int) -> None:
    assert hallway.paired(role).get(f"/api/stream?reader={reader}").status_code == status


# --- tickets ---------------------------------------------------------------------


def test_a_journey_begins_with_its_first_service(hallway: Any, client: Any) -> None:
    catalogue = hallway.line.state.catalogue
    journey = Journey("home", {"zh": "购房", "en": "Buying a home"}, ("savings", "loans"))
    changed = msgspec.structs.replace(catalogue, version=catalogue.version + 1, journeys=(journey,))
    hallway.line.submit(ChangeCatalogue(changed)).result()
    assert client.post("/api/tickets", json={"service": "savings", "journey": "home"}).status_code == 201
    assert issued(hallway)[-1].journey == "home"
    assert client.post("/api/tickets", json={"service": "savings", "journey": "none"}).status_code == 404


@pytest.mark.clause("S4-31")
def test_who_failed_at_the_kiosk_gets_a_priority_ticket_to_a_window(hallway: Any, client: Any) -> None:
    catalogue = hallway.line.state.catalogue
    helped = PriorityClass("helped", {"zh": "自助失败", "en": "Kiosk failed"})
    hallway.line.submit(
        ChangeCatalogue(
            msgspec.structs.replace(
                catalogue, version=catalogue.version + 1, priority_classes=(*catalogue.priority_classes, helped)
            )
        )
    ).result()
    hallway.line.submit(ChangeRules(Rules(fallback_class="helped"))).result()
    client.post("/api/tickets", json={"service": "savings"})
    failed = client.post("/api/checkin", json={"code": "NONE"})
    assert failed.json()["error"] == "no_booking" and failed.json()["detail"]
    answer = client.post("/api/tickets", json={"service": "savings", "cause": "checkin_no_booking"})
    assert (answer.status_code, answer.json()["ahead"]) == (201, 0)
    ticket = hallway.line.state.tickets[answer.json()["ticket"]]
    assert (ticket.priority_class, ticket.lane) == ("helped", "priority")
    assert hallway.line.view.counters[0].next_up[0].number == answer.json()["number"]


@pytest.fixture
def helped(hallway: Any) -> Any:
    """The hall gives the class "elderly" to whom the kiosk failed."""
    hallway.line.submit(ChangeRules(Rules(fallback_class="elderly"))).result()
    return hallway


FAILED = {"service": "savings", "cause": "checkin_no_booking"}


def test_the_class_of_failed_flows_is_given_and_not_chosen_at_the_kiosk(helped: Any) -> None:
    wanted = {"service": "savings", "priority_class": "elderly"}
    refused = helped.paired("kiosk").post("/api/tickets", json=wanted)
    assert error_of(refused) == (422, "class_given", "priority_class")
    assert helped.paired("desk").post("/api/tickets", json=wanted).status_code == 201


def test_only_a_flow_of_the_kiosk_can_have_failed(helped: Any) -> None:
    refused = helped.paired("kiosk").post("/api/tickets", json={"service": "savings", "cause": "I am in a hurry"})
    assert error_of(refused) == (422, "bad_cause", "cause")
    assert issued(helped) == []


def test_after_three_tickets_of_failed_flows_the_next_is_ordinary(helped: Any) -> None:
    first, second = helped.paired("kiosk"), helped.paired("kiosk")
    assert [first.post("/api/tickets", json=FAILED).status_code for _ in range(4)] == [201] * 4
    assert second.post("/api/tickets", json=FAILED).status_code == 201
    lanes = [helped.line.state.tickets[id_].lane for id_ in sorted(helped.line.state.tickets)]
    assert lanes == ["priority"] * 3 + ["ordinary", "priority"]


def test_a_ticket_written_at_a_counter_needs_its_staff(hallway: Any) -> None:
    wanted = {"service": "savings", "counter": "1", "cause": "came without a ticket"}
    for role in ("kiosk", "counter:2"):
        assert hallway.paired(role).post("/api/tickets", json=wanted).status_code == 403
    assert hallway.paired("counter:1").post("/api/tickets", json=wanted).status_code == 201
    assert issued(hallway)[-1].counter == "1"
    assert hallway.line.view.counters[0].number == "A001", "the window was idle, so the customer is called there"


def test_a_key_that_took_another_ticket_is_told_so(client: Any) -> None:
    headers = {"Idempotency-Key": "k"}
    assert client.post("/api/tickets", json={"service": "savings"}, headers=headers).status_code == 201
    other = client.post("/api/tickets", json={"service": "savings", "priority_class": "elderly"}, headers=headers)
    assert error_of(other)[:2] == (422, "key_reused")


def test_the_page_knows_its_hall_and_no_kiosk_is_without_its_settings(client: Any, hallway: Any) -> None:
    page = client.get("/kiosk").text
    assert f'data-idle="{hallway.settings.kiosk.idle_s}"' in page
    assert '"id": "resident-id"' in page and '"id": "uscc"' in page and '"id": "badge"' not in page
