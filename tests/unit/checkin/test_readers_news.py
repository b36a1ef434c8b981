"""What the readers' news mean: offers at the kiosk, verifications at a window, badges, and what goes wrong."""

from typing import Any

import msgspec
import pytest

from contract.events import IdentityVerified
from edge.devices.ports import Card, Scanned
from edge.errors import Refused
from edge.hall.commands import CallNext
from edge.people.tries import TRIES
from tests.unit.checkin.conftest import LI_MING, fingerprint

SLIP = "ABCDEFGHIJKLM"


def lay(desk: Any, reader: str, number: str = LI_MING, id_type: str = "resident-id", name: str = "李小明") -> Any:
    desk.readers[reader].read(Card("social", id_type, number, name))
    return desk.last


def scan(desk: Any, reader: str, text: str) -> Any:
    desk.readers[reader].read(Scanned(text))
    return desk.last


def test_a_card_at_the_kiosk_is_offered_masked_behind_a_handle(desk: Any) -> None:
    desk.roster("BK1", id_hmac=fingerprint("resident-id", LI_MING))
    at, news = lay(desk, "front")
    assert (at, news.kind, news.booked) == ("kiosk", "offer", True)
    assert (news.id_masked, news.name_masked, news.until) == ("110***********002X", "李*明", desk.bench.at + 60_000)
    told = msgspec.json.encode(news).decode()
    assert not any(secret in told for secret in (LI_MING, "李小明", "BK1", fingerprint("resident-id", LI_MING)))
    offer = desk.reception.offers.take(news.handle)
    assert offer.shown is not None and offer.shown.id_hmac == fingerprint("resident-id", LI_MING)


@pytest.mark.parametrize("more", [{"day": "2026-11-23"}, {"id_hmac": "00" * 32}])
def test_a_card_without_a_booking_of_today_is_offered_as_such(desk: Any, more: dict[str, Any]) -> None:
    desk.roster("BK1", **{"id_hmac": fingerprint("resident-id", LI_MING), **more})
    assert lay(desk, "front")[1].booked is False


def test_nothing_of_a_person_is_in_the_last_words(desk: Any) -> None:
    lay(desk, "front")
    words = desk.reception.readings.words("front")
    assert words and LI_MING not in words and "李" not in words and "110" not in words
    assert desk.reception.readings.words("w1") == ""


@pytest.mark.parametrize("text", ["bk1", "https://hall.example/b/BK1", " BK1\r"])
def test_a_scanned_code_is_offered_and_stays_on_the_node(desk: Any, text: str) -> None:
    desk.roster("BK1")
    at, news = scan(desk, "front", text)
    assert (at, news.kind, news.booked, news.id_masked) == ("kiosk", "offer", True, "")
    assert "BK1" not in msgspec.json.encode(news).decode()
    assert desk.reception.offers.take(news.handle).code == "BK1"


@pytest.mark.parametrize("text", [f"https://halls.example/t/bench/{SLIP}", f"http://10.0.0.9:8611/t/{SLIP}?lang=en"])
def test_a_slips_code_leads_to_its_page(desk: Any, text: str) -> None:
    assert scan(desk, "front", text)[1].path == f"/t/{SLIP}"


@pytest.mark.fault("F50")
def test_a_reader_that_sees_code_after_code_of_nobody_is_told_to_wait(desk: Any) -> None:
    desk.roster("BK1")
    for n in range(TRIES):
        assert scan(desk, "front", f"GUESS{n}")[1].kind == "offer"
    _, news = scan(desk, "front", "BK1")
    assert (news.kind, news.code, news.handle) == ("failed", "too_many_tries", "")
    assert desk.reception.tries.refused == 1
    desk.steady[0] += 600
    assert scan(desk, "front", "BK1")[1].booked


@pytest.mark.fault("F50")
def test_codes_that_an_old_roster_does_not_know_hold_up_no_reader(desk: Any) -> None:
    desk.roster("BK1")
    for _ in range(2 * TRIES):
        assert scan(desk, "front", "https://hall.example/b/ABCDEFGH2345")[1].kind == "offer"
        desk.steady[0] += 3
    assert scan(desk, "front", "BK1")[1].booked


def test_the_desk_hears_its_own_reader(desk: Any) -> None:
    assert lay(desk, "desk")[0] == "desk"
    assert lay(desk, "desk")[1].kind == "offer"


# --- at a window ---------------------------------------------------------------


@pytest.mark.clause("S0-34")
def test_a_card_at_a_window_is_compared_with_the_booking_of_the_customer_there(desk: Any) -> None:
    desk.roster("BK1", id_hmac=fingerprint("resident-id", LI_MING))
    checkins = desk.reception.checkins
    desk.bench.do(checkins.by_code("BK1", "kiosk"))
    desk.bench.open("1")
    desk.bench.wait(600)
    desk.bench.do(CallNext("1"))
    at, news = lay(desk, "w1")
    assert (at, news.kind, news.match) == ("counter:1", "verified", "same")
    verified = desk.bench.log[-1].event
    assert isinstance(verified, IdentityVerified)
    assert (verified.reader, verified.method, verified.assurance, verified.stage) == ("w1", "card", "high", "window")
    assert (verified.by, verified.booking, verified.id_type) == ("clerk-1", "BK1", "resident-id")
    other = lay(desk, "w1", "440524188001010014")[1]
    assert other.match == "other"
    assert LI_MING not in msgspec.json.encode([each.event for each in desk.bench.log]).decode()


def test_a_card_where_nobody_is_called_says_so(desk: Any) -> None:
    assert lay(desk, "w1")[1].kind == "failed"
    desk.bench.open("1")
    _, news = lay(desk, "w1")
    assert (news.kind, news.code) == ("failed", "no_ticket") and news.detail


def test_a_booking_code_is_of_no_use_at_a_window(desk: Any) -> None:
    assert scan(desk, "w1", "BK1")[1].code == "not_here"


# --- badges and failures -------------------------------------------------------


def test_a_badge_at_a_window_goes_to_the_login(desk: Any) -> None:
    _, news = lay(desk, "w1", "04A1B2C3", "badge", "")
    assert news.kind == "badge" and desk.badges == [("1", "04A1B2C3")]
    assert "04A1B2C3" not in msgspec.json.encode(news).decode()


def test_a_badge_at_the_kiosk_logs_nobody_in(desk: Any) -> None:
    _, news = lay(desk, "front", "04A1B2C3", "badge", "")
    assert (news.kind, news.code) == ("failed", "badge_here") and desk.badges == []


@pytest.mark.parametrize("code", ["pulled", "unknown_card", "unreadable", "expired"])
def test_a_reading_that_failed_is_said_where_it_happened(desk: Any, code: str) -> None:
    desk.readers["front"].failed(code, "Lay it on again.")
    at, news = desk.last
    assert (at, news.kind, news.code, news.detail) == ("kiosk", "failed", code, "Lay it on again.")
    assert desk.reception.readings.words("front") == "Lay it on again."


def test_a_wrong_number_on_a_card_is_said(desk: Any) -> None:
    _, news = lay(desk, "front", LI_MING[:-1] + "1")
    assert news.kind == "failed" and news.detail and LI_MING[:-1] not in news.detail


def test_one_listener_may_leave(desk: Any) -> None:
    gone: list[Any] = []
    leave = desk.reception.readings.listen(lambda at, news: gone.append(news))
    leave()
    lay(desk, "front")
    assert gone == [] and len(desk.heard) == 1


def test_what_a_scanner_typed_into_the_page_means_the_same(desk: Any) -> None:
    desk.roster("BK1")
    news = desk.reception.readings.scanned("kiosk page", "BK1")
    assert news.booked and news.kind == "offer"
    with pytest.raises(Refused):
        for n in range(TRIES + 1):
            desk.reception.readings.scanned("kiosk page", f"G{n}")
