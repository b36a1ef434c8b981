"""One suite for every loudspeaker: espeak-ng and aplay on an ALSA device that is a file, and the twin."""

import array
import threading
import time
import wave
from collections.abc import Callable, Iterator
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import pytest

from edge import config
from edge.devices.chime import chime, silence
from edge.devices.espeak_voice import RATE, EspeakVoice
from edge.devices.ports import Voice
from edge.devices.twins.voice import TwinVoice
from edge.errors import DeviceError
from edge.faces.voice import call

CALL = call("A005", {"zh": "2号窗口", "en": "Counter 2"}, ("zh", "en"))

ALSA = """
pcm.null {{ type null }}
pcm.hall {{ type plug slave.pcm {{ type file slave.pcm null file "{played}" format raw }} }}
"""


class Bench(NamedTuple):
    """A voice under test; `unplug` takes its sound device away, `plug` brings it back."""

    voice: EspeakVoice | TwinVoice
    unplug: Callable[[], object]
    plug: Callable[[], object]


@pytest.fixture
def played(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the sound goes that is played on the ALSA device "hall"."""
    file, conf = tmp_path / "played.raw", tmp_path / "asound.conf"
    conf.write_text(ALSA.format(played=file))
    monkeypatch.setenv("ALSA_CONFIG_PATH", str(conf))
    return file


@pytest.fixture(params=["espeak", "twin"])
def bench(request: pytest.FixtureRequest, played: Path) -> Iterator[Bench]:
    if request.param == "twin":
        twin = TwinVoice(config.TwinVoice(id="v"), lambda: 7)
        made = Bench(twin, lambda: twin.toggle("unplugged", True), lambda: twin.toggle("unplugged", False))
    else:
        conf = played.with_name("asound.conf")
        text = conf.read_text()
        voice = EspeakVoice(config.EspeakVoice(id="v", output="hall"))
        made = Bench(voice, partial(conf.write_text, ""), partial(conf.write_text, text))
    made.voice.open()
    yield made
    made.voice.close()


def test_says_it_and_is_well(bench: Bench) -> None:
    port: Voice = bench.voice
    assert port.health().status == "ok"
    port.say(CALL)
    assert port.check().status == "ok"


@pytest.mark.fault("F44")
def test_no_sound_device_is_an_error_and_comes_back_by_itself(bench: Bench) -> None:
    bench.unplug()
    with pytest.raises(DeviceError):
        bench.voice.say(CALL)
    assert bench.voice.health().status == "failed"
    assert bench.voice.health().cause
    bench.plug()
    bench.voice.say(CALL)
    assert bench.voice.health().status == "ok"


@pytest.mark.fault("F44")
def test_opening_without_a_sound_device_does_not_raise_and_says_so(bench: Bench) -> None:
    bench.voice.close()
    bench.unplug()
    bench.voice.open()
    assert bench.voice.health().status == "failed"


def test_two_calls_at_once_are_said_one_after_the_other() -> None:
    voice = TwinVoice(config.TwinVoice(id="v"), takes_s=0.2)
    voice.open()
    begun = time.monotonic()
    threads = [threading.Thread(target=voice.say, args=(CALL,)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert time.monotonic() - begun >= 0.4
    assert [line.language for line in voice.lines()] == ["en", "zh"] * 2


def test_the_whole_announcement_reaches_the_sound_device(played: Path) -> None:
    voice = EspeakVoice(config.EspeakVoice(id="v", output="hall", times=2))
    sound = voice.sound(CALL)
    voice.say(CALL)
    assert played.read_bytes()[: len(sound)] == sound
    once = EspeakVoice(config.EspeakVoice(id="v", output="hall", times=1)).sound(CALL)
    spoken = len(once) - len(chime(RATE))
    assert len(sound) - len(once) > spoken * 0.9, "the second time is as long as the first"
    assert 3 < spoken / 2 / RATE < 20


def test_how_often_may_be_said_with_the_phrase(played: Path) -> None:
    """A welcome is said once, however often calls are."""
    voice = EspeakVoice(config.EspeakVoice(id="v", output="hall", times=2))
    once = voice.sound(CALL, 1)
    assert once == EspeakVoice(config.EspeakVoice(id="v", times=1)).sound(CALL)
    voice.say(CALL, 1)
    assert len(played.read_bytes()) < len(voice.sound(CALL)) * 0.7


def test_the_chime_is_two_falling_tones_and_does_not_clip() -> None:
    samples = array.array("h", chime(RATE))
    assert 8000 < max(map(abs, samples)) < 32767

    def crossings(start: float, seconds: float) -> float:
        part = samples[round(start * RATE) : round((start + seconds) * RATE)]
        return sum(a < 0 <= b for a, b in pairwise(part)) / seconds

    assert crossings(0.25, 0.15) == pytest.approx(659, rel=0.05)
    assert crossings(1.15, 0.2) == pytest.approx(523, rel=0.05)
    assert silence(0.5, RATE) == bytes(RATE)


def test_without_a_chime_the_words_come_at_once() -> None:
    plain = EspeakVoice(config.EspeakVoice(id="v", chime=False, times=1)).sound(CALL)
    with_chime = EspeakVoice(config.EspeakVoice(id="v", chime=True, times=1)).sound(CALL)
    assert with_chime.endswith(plain) and len(with_chime) - len(plain) > len(chime(RATE)) - 2


def test_missing_programs_are_named_with_their_package(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    voice = EspeakVoice(config.EspeakVoice(id="v"))
    voice.open()
    assert voice.health().status == "failed"
    assert "espeak-ng" in voice.health().cause


def test_the_synthesiser_writes_the_rate_we_put_together(tmp_path: Path) -> None:
    voice = EspeakVoice(config.EspeakVoice(id="v"))
    file = tmp_path / "x.wav"
    voice._run(["espeak-ng", "-v", "cmn-latn-pinyin", "-w", str(file), "ling2"], 10, "espeak-ng")
    with wave.open(str(file)) as sound:
        assert (sound.getframerate(), sound.getnchannels(), sound.getsampwidth()) == (RATE, 1, 2)


def test_the_twin_keeps_the_last_lines_newest_first() -> None:
    voice = TwinVoice(config.TwinVoice(id="v"), lambda: 7, keep=3)
    voice.open()
    voice.say(CALL)
    voice.say(call("B001", {"zh": "1号窗口"}, ("zh",)))
    voice.say(call("B002", {"zh": "1号窗口"}, ("zh",)))
    assert [line.text[:6] for line in voice.lines()] == ["请B零零二号", "请B零零一号", "Ticket"]
    assert voice.lines()[0].at == 7
    with pytest.raises(KeyError):
        voice.toggle("paper_out", True)
