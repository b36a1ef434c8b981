"""Every kind of card through real PC/SC: pyscard, pcscd, vpcd and a virtual card that answers as the real one."""

import queue
from collections.abc import Iterator

import pytest

from edge import config
from edge.devices.cards.closed import PASSPORT, RESIDENT
from edge.devices.pcsc_reader import UNREADABLE, PcscReader
from edge.devices.ports import Card, Scanned
from edge.devices.twins import chips
from edge.devices.twins.virtual_card import VirtualCard
from tests import vpcd

NUMBER = "11010519491231002X"
Told = Card | Scanned | tuple[str, str]


class Bench:
    """A reader under the private pcscd; `told` is what it tells, in its order."""

    def __init__(self, *profiles: str) -> None:
        self.daemon = vpcd.daemon()
        self.daemon.ready()
        self._told: queue.Queue[Told] = queue.Queue()
        self.reader = PcscReader(config.PcscReader(id="r", profiles=profiles))
        self.reader.watch(self._told.put, lambda code, sentence: self._told.put((code, sentence)))
        self.reader.open()

    def lay(self, chip: chips.Chip) -> Told:
        card = VirtualCard(chip, self.daemon.wire())
        try:
            return self._told.get(timeout=60)
        finally:
            card.pull()
            self.daemon.settle()


@pytest.fixture
def bench() -> Iterator[Bench]:
    made = Bench()
    yield made
    made.reader.close()


CARDS = [
    (
        chips.SocialSecurityChip(NUMBER, "买买提·艾合"),
        Card("social-security", "social-security", NUMBER, "买买提·艾合", "2033-06-30"),
    ),
    (
        chips.SocialSecurityChip(NUMBER, "李明", by_tag=False),
        Card("social-security", "social-security", NUMBER, "李明"),
    ),
    (chips.TaiwanNhiChip("A223456781", "林淑芬"), Card("taiwan-nhi", "taiwan-id", "A223456781", "林淑芬")),
    (
        chips.ThaiIdChip("1234545678781", "นาย#สมชาย##ใจดี"),
        Card("thai-id", "thai-id", "1234545678781", "สมชาย ใจดี", "2030-01-31"),
    ),
    (
        chips.BelgianEidChip("85073003328", "Désiré", "Jan " + "x" * 300),
        Card("belgian-eid", "belgian-id", "85073003328", "Jan " + "x" * 300 + " Désiré", "2031-03-09"),
    ),
    (chips.BadgeChip("04A1B2C3D4E5F6"), Card("badge", "badge", "04A1B2C3D4E5F6", "")),
]


@pytest.mark.parametrize(("chip", "card"), CARDS, ids=lambda each: type(each).__name__)
def test_every_kind_of_card_is_read_whole_and_never_asked_for_a_pin(bench: Bench, chip: chips.Chip, card: Card) -> None:
    assert bench.lay(chip) == card
    assert chip.seen and 0x20 not in {apdu[1] for apdu in chip.seen}


def test_an_expired_card_is_read_and_says_so(bench: Bench) -> None:
    told = bench.lay(chips.SocialSecurityChip(NUMBER, "李明", until="20180630"))
    assert isinstance(told, Card) and told.valid_until == "2018-06-30"


@pytest.mark.parametrize("atr", [chips.contact_atr(b"\x99" * 15), chips.contactless_atr(b"\x01")])
def test_a_card_is_known_by_select_whatever_its_atr(bench: Bench, atr: bytes) -> None:
    chip = chips.SocialSecurityChip(NUMBER, "李明")
    chip.atr = atr
    told = bench.lay(chip)
    assert isinstance(told, Card) and told.number == NUMBER


@pytest.mark.parametrize(
    ("chip", "sentence"), [(chips.ResidentIdChip("04A1B2C3"), RESIDENT), (chips.PassportChip("08112233"), PASSPORT)]
)
def test_cards_that_stay_closed_tell_the_way_on(bench: Bench, chip: chips.Chip, sentence: str) -> None:
    assert bench.lay(chip) == ("unknown_card", sentence)


def test_a_card_laid_on_the_wrong_way_round_does_not_answer(bench: Bench) -> None:
    chip = chips.Chip()
    chip.atr = b"\x00"
    assert bench.lay(chip) == ("unreadable", UNREADABLE)


def test_a_card_that_lay_there_before_is_read_when_the_reader_opens() -> None:
    daemon = vpcd.daemon()
    daemon.ready()
    card = VirtualCard(chips.SocialSecurityChip(NUMBER, "李明"), daemon.wire())
    told: queue.Queue[Told] = queue.Queue()
    reader = PcscReader(config.PcscReader(id="r"))
    reader.watch(told.put, lambda code, sentence: told.put((code, sentence)))
    reader.open()
    try:
        found = told.get(timeout=60)
        assert isinstance(found, Card) and found.number == NUMBER
    finally:
        reader.close()
        card.pull()
        daemon.settle()


def test_only_the_profiles_of_the_configuration_are_tried() -> None:
    bench = Bench("thai-id")
    try:
        chip = chips.SocialSecurityChip(NUMBER, "李明")
        told = bench.lay(chip)
        assert isinstance(told, tuple) and told[0] == "unknown_card"
        assert not any(apdu.hex().upper().endswith("C9E7BBE1B1A3D5CF") for apdu in chip.seen)
    finally:
        bench.reader.close()


def test_a_reader_of_another_name_is_not_taken() -> None:
    vpcd.daemon().ready()
    reader = PcscReader(config.PcscReader(id="r", name="ACS"))
    health = reader.check()
    assert health.status == "failed" and "ACS" in health.cause and "Virtual PCD" in health.cause
