"""The loudspeaker's queue: one at a time over all windows, oldest first, nothing stale, never too long."""

import logging
import threading
import time
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from edge import config
from edge.announcer import Announcer, Speaker
from edge.devices.ports import Phrase
from edge.devices.twins.voice import TwinVoice
from edge.effects import AllClear, Announce, Greet, Warn
from edge.hall.view import EMPTY, HallView
from edge.stage import Stage
from tests.waiting import until


def calling(number: str) -> Announce:
    return Announce(number, {"zh": "1号窗口", "en": "Counter 1"}, again=False)


class Slow(TwinVoice):
    """Says nothing further until it is let."""

    def __init__(self) -> None:
        super().__init__(config.TwinVoice(id="v"))
        self.begun: list[str] = []
        self.ended: list[str] = []
        self.times: list[int | None] = []
        self.let = threading.Semaphore(0)

    def say(self, phrases: tuple[Phrase, ...], times: int | None = None) -> None:
        self.begun.append(phrases[0].text)
        self.times.append(times)
        assert self.let.acquire(timeout=60)
        super().say(phrases, times)
        self.ended.append(phrases[0].text)


@pytest.fixture
def slow() -> Iterator[tuple[Announcer, Slow]]:
    voice = Slow()
    voice.open()
    announcer = Announcer([Speaker(voice)], ("en",), stale_s=60, most=3)
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
    until(lambda: announcer._closing)
    voice.let.release(2)
    closer.join(60)
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
    announcer = Announcer([Speaker(voice)], ("en",), stale_s=0.0)
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

    def noted(phrases: tuple[Phrase, ...], times: int | None = None) -> None:
        try:
            say(phrases)
        finally:
            tried.append(phrases)

    voice.say = noted  # type: ignore[method-assign]
    voice.open()
    voice.toggle("unplugged", True)
    announcer = Announcer([Speaker(voice)], ("en",))
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

    def odd(phrases: tuple[Phrase, ...], times: int | None = None) -> None:
        if "A001" in phrases[0].text:
            raise ValueError("no such word")
        say(phrases)

    voice.say = odd  # type: ignore[method-assign]
    voice.open()
    announcer = Announcer([Speaker(voice)], ("en",))
    assert not announcer.alive
    announcer.start()
    for number in ("A001", "A002"):
        announcer.add(calling(number))
    until(lambda: voice.lines())
    assert announcer.alive
    announcer.close()
    assert ["A002" in line.text for line in voice.lines()] == [True]
    assert "no such word" in caplog.text


# --- emergencies, welcomes, quiet hours ---------------------------------------------

FIRE = "火警，火警，请保持镇静，听从工作人员指引，从最近的安全出口有序撤离"
OVER = "紧急情况已经解除，感谢您的配合"


def test_an_emergency_is_next_after_what_is_being_said_and_calls_are_dropped(slow: tuple[Announcer, Slow]) -> None:
    announcer, voice = slow
    announcer.add(calling("A001"))
    until(lambda: voice.begun)
    announcer.add(calling("A002"))
    announcer.add(Warn("fire"))
    announcer.add(calling("A003"))
    assert voice.ended == [], "nothing is cut off"
    voice.let.release(2)
    until(lambda: FIRE in voice.ended)
    assert numbers(voice.ended[:1]) == ["A001"]
    assert voice.begun[1:] == [FIRE]
    assert voice.times == [None, 1]
    announcer.add(AllClear())
    announcer.add(calling("A004"))
    voice.let.release(10)
    until(lambda: len(voice.ended) == 4)
    assert voice.ended[2] == OVER
    assert numbers(voice.ended[3:]) == ["A004"]


def test_a_warning_is_repeated_until_it_ends_and_then_no_more() -> None:
    voice = TwinVoice(config.TwinVoice(id="v"))
    voice.open()
    announcer = Announcer([Speaker(voice)], ("en",), again_s=0.01)
    announcer.start()
    announcer.add(Warn("fire"))
    until(lambda: len(voice.lines()) >= 6)
    announcer.add(AllClear())
    until(lambda: voice.lines()[0].text.startswith("The emergency is over"))
    announcer.add(calling("A001"))
    until(lambda: "A001" in voice.lines()[0].text)
    announcer.close()
    chinese = [line.text for line in voice.lines() if line.language == "zh"]
    assert chinese[0] == OVER and set(chinese[1:]) == {FIRE}
    assert len(chinese) >= 4


def test_between_two_warnings_is_time_for_the_staff_to_speak(slow: tuple[Announcer, Slow]) -> None:
    announcer, voice = slow
    began = time.monotonic()
    announcer.add(Warn("fire"))
    until(lambda: voice.begun)
    voice.let.release()
    until(lambda: voice.ended)
    announcer.add(Warn("fire"))  # told again (a restart): no second voice
    with announcer._changed:
        again_at = announcer._warn_at
    assert again_at - began > 10 and again_at - time.monotonic() <= 20
    assert len(voice.begun) == 1


def test_quiet_hours_silence_calls_and_welcomes_on_that_loudspeaker_only() -> None:
    office, hall = (TwinVoice(config.TwinVoice(id=name)) for name in ("office", "hall"))
    now = [1_793_246_400_000]  # 2026-10-29 12:00 in Shanghai
    for voice in (office, hall):
        voice.open()
    announcer = Announcer(
        [Speaker(office, (("12:00", "14:00"),)), Speaker(hall)], ("en",), wall=lambda: now[0], again_s=60
    )
    announcer.start()
    announcer.add(calling("A001"))
    announcer.add(Greet({"en": "Counter 1"}))
    until(lambda: len(hall.lines()) == 2)
    assert office.lines() == ()
    announcer.add(Warn("fire"))
    until(lambda: len(hall.lines()) == 4)
    announcer.add(AllClear())
    until(lambda: len(hall.lines()) == 6)
    assert [line.text for line in office.lines() if line.language == "zh"] == [OVER, FIRE]
    now[0] += 2 * 3_600_000
    announcer.add(calling("A002"))
    until(lambda: len(hall.lines()) == 7)
    announcer.close()
    assert "A002" in office.lines()[0].text


def test_each_loudspeaker_reads_one_as_it_is_set() -> None:
    yi, yao = TwinVoice(config.TwinVoice(id="yi")), TwinVoice(config.TwinVoice(id="yao"))
    for voice in (yi, yao):
        voice.open()
    announcer = Announcer([Speaker(yi), Speaker(yao, one="yao")], ("zh",))
    announcer.start()
    announcer.add(calling("A001"))
    until(lambda: yao.lines())
    announcer.close()
    assert yi.lines()[0].text == "请A零零一号到一号窗口办理业务"
    assert yao.lines()[0].text == "请A零零幺号到一号窗口办理业务"


class OneLine:
    """A line that nothing happens on."""

    def __init__(self, view: HallView) -> None:
        self.view = view

    def subscribe(self, told: Any) -> Any:
        return lambda: None


def test_an_emergency_that_lasts_since_before_a_restart_is_spoken_again() -> None:
    voice = TwinVoice(config.TwinVoice(id="v"))
    voice.open()
    announcer = Announcer([Speaker(voice)], ("zh",))
    view = msgspec.structs.replace(EMPTY, emergency="fire")
    stage = Stage(OneLine(view), None, announcer)  # type: ignore[arg-type]
    stage.open()
    until(lambda: voice.lines())
    stage.close()
    assert voice.lines()[-1].text == FIRE
