"""The loudspeaker's queue: one at a time over all windows, oldest first, nothing stale, never too long."""

import logging
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from edge import config
from edge.announcer import Announcer
from edge.devices.ports import Phrase
from edge.devices.twins.voice import TwinVoice
from edge.effects import Announce
from tests.waiting import until


def calling(number: str) -> Announce:
    return Announce(number, {"zh": "1号窗口", "en": "Counter 1"}, again=False)


class Slow(TwinVoice):
    """Says nothing further until it is let."""

    def __init__(self) -> None:
        super().__init__(config.TwinVoice(id="v"))
        self.begun: list[str] = []
        self.ended: list[str] = []
        self.let = threading.Semaphore(0)

    def say(self, phrases: tuple[Phrase, ...]) -> None:
        self.begun.append(phrases[0].text)
        assert self.let.acquire(timeout=10)
        super().say(phrases)
        self.ended.append(phrases[0].text)


@pytest.fixture
def slow() -> Iterator[tuple[Announcer, Slow]]:
    voice = Slow()
    voice.open()
    announcer = Announcer([voice], ("en",), stale_s=60, most=3)
    announcer.start()
    yield announcer, voice
    voice.let.release(100)
    announcer.close()


def numbers(texts: list[str]) -> list[str]:
    return [text.split()[1].strip(",") for text in texts]


def test_one_after_the_other_in_the_order_of_the_calls(slow: tuple[Announcer, Slow]) -> None:
    announcer, voice = slow
    for number in ("A001", "B001", "A002"):
        announcer.add(calling(number))
    until(lambda: voice.begun)
    assert numbers(voice.begun) == ["A001"]
    voice.let.release(3)
    until(lambda: len(voice.ended) == 3)
    assert numbers(voice.ended) == ["A001", "B001", "A002"]


def test_closing_cuts_nothing_off_and_begins_nothing(slow: tuple[Announcer, Slow]) -> None:
    announcer, voice = slow
    announcer.add(calling("A001"))
    until(lambda: voice.begun)
    announcer.add(calling("A002"))
    closer = threading.Thread(target=announcer.close)
    closer.start()
    voice.let.release(2)
    closer.join(10)
    assert not closer.is_alive()
    assert numbers(voice.ended) == ["A001"]
    assert numbers(voice.begun) == ["A001"]


def test_too_many_waiting_give_way_from_the_oldest(
    slow: tuple[Announcer, Slow], caplog: pytest.LogCaptureFixture
) -> None:
    announcer, voice = slow
    announcer.add(calling("A000"))
    until(lambda: voice.begun)
    for n in range(1, 6):
        announcer.add(calling(f"A00{n}"))
    voice.let.release(10)
    until(lambda: len(voice.ended) == 4)
    assert numbers(voice.ended) == ["A000", "A003", "A004", "A005"]
    assert [record.message for record in caplog.records if "A001" in record.message]


def test_a_stale_call_is_dropped_and_logged(caplog: pytest.LogCaptureFixture) -> None:
    voice = TwinVoice(config.TwinVoice(id="v"))
    voice.open()
    announcer = Announcer([voice], ("en",), stale_s=0.0)
    announcer.add(calling("A001"))
    announcer.start()
    until(lambda: [record for record in caplog.records if "A001" in record.message])
    announcer.close()
    assert voice.lines() == ()


@pytest.mark.fault("F44")
def test_a_dead_loudspeaker_is_reported_once_and_speaks_again_when_well(caplog: pytest.LogCaptureFixture) -> None:
    voice = TwinVoice(config.TwinVoice(id="v"))
    tried: list[Any] = []
    say = voice.say
    voice.say = lambda phrases: (tried.append(phrases), say(phrases))[1]  # type: ignore[method-assign, func-returns-value]
    voice.open()
    voice.toggle("unplugged", True)
    announcer = Announcer([voice], ("en",))
    announcer.start()
    with caplog.at_level(logging.WARNING):
        for n in range(3):
            announcer.add(calling(f"A00{n}"))
        until(lambda: len(tried) == 3)
    assert [record.message for record in caplog.records if "silent" in record.message].__len__() == 1
    voice.toggle("unplugged", False)
    announcer.add(calling("A009"))
    until(lambda: voice.lines())
    announcer.close()
    assert "A009" in voice.lines()[0].text


def test_a_fault_costs_one_call_and_not_the_loudspeaker(caplog: pytest.LogCaptureFixture) -> None:
    voice = TwinVoice(config.TwinVoice(id="v"))
    say = voice.say

    def odd(phrases: tuple[Phrase, ...]) -> None:
        if "A001" in phrases[0].text:
            raise ValueError("no such word")
        say(phrases)

    voice.say = odd  # type: ignore[method-assign]
    voice.open()
    announcer = Announcer([voice], ("en",))
    assert not announcer.alive
    announcer.start()
    for number in ("A001", "A002"):
        announcer.add(calling(number))
    until(lambda: voice.lines())
    assert announcer.alive
    announcer.close()
    assert ["A002" in line.text for line in voice.lines()] == [True]
    assert "no such word" in caplog.text
