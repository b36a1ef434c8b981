"""The loudspeaker: espeak-ng speaks into files, one sound is put together, aplay plays it.

espeak-ng playing by itself was seen to say nothing and return 0, and a sound put together beforehand
cannot be cut off between its sentences.
"""

import subprocess
import tempfile
import threading
import wave
from functools import lru_cache
from pathlib import Path

from edge import config
from edge.devices.chime import chime, silence
from edge.devices.ports import Health, Phrase
from edge.errors import DeviceError

RATE = 22050
"""What espeak-ng writes, samples a second."""
_VOICES = {"zh": "cmn-latn-pinyin", "en": "en"}
_SPEAKS_S = 10
_AFTER_CHIME_S, _BETWEEN_S, _AGAIN_S = 0.2, 0.5, 1.0


@lru_cache(maxsize=1)
def _chime() -> bytes:
    return chime(RATE)


class EspeakVoice:
    """Announcements over the ALSA device `section.output`."""

    kind = "voice"

    def __init__(self, section: config.EspeakVoice) -> None:
        self.id = section.id
        self._section = section
        self._lock = threading.Lock()
        self._health = Health("failed", "not opened yet")

    def open(self) -> None:
        """Plays a moment of silence, so a missing sound device is known before the first call."""
        self._try(silence(0.05, RATE))

    def close(self) -> None:
        self._health = Health("failed", "closed")

    def health(self) -> Health:
        return self._health

    def check(self) -> Health:
        """Plays the chime."""
        self._try(_chime())
        return self._health

    def say(self, phrases: tuple[Phrase, ...], times: int | None = None) -> None:
        with self._lock:
            try:
                self._play(self.sound(phrases, times))
            except DeviceError as error:
                self._health = Health("failed", error.detail)
                raise
            self._health = Health("ok")

    def sound(self, phrases: tuple[Phrase, ...], times: int | None = None) -> bytes:
        """The whole announcement as 16-bit mono samples at `RATE`: chime, the phrases `times` over, each time all."""
        once = silence(_BETWEEN_S, RATE).join(self._spoken(phrase) for phrase in phrases)
        said = silence(_AGAIN_S, RATE).join([once] * (times or self._section.times))
        return (_chime() + silence(_AFTER_CHIME_S, RATE) if self._section.chime else b"") + said

    def _try(self, samples: bytes) -> None:
        with self._lock:
            try:
                self._run(["espeak-ng", "--version"], _SPEAKS_S, "espeak-ng")
                self._play(samples)
            except DeviceError as error:
                self._health = Health("failed", error.detail)
            else:
                self._health = Health("ok")

    def _spoken(self, phrase: Phrase) -> bytes:
        voice = _VOICES.get(phrase.language, phrase.language)
        with tempfile.TemporaryDirectory(prefix="voice-") as folder:
            file = Path(folder) / "phrase.wav"
            speak = ["espeak-ng", "-v", voice, "-s", str(self._section.speed), "-w", str(file), phrase.spoken]
            self._run(speak, _SPEAKS_S, "espeak-ng")
            try:
                with wave.open(str(file)) as sound:
                    return bytes(sound.readframes(sound.getnframes()))
            except (OSError, EOFError, wave.Error) as error:
                raise DeviceError(f"espeak-ng wrote no sound: {error}") from error

    def _play(self, samples: bytes) -> None:
        seconds = len(samples) / 2 / RATE
        with tempfile.TemporaryDirectory(prefix="voice-") as folder:
            file = Path(folder) / "announcement.wav"
            with wave.open(str(file), "wb") as sound:
                sound.setparams((1, 2, RATE, 0, "NONE", ""))
                sound.writeframes(samples)
            self._run(["aplay", "-q", "-D", self._section.output, str(file)], seconds + 5, "alsa-utils")

    def _run(self, command: list[str], timeout_s: float, package: str) -> None:
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=timeout_s, check=False)
        except FileNotFoundError as error:
            raise DeviceError(f"{command[0]} is missing: install {package}") from error
        except subprocess.TimeoutExpired as error:
            raise DeviceError(f"{command[0]} did not finish within {timeout_s:.0f} s") from error
        if done.returncode:
            said = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
            raise DeviceError(f"no sound on {self._section.output!r}: {command[0]}: {said}")
