"""The colours of the pages: every text can be read on what it stands on (WCAG 2 AA)."""

import re

import pytest

from edge.web import pages

AA = 4.5
TEXT_ON = [
    ("ink", "paper"), ("ink", "surface"), ("ink", "sunken"), ("ink", "primary-soft"),
    ("ink-soft", "paper"), ("ink-soft", "surface"), ("ink-soft", "sunken"), ("ink-soft", "primary-soft"),
    ("primary", "surface"), ("primary", "primary-soft"), ("primary-strong", "primary-soft"),
    ("on-primary", "primary"), ("on-primary", "primary-strong"),
    ("good", "good-soft"), ("warn", "warn-soft"), ("bad", "bad-soft"), ("bad", "surface"), ("bad", "sunken"),
    ("special", "special-soft"),
]  # fmt: skip


def colours(block: str) -> dict[str, str]:
    text = (pages.STATIC / "tokens.css").read_text()
    rules = dict(re.findall(r"(:root|\.dark|\.contrast) \{(.*?)\n\}", text, re.S))
    found = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", rules[":root"]))
    if block == "light":
        return found
    return {**found, **dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", rules[f".{block}"]))}


def luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_the_measure_is_the_published_one() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("block", ["light", "dark", "contrast"])
@pytest.mark.parametrize(("text", "ground"), TEXT_ON)
def test_text_stands_out(block: str, text: str, ground: str) -> None:
    found = colours(block)
    assert contrast(found[text], found[ground]) >= AA


def test_colours_are_set_in_the_tokens_alone() -> None:
    allowed = {"#fff", "#000", "#04121d"}
    for sheet in pages.STATIC.glob("*.css"):
        if sheet.name in ("tokens.css", "panel.css"):  # the panel paints keys and slots of real things
            continue
        assert set(re.findall(r"#[0-9a-fA-F]{3,8}\b", sheet.read_text())) - allowed == set(), sheet.name
