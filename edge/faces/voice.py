"""PURE: what the loudspeaker says. Numbers only, never names."""

from typing import Literal

from contract.catalogue import Text
from edge.devices.ports import Phrase
from edge.faces.mandarin import counted, pinyin, spelled
from words import catalogue

One = Literal["yi", "yao"]

_CALL = "Ticket {number}, please go to {place}."
_AGAIN = "Your attention again, please. Ticket {number}, please go to {place}."
_WELCOME = "Welcome to {place}."
_OVER = "The emergency is over. Thank you for your patience."
_EMERGENCY = {
    "fire": "Fire. Please leave the hall calmly by the nearest exit and follow the staff.",
    "incident": "This is an emergency. Please keep calm and follow the staff.",
    "power": "The power has failed. Please stay where you are and follow the staff.",
    "network": "The network has failed. Calls are halted. Please wait.",
    "device": "The system has failed. Calls are halted. Please wait.",
}
_BOTH = ("zh", "en")


def call(
    number: str, place: Text, languages: tuple[str, ...], *, again: bool = False, one: One = "yi"
) -> tuple[Phrase, ...]:
    """One phrase for each language, in that order. `place`: the counter's name; `again`: a repeated call."""
    return tuple(_phrase(_AGAIN if again else _CALL, language, place, one, number) for language in languages)


def welcome(place: Text, languages: tuple[str, ...], *, one: One = "yi") -> tuple[Phrase, ...]:
    """Greets whoever came to the counter named `place`."""
    return tuple(_phrase(_WELCOME, language, place, one) for language in languages)


def emergency(kind: str) -> tuple[Phrase, ...]:
    """In both languages whatever the hall's own are; a kind nobody knows reads as an incident."""
    return tuple(_phrase(_EMERGENCY.get(kind, _EMERGENCY["incident"]), language) for language in _BOTH)


def all_clear() -> tuple[Phrase, ...]:
    """The emergency has ended; in both languages."""
    return tuple(_phrase(_OVER, language) for language in _BOTH)


def _phrase(sentence: str, language: str, place: Text | None = None, one: One = "yi", number: str = "") -> Phrase:
    told = catalogue("edge", "faces", language).gettext(sentence)
    name = (place or {}).get(language) or next(iter((place or {}).values()), "")
    if language == "zh":
        text = told.format(number=spelled(number, one), place=counted(name, one))
        return Phrase(language, text, pinyin(text))
    # A comma behind the letter, else "A" is read as the article.
    letters = number.rstrip("0123456789")
    digits = " ".join(number[len(letters) :])
    spoken = told.format(number=f"{' '.join(letters)}, {digits}", place=name)
    return Phrase(language, told.format(number=number, place=name), spoken)
