"""The parts of the slip's page: its words, its colours, its pace, whose language it speaks."""

import re
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

import central.site
from central.asked_language import wanted
from central.pace import Pace, network
from central.site.said import age, wait
from central.slip_token import struck

FOLDER = Path(central.site.__file__).parent
PO = FOLDER.parent / "locale" / "zh" / "LC_MESSAGES" / "site.po"
GROUNDS = [
    ("ink", "paper"), ("ink", "surface"), ("soft", "surface"), ("soft", "paper"), ("link", "paper"),
    ("calm-ink", "calm"), ("go-ink", "go"), ("ask-ink", "ask"), ("over-ink", "over"),
    ("wrong", "surface"), ("wrong", "wrong-ground"), ("ink", "wrong-ground"), ("good", "surface"), ("band-ink", "band"),
    ("link", "surface"), ("surface", "link"), ("link", "calm"), ("ink", "calm"), ("ink", "ask"), ("soft", "over"),
]  # fmt: skip


def test_every_sentence_is_there_in_chinese_with_the_same_places() -> None:
    methods = [("**.py", "python"), ("**/templates/**.html", "jinja2")]
    keywords = {"_": None, "gettext": None, "ngettext": (1, 2)}
    found = extract_from_dir(FOLDER, methods, {}, keywords)
    said = {message if isinstance(message, str) else message[0] for _, _, message, _, _ in found}
    with PO.open("rb") as source:
        chinese = {one.id if isinstance(one.id, str) else one.id[0]: one.string for one in read_po(source) if one.id}
    assert said == set(chinese) and len(said) > 25
    for english, translated in chinese.items():
        words = translated if isinstance(translated, str) else translated[0]
        places = re.compile(r"\{\w+\}")
        assert sorted(places.findall(english)) == sorted(places.findall(words)), english
        assert re.search("[一-鿿：]", words), english


def luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("ink", "ground"), GROUNDS)
def test_text_stands_out(ink: str, ground: str, scheme: int) -> None:
    blocks = re.findall(r":root \{([^}]*)\}", (FOLDER / "colours.css").read_text())
    colours = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", blocks[scheme]))
    darker, lighter = sorted((luminance(colours[ink]), luminance(colours[ground])))
    assert (lighter + 0.05) / (darker + 0.05) >= 4.5


@pytest.mark.parametrize(
    ("asked", "accepted", "language"),
    [
        (None, "", "zh"),
        (None, "*", "zh"),
        (None, "de-DE,de;q=0.9", "en"),
        (None, "fr, zh-TW;q=0.4", "zh"),
        (None, "en;q=0.3, zh;q=0.8", "zh"),
        (None, "zh;q=x, en;q=0.1", "en"),
        ("en", "zh", "en"),
        ("xx", "zh", "zh"),
    ],
)
def test_the_language(asked: str | None, accepted: str, language: str) -> None:
    assert wanted(asked, accepted) == language


def test_the_wait_is_said_as_on_the_slip() -> None:
    assert wait(0, 40, "en") == "about 1 minute"
    assert wait(61, 100, "en") == "about 2 minutes"
    assert wait(600, 1190, "zh") == "约10至20分钟"


@pytest.mark.parametrize(
    ("ms", "english"),
    [(59_999, "less than a minute"), (60_000, "1 minute"), (7_200_000, "2 hours"), (49 * 3_600_000, "2 days")],
)
def test_ages(ms: int, english: str) -> None:
    assert age(ms, "en") == english


def test_an_allowance_comes_back_with_time() -> None:
    pace = Pace(per_minute=60)
    assert [pace.admit("192.0.2.1", 100.0) for _ in range(61)] == [True] * 60 + [False]
    assert not pace.admit("192.0.2.1", 100.5)
    assert pace.admit("192.0.2.1", 102.0)
    assert pace.admit("192.0.2.2", 100.0)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2001:db8::1", "2001:db8::ffff:2", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("::ffff:192.0.2.1", "192.0.2.1", True),
        ("192.0.2.1", "192.0.2.2", False),
        ("fe80::1%eth0", "fe80::1", True),
    ],
)
def test_who_shares_an_allowance(one: str, other: str, same: bool) -> None:
    assert (network(one) == network(other)) == same


@pytest.mark.parametrize(
    "raw",
    [
        b'{"seq":1,"data":{"ticket":"A","token":"SECRET","n":1}}',
        b'{"token" : "SECRET"}',
        b'{"token":"SE\\"SECRET"}',
        b'{"boot":"\xff\xfe","token":"SECRET","x',
        b'{"data":{"token":"SECRE',
        b'[{"token":"SECRET"},{"token":"SECRET2"}]',
    ],
)
def test_a_slips_secret_is_blotted_out(raw: bytes) -> None:
    out = struck(raw)
    assert b"SECRE" not in out
    assert out.startswith(raw[: raw.index(b'"token"')]), "nothing before it changes"


def test_what_holds_no_secret_stays_byte_for_byte() -> None:
    for raw in (b'{"tokens":"x","kind":"token"}', b"\xff\x00", b'{"token":5}'):
        assert struck(raw) == raw
