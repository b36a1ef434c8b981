"""A hall's rules as lines of the console: each sentence with what is changed by it, and how it reads by default."""

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec
from starlette_admin.i18n import get_locale
from starlette_admin.i18n import gettext as _

from central.console import shown
from central.console.language import said
from central.console.rules.labels import CHOICES, LABELS
from contract.catalogue import Catalogue, Rules
from contract.rule_bounds import BOUNDS, Fault, faults
from words.rules import sentences

DEFAULTS = Rules()


class Input(msgspec.Struct, frozen=True):
    """One rule of a form. `kind`: number, choice or yes_no. `bounds` of a number, `choices`: value to word."""

    name: str
    label: str
    kind: str
    value: str
    hint: str
    bounds: tuple[int, int] | None = None
    choices: tuple[tuple[str, str], ...] = ()


class Line(msgspec.Struct, frozen=True):
    """One sentence. `usual`: how it reads with the defaults, where that is another."""

    text: str
    usual: str | None
    inputs: tuple[Input, ...]


def lines(rules: Rules, base: Rules, catalogue: Catalogue | None) -> list[Line]:
    """The rules in force in sentences; the inputs hold `base`, which a change starts from."""
    classes = _classes(catalogue)
    usual = {one.rules: one.text for one in sentences(DEFAULTS, get_locale(), classes)}
    return [
        Line(
            one.text,
            None if one.text == usual.get(one.rules) else usual.get(one.rules),
            tuple(_input(name, base, classes) for name in one.rules),
        )
        for one in sentences(rules, get_locale(), classes)
    ]


def changes(before: Rules | None, after: Rules, catalogue: Catalogue | None) -> list[str]:
    """The sentences of `after` that read otherwise than before; all of them where nothing was before."""
    classes = _classes(catalogue)
    old = {one.rules: one.text for one in sentences(before, get_locale(), classes)} if before else {}
    return [one.text for one in sentences(after, get_locale(), classes) if old.get(one.rules) != one.text]


def changed(base: Rules, asked: Mapping[str, str]) -> Rules:
    """`base` with single rules as a form sends them. Raises ValueError naming the rule that is no number."""
    found: dict[str, Any] = {}
    for name, text in asked.items():
        usual = getattr(DEFAULTS, name)
        if isinstance(usual, bool):
            found[name] = text == "true"
        elif name in BOUNDS:
            found[name] = _whole(name, text)
        else:
            found[name] = text or None
    return msgspec.structs.replace(base, **found)


def complaints(rules: Rules, catalogue: Catalogue | None) -> Iterator[str]:
    """What is wrong with the rules, each as a sentence with the rule's name and what it may be."""
    return (_complaint(fault) for fault in faults(rules, catalogue))


def _complaint(fault: Fault) -> str:
    label = _label(fault.rule)
    if fault.rule in BOUNDS:
        least, most = BOUNDS[fault.rule]
        return _("%(rule)s: from %(a)d to %(b)d.") % {"rule": label, "a": least, "b": most}
    return _("%(rule)s: choose one of those offered.") % {"rule": label}


def _whole(name: str, text: str) -> int:
    digits = text.strip()
    if not (digits.isascii() and digits.isdigit() and len(digits) < 10):
        raise ValueError(_("%(rule)s: write a whole number.") % {"rule": _label(name)})
    return int(digits)


def _input(name: str, rules: Rules, classes: Mapping[str, str]) -> Input:
    value, label = getattr(rules, name), _label(name)
    if name in BOUNDS:
        least, most = BOUNDS[name]
        span = _("%(a)d to %(b)d") % {"a": least, "b": most}
        # What people know as minutes is set in seconds, so the present value is said in both.
        hint = _("seconds (now %(t)s), %(span)s") % {"t": shown.duration(value), "span": span}
        hint = hint if name.endswith("_s") else span
        return Input(name, label, "number", str(value), hint, (least, most))
    if isinstance(value, bool):
        return Input(name, label, "yes_no", "true" if value else "false", "")
    if name in CHOICES:
        words = tuple((code, str(word)) for code, word in CHOICES[name].items())
        return Input(name, label, "choice", value, "", choices=words)
    offered = (("", _("none: an ordinary ticket")), *classes.items())
    return Input(name, label, "choice", value or "", "", choices=offered)


def _label(name: str) -> str:
    return str(LABELS.get(name, name))


def _classes(catalogue: Catalogue | None) -> dict[str, str]:
    return {one.id: said(one.name, one.id) for one in catalogue.priority_classes} if catalogue else {}
