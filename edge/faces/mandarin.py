"""PURE: how Mandarin is read aloud: numbers as people say them, characters as pinyin with tone numbers."""

import re
import tomllib
from functools import cache
from importlib import resources

_DIGITS = "零一二三四五六七八九"
_ONES = {"yi": "一", "yao": "幺"}
_PAUSES = "，。、；：,.;:"


def spelled(number: str, one: str = "yi") -> str:
    """Digit by digit, as numbers are read out: "A015" → "A零一五". `one`: 1 as 一 ("yi") or as 幺 ("yao")."""
    return "".join(_digit(character, one) for character in number)


def _digit(character: str, one: str) -> str:
    if character == "1":
        return _ONES[one]
    return _DIGITS[int(character)] if character in "0123456789" else character


def counted(text: str, one: str = "yi") -> str:
    """Digits inside a name as a count up to 99, longer ones digit by digit: "12号窗口" → "十二号窗口"."""
    return re.sub(r"[0-9]+", lambda found: _count(found.group(), one), text)


def _count(digits: str, one: str) -> str:
    value = int(digits)
    if digits.startswith("0") or value > 99:
        return spelled(digits, one)
    tens, ones = divmod(value, 10)
    ten = "" if tens == 0 else ("十" if tens == 1 else _DIGITS[tens] + "十")
    return ten + (_DIGITS[ones] if ones else "")


@cache
def _readings() -> tuple[dict[str, str], dict[str, str], int]:
    source = resources.files("edge.faces") / "mandarin.toml"
    table = tomllib.loads(source.read_text("utf-8"))
    words: dict[str, str] = table["words"]
    characters = {one: sound for sound, all_ in table["characters"].items() for one in all_}
    return words, characters, max(map(len, words))


def pinyin(text: str) -> str:
    """Syllables joined by blanks; capital letters stay (they are read by their names), punctuation is a pause.

    The longest word with a reading of its own is taken first. A character outside GB 2312 is left out.
    """
    words, characters, longest = _readings()
    sounds, at = [], 0
    while at < len(text):
        word = next((text[at : at + n] for n in range(longest, 1, -1) if text[at : at + n] in words), text[at])
        sounds.append(words.get(word) or characters.get(word) or _other(word))
        at += len(word)
    return " ".join(filter(None, sounds)).replace(" ,", ",")


def _other(character: str) -> str:
    if character in _PAUSES:
        return ","
    return character.upper() if character.isascii() and character.isalnum() else ""
