"""PURE: what the loudspeaker says. Numbers only, never names."""

from contract.catalogue import Text
from edge.devices.ports import Phrase
from edge.faces.mandarin import counted, pinyin, spelled
from words import catalogue

_CALL = "Ticket {number}, please go to {place}."
_AGAIN = "Your attention again, please. Ticket {number}, please go to {place}."


def call(number: str, place: Text, languages: tuple[str, ...], *, again: bool = False) -> tuple[Phrase, ...]:
    """One phrase for each language, in that order. `place`: the counter's name; `again`: a repeated call."""
    return tuple(_phrase(number, place, language, again) for language in languages)


def _phrase(number: str, place: Text, language: str, again: bool) -> Phrase:
    sentence = catalogue("edge", "faces", language).gettext(_AGAIN if again else _CALL)
    name = place.get(language) or next(iter(place.values()), "")
    if language == "zh":
        text = sentence.format(number=spelled(number), place=counted(name))
        return Phrase(language, text, pinyin(text))
    # A comma behind the letter, else "A" is read as the article.
    letters = number.rstrip("0123456789")
    digits = " ".join(number[len(letters) :])
    spoken = sentence.format(number=f"{' '.join(letters)}, {digits}", place=name)
    return Phrase(language, sentence.format(number=number, place=name), spoken)
