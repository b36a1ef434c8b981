"""The booking rules as lines of a page, and what a form changes of them."""

from collections.abc import Mapping
from typing import Any

import msgspec
from starlette_admin.i18n import gettext as _

from central.booking.rules import BOUNDS, BookingRules
from central.booking.rules import minutes as clock
from central.console.booking.rule_labels import LABELS
from central.console.booking.rule_words import SENTENCES
from central.console.rules.words import Input, Line
from central.errors import Invalid

DEFAULTS = BookingRules()


def lines(rules: BookingRules) -> list[Line]:
    """Every sentence, how it reads by default where that is another, and its inputs."""
    return [
        Line(
            say(rules),
            None if say(rules) == say(DEFAULTS) else say(DEFAULTS),
            tuple(_input(name, rules) for name in names),
        )
        for names, say in SENTENCES.items()
    ]


def changes(before: BookingRules | None, after: BookingRules) -> list[str]:
    """The sentences that read otherwise than before."""
    return [say(after) for say in SENTENCES.values() if before is None or say(before) != say(after)]


def changed(base: BookingRules, asked: Mapping[str, str]) -> BookingRules:
    """`base` with single rules as a form sends them. Raises Invalid naming the rule, in the reader's words."""
    return msgspec.structs.replace(base, **{name: _value(name, text.strip()) for name, text in asked.items()})


def _value(name: str, text: str) -> Any:
    label = str(LABELS[name])
    if name in BOUNDS:
        least, most = BOUNDS[name]
        if not (text.isascii() and text.isdigit() and least <= int(text[:9]) <= most):
            raise Invalid(_("%(rule)s: from %(a)d to %(b)d.") % {"rule": label, "a": least, "b": most}, name)
        return int(text)
    if isinstance(getattr(DEFAULTS, name), bool):
        return text == "true"
    if text and clock(text) is None:
        raise Invalid(_("%(rule)s: write a time like 16:30.") % {"rule": label}, name)
    return text


def _input(name: str, rules: BookingRules) -> Input:
    value, label = getattr(rules, name), str(LABELS[name])
    if name in BOUNDS:
        least, most = BOUNDS[name]
        return Input(name, label, "number", str(value), _("%(a)d to %(b)d") % {"a": least, "b": most}, (least, most))
    if isinstance(value, bool):
        return Input(name, label, "yes_no", "true" if value else "false", "")
    return Input(name, label, "time", value, "")
