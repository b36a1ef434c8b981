"""Every word of the console is there in both languages, and every number is written as people read it."""

import re
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from starlette_admin import i18n

import central.console
from central.booking import life
from central.console import codes, device_words, language, shown
from central.console.people import audit_words
from central.hooks import events
from central.metrics.formulas import Rate
from contract.directives import DIRECTIVES
from words import messages as messages_of

FOLDER = Path(central.console.__file__).parent


@pytest.fixture(autouse=True)
def installed() -> Iterator[None]:
    language.install()
    yield
    i18n.set_locale("en")


def messages() -> set[str]:
    methods = [("**.py", "python"), ("**/templates/**.html", "jinja2")]
    options = {"**/templates/**.html": {"silent": "false", "newstyle_gettext": "true"}}
    keywords = {"_": None, "gettext": None, "lazy_gettext": None, "ngettext": (1, 2)}
    found = extract_from_dir(FOLDER, methods, options, keywords)
    return {message[0] if isinstance(message, tuple) else message for _, _, message, _, _ in found}


def test_every_message_has_chinese_words() -> None:
    found = messages()
    assert len(found) > 200
    chinese = i18n.translations["zh"]
    missing = [one for one in found if chinese._catalog.get(one) is None and (one, 0) not in chinese._catalog]  # type: ignore[attr-defined]
    assert missing == []


def test_every_directive_has_a_word() -> None:
    assert dict(codes.DIRECTIVE).keys() == DIRECTIVES.keys()


def test_every_way_of_a_booking_has_words_in_the_trail() -> None:
    for code in (*events.TYPES, *(f"booking.{status}" for status in life.STATUSES if status != "displaced")):
        assert audit_words.action(code) != code


def test_devices_say_the_same_words_as_in_their_hall() -> None:
    i18n.set_locale("zh")
    hall = messages_of("edge", "pages", "zh")
    for cause in device_words.KNOWN:
        assert device_words.why(cause) == hall[cause]


def test_the_words_name_the_same_values_in_both_languages() -> None:
    chinese = i18n.translations["zh"]
    for one in messages():
        names = sorted(re.findall(r"%\(\w+\)|\{\w+\}", one))
        assert (
            sorted(
                re.findall(
                    r"%\(\w+\)|\{\w+\}", chinese.ngettext(one, one, 2) if "%(num)" in one else chinese.ugettext(one)
                )
            )
            == names
        )


@pytest.mark.parametrize(
    ("seconds", "english", "chinese"),
    [
        (0, "0 s", "0 秒"),
        (59.6, "1 min", "1 分钟"),
        (200, "3 min 20 s", "3 分 20 秒"),
        (Fraction(7201, 2), "1 h 00 min", "1 小时 00 分"),
        (3 * 86_400, "3 days", "3 天"),
        (None, "–", "–"),
    ],
)
def test_durations(seconds: float | None, english: str, chinese: str) -> None:
    i18n.set_locale("en")
    assert shown.duration(seconds) == english
    i18n.set_locale("zh")
    assert shown.duration(seconds) == chinese


def test_a_share_of_nothing_is_a_dash() -> None:
    assert shown.percent(Rate(0, 0)) == "–"
    assert shown.percent(Rate(1, 8)) == "12.5 %"


def test_moments_are_told_in_the_halls_time_zone() -> None:
    assert shown.moment(0, "Asia/Shanghai") == "1970-01-01 08:00:00"
