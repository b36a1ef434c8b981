"""What a customer shows or types, made into commands; nothing of it is the number itself."""

from typing import Any

import msgspec
import pytest

from edge.devices.ports import Card
from edge.errors import Invalid, Refused
from edge.people.checkin import OFFER_MS, tidy_code, verification
from edge.people.tries import TRIES, WITHIN_S, TooMany, Tries
from tests.unit.checkin.conftest import LI_MING, fingerprint

USCC = "91110000600037341L"


def card(number: str = LI_MING, until: str | None = None, name: str = "李小明") -> Card:
    return Card("social", "resident-id", number, name, until)


def whole(thing: Any) -> str:
    return msgspec.json.encode(thing).decode()


def test_a_card_is_known_by_its_fingerprint_and_shown_masked(desk: Any) -> None:
    shown = desk.reception.checkins.card(card(), "front")
    assert (shown.method, shown.id_hmac) == ("card", fingerprint("resident-id", LI_MING))
    assert (shown.id_masked, shown.name_masked, shown.reader) == ("110***********002X", "李*明", "front")
    assert LI_MING not in whole(shown) and "李小明" not in whole(shown)


@pytest.mark.parametrize(
    ("until", "ends"), [("2026-11-21", True), ("2026-11-22", False), ("long-term", False), (None, False)]
)
def test_a_document_serves_up_to_its_last_day(desk: Any, until: str | None, ends: bool) -> None:
    if ends:
        with pytest.raises(Refused) as refused:
            desk.reception.checkins.card(card(until=until), "front")
        assert refused.value.code == "expired"
    else:
        assert desk.reception.checkins.card(card(until=until), "front").valid_until == until


def test_a_number_typed_by_hand_needs_a_reason_and_is_typed(desk: Any) -> None:
    checkins = desk.reception.checkins
    for nothing in (None, "", "  "):
        with pytest.raises(Invalid) as refused:
            checkins.typed("resident-id", LI_MING, nothing)
        assert refused.value.field == "reason"
    shown = checkins.typed("resident-id", LI_MING.lower(), "card broken")
    assert (shown.method, shown.reason) == ("typed", "card broken")
    assert shown.id_hmac == fingerprint("resident-id", LI_MING)


def test_a_wrong_number_is_refused_without_repeating_it(desk: Any) -> None:
    wrong = LI_MING[:-1] + "1"
    with pytest.raises(Invalid) as refused:
        desk.reception.checkins.typed("resident-id", wrong, "card broken")
    assert wrong not in refused.value.detail and refused.value.field == "number"


def test_an_organisation_is_known_by_its_code(desk: Any) -> None:
    shown = desk.reception.checkins.typed("uscc", USCC, "licence on paper")
    assert (shown.id_type, shown.id_hmac) == ("uscc", fingerprint("uscc", USCC))
    assert USCC not in whole(shown)


def test_a_badge_is_never_typed(desk: Any) -> None:
    with pytest.raises(Invalid) as refused:
        desk.reception.checkins.typed("badge", "04A1B2C3", "no badge")
    assert refused.value.field == "id_type"
    assert "badge" not in desk.reception.kinds


def test_the_machine_readable_lines_of_a_passport_are_a_scan(desk: Any) -> None:
    lines = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F3012154ZE184226B<<<<<14"
    shown = desk.reception.checkins.page(lines, "front")
    assert (shown.method, shown.id_type) == ("scan", "passport")
    assert shown.id_hmac == fingerprint("passport", "L898902C3") and "L898902C3" not in whole(shown)
    assert desk.reception.checkins.page("BK1234", "front") is None


def test_commands_carry_method_and_fresh_tokens(desk: Any) -> None:
    checkins = desk.reception.checkins
    by_card = checkins.by_shown(checkins.card(card(), "front"), "kiosk")
    by_number = checkins.by_shown(checkins.typed("resident-id", LI_MING, "no card"), "kiosk")
    by_code, by_staff = checkins.by_code(" bk 12 ", "kiosk"), checkins.by_code("BK12", "desk", staff=True)
    by_phone = checkins.by_phone("+86 138-1234-1234", "bk12", "kiosk")
    made = [by_card, by_number, by_code, by_staff, by_phone]
    assert [each.method for each in made] == ["card", "number", "code", "staff", "phone"]
    assert (by_code.code, by_phone.code) == ("BK12", "BK12")
    assert by_phone.phone_hmac == checkins.by_phone("13812341234", "X", "kiosk").phone_hmac
    assert len({each.token for each in made}) == 5 and "138" not in whole(by_phone).replace(by_phone.phone_hmac, "")


def test_a_verification_goes_with_its_ticket_or_its_counter(desk: Any) -> None:
    shown = desk.reception.checkins.card(card(), "w1")
    at_window, at_arrival = verification(shown, "1001", counter="1"), verification(shown, "kiosk", ticket="T")
    assert (at_window.counter, at_window.ticket, at_window.reader) == ("1", None, "w1")
    assert (at_arrival.counter, at_arrival.ticket) == (None, "T")
    assert at_window.verification != at_arrival.verification
    assert LI_MING not in whole(at_window)


# --- offers and tries ----------------------------------------------------------


def test_an_offer_serves_once(desk: Any) -> None:
    offer = desk.reception.offers.put(code="BK1")
    assert desk.reception.offers.take(offer.handle).code == "BK1"
    with pytest.raises(Refused) as refused:
        desk.reception.offers.take(offer.handle)
    assert refused.value.code == "offer_gone"


def test_an_offer_ends_after_a_minute(desk: Any) -> None:
    early, late = desk.reception.offers.put(code="BK1"), desk.reception.offers.put(code="BK2")
    desk.bench.at += OFFER_MS - 1
    assert desk.reception.offers.take(early.handle).code == "BK1"
    desk.bench.at += 1
    with pytest.raises(Refused):
        desk.reception.offers.take(late.handle)


def test_open_offers_do_not_gather(desk: Any) -> None:
    offers = [desk.reception.offers.put(code=f"BK{n}") for n in range(100)]
    with pytest.raises(Refused):
        desk.reception.offers.take(offers[0].handle)
    assert desk.reception.offers.take(offers[-1].handle).code == "BK99"


def test_ten_wrong_tries_and_then_a_wait_that_passes() -> None:
    now = [0.0]
    tries = Tries(lambda: now[0])
    for n in range(TRIES):
        tries.check("kiosk")
        tries.count("kiosk")
        now[0] = float(n)
    with pytest.raises(TooMany) as refused:
        tries.check("kiosk")
    assert refused.value.left_s == WITHIN_S - now[0] and "10 min" in refused.value.detail
    assert tries.refused == 1
    tries.check("other")
    now[0] = WITHIN_S  # the first two are forgotten
    tries.check("kiosk")
    tries.count("kiosk")
    tries.check("kiosk")
    tries.count("kiosk")
    with pytest.raises(TooMany):
        tries.check("kiosk")


@pytest.mark.parametrize(("typed", "meant"), [(" bk-12 ", "BK-12"), ("bk 12\t34", "BK1234"), ("BK", "BK")])
def test_a_code_may_be_typed_loosely(typed: str, meant: str) -> None:
    assert tidy_code(typed) == meant
