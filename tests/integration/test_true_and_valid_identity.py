"""Who stands at the window, true and valid: card read, validity checked, compared, recorded; a whole node on twins."""

import contextlib
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest

from contract.directives import BookingAdded
from contract.events import DirectiveTaken, IdentityVerified
from edge import config, tokens
from edge.app import Node
from edge.clock import ManualClock
from edge.devices.twins.sample_cards import LI, WANG, ZHAO
from edge.hall.commands import CallNext, CheckIn, IssueTicket, LogIn, Record
from edge.people.identity_key import IdentityKey
from hallkeeper.system import free_port
from identity_numbers import examine, masked_name
from tests.line import NOON

DAY = "2026-11-22"


class Window:
    """One window that may not start before it knows who is there, with a reader."""

    def __init__(self, folder: Path) -> None:
        document = {
            "hall": {"id": "bench", "name": {"zh": "示例厅", "en": "Bench"}, "timezone": "UTC"},
            "node": {"id": "bench-1", "data": str(folder), "port": free_port()},
            "day": {"starts": "00:00", "opens": "00:00", "last_ticket": "23:00", "closes": "23:30"},
            "rules": {"verify": "require"},
            "services": [{"id": "a", "letter": "A", "name": {"zh": "开户", "en": "Accounts"}, "verify": "always"}],
            "counters": [{"id": "1", "name": {"zh": "一号窗口", "en": "One"}, "serves": [["a"]]}],
            "readers": [{"id": "window-cards", "driver": "twin", "at": "counter:1"}],
        }
        self.node = Node(config.parse(document), simulated=True, clock=ManualClock(NOON))
        self.node.open()
        self.key = IdentityKey.open(self.node.settings, folder)
        self.do(LogIn("1", "c1"))

    def do(self, command: Any) -> Any:
        return self.node.engine.submit(command).result(60)

    def post(self, step: str, **sent: Any) -> httpx.Response:
        """Each with a key of its own: a second try is no repetition of the first."""
        url, key = f"{self.node.web.url}/api/counters/1/{step}", {"Idempotency-Key": tokens.fresh()}
        return httpx.post(url, json=sent, headers=key, timeout=60)

    def arrive(self, name: str) -> None:
        """Li's number is booked under `name`; the customer is here and called."""
        found = examine("resident-id", LI, date(2026, 11, 22))
        told = BookingAdded(
            "BK1", DAY, "a", NOON, NOON + 900_000, masked_name(name), self.key.of(found.id_type, found.number)
        )
        self.do(Record(DirectiveTaken("g", 1, "d-1", "fact", "BookingAdded", msgspec.to_builtins(told))))
        self.do(CheckIn("ABCDEFGHIJKLM", "kiosk", "code", code="BK1"))
        self.do(CallNext("1"))

    def records(self) -> list[Any]:
        reading = self.node.engine.journal.reader()
        try:
            return [one.event for one in reading.replay() if isinstance(one.event, IdentityVerified)]
        finally:
            reading.close()

    @contextlib.contextmanager
    def screen(self) -> Iterator[Any]:
        """The counter's page: gives the next news of its reader."""
        with httpx.stream("GET", f"{self.node.web.url}/api/stream?reader=counter:1", timeout=60) as response:
            lines = response.iter_lines()
            while not next(lines).startswith("event: view"):
                pass

            def news() -> dict[str, Any]:
                while not next(lines).startswith("event: reading"):
                    pass
                told: dict[str, Any] = json.loads(next(lines).removeprefix("data: "))
                return told

            yield news


@pytest.fixture
def window(tmp_path: Path) -> Iterator[Window]:
    made = Window(tmp_path)
    yield made
    made.node.close()


@pytest.mark.clause("S2-9")
def test_a_service_starts_only_with_an_identity_that_is_read_valid_compared_and_recorded(window: Window) -> None:
    window.arrive("李明")
    assert window.post("start").json()["error"] == "identity_unverified"
    with window.screen() as news:
        window.node.panel.lay("window-cards", "zhao")
        expired = news()
        assert (expired["kind"], expired["code"]) == ("failed", "expired")
        assert "valid until 2018-02-21" in expired["detail"] and "show another" in expired["detail"]
        window.node.panel.lay("window-cards", "wang")
        assert news()["match"] == "other"
        assert window.post("start").json()["error"] == "identity_unverified", "valid, but somebody else"
        window.node.panel.lay("window-cards", "li")
        read = news()
        assert (read["kind"], read["match"], read["name"]) == ("verified", "same", "same")
    assert window.post("start").status_code == 200
    other, same = window.records()
    assert (other.match, other.valid_until) == ("other", "2035-06-07")
    assert (same.match, same.assurance, same.method, same.reader, same.stage, same.by) == (
        "same", "high", "card", "window-cards", "window", "c1",
    )  # fmt: skip
    assert same.booking == "BK1"
    kept = str(window.records())
    assert not any(number in kept for number in (LI, WANG, ZHAO)), "the expired card left no record at all"


@pytest.mark.clause("S2-9")
def test_typed_by_hand_it_is_checked_by_its_digits_wants_a_reason_and_counts_less(window: Window) -> None:
    window.do(IssueTicket("a", "ABCDEFGHIJKLM", "kiosk"))
    window.do(CallNext("1"))
    wrong = LI[:-1] + ("0" if LI[-1] != "0" else "1")
    refused = window.post("verify", id_type="resident-id", number=wrong, reason="chip broken")
    assert refused.status_code == 422, refused.text
    unreasoned = window.post("verify", id_type="resident-id", number=LI, reason=" ")
    assert unreasoned.status_code in (400, 422) and unreasoned.json()["field"] == "reason", unreasoned.text
    assert window.records() == []
    assert window.post("verify", id_type="resident-id", number=LI, reason="chip broken").status_code == 200
    [record] = window.records()
    assert (record.method, record.assurance, record.reason, record.match) == ("typed", "low", "chip broken", "none")
    assert window.post("start").status_code == 200


@pytest.mark.clause("S0-14")
@pytest.mark.parametrize(
    ("booked", "name"), [("李明", "same"), ("李 明", "same"), ("黎明", "other"), ("李明明", "other")]
)
def test_the_booked_name_is_the_document_s_or_the_clerk_sees_that_it_is_not(
    window: Window, booked: str, name: str
) -> None:
    """The number alone opens the service: a name may be misspelt, and the clerk decides. Both stand on record."""
    window.arrive(booked)
    with window.screen() as news:
        window.node.panel.lay("window-cards", "li")
        read = news()
    assert (read["match"], read["name"]) == ("same", name)
    here = httpx.get(f"{window.node.web.url}/api/view", timeout=60).json()["counters"][0]
    assert (here["verified"], here["name_match"], here["verify_due"]) == ("same", name, False)
    [record] = window.records()
    assert (record.match, record.name, record.name_masked) == ("same", name, "李*")
    assert window.post("start").status_code == 200
