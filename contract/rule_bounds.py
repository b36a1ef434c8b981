"""PURE: what values each rule may have. The hall refuses what lies outside, the centre does not send it."""

from collections.abc import Iterator
from typing import Any

import msgspec

from contract.catalogue import Catalogue, Rules

BOUNDS: dict[str, tuple[int, int]] = {
    "priority": (1, 20),
    "ordinary": (1, 20),
    "return_after": (0, 99),
    "returns_max": (0, 9),
    "undo_within_s": (0, 3600),
    "reprint_within_s": (0, 86_400),
    "rating_within_s": (0, 3600),
    "rating_token_days": (0, 30),
    "rings": (1, 20),
    "ring_s": (1, 600),
    "eta_window": (1, 200),
    "limit_s": (1, 86_400),
    "limit_complex_s": (1, 86_400),
    "warn_before_s": (0, 86_400),
    "idle_alert_s": (10, 86_400),
    "pause_max_s": (10, 86_400),
    "return_within_s": (0, 86_400),
    "ageing_s": (0, 86_400),
    "checkin_open_s": (0, 86_400),
    "grace_s": (0, 86_400),
    "insert_after": (0, 99),
    "busy_s": (0, 86_400),
    "move_back_s": (60, 7200),
    "move_backs_max": (0, 9),
    "self_test_before_s": (0, 14_400),
    "checklist_before_s": (0, 14_400),
    "consult_s": (10, 3600),
}
"""A whole number: the least and the most, both allowed. Names that end in `_s` are seconds."""

CHOICES: dict[str, tuple[str, ...]] = {
    "transfer_place": ("original", "end"),
    "ring": ("clerk", "auto"),
    "choose": ("clerk", "supervisor", "nobody"),
    "booked": ("priority", "ordinary"),
    "verify": ("remind", "require"),
}


class Fault(msgspec.Struct, frozen=True):
    """One rule that cannot be so. `text`: a sentence with the rule's name and what it may be."""

    rule: str
    text: str


def faults(rules: Rules, catalogue: Catalogue | None = None) -> Iterator[Fault]:
    """Every rule outside its bounds; with a catalogue also those that name what it does not have."""
    for name, (least, most) in BOUNDS.items():
        value: Any = getattr(rules, name)
        if isinstance(value, bool) or not least <= value <= most:
            yield Fault(name, f"rules.{name} must be {least} to {most}, not {value}.")
    for name, choices in CHOICES.items():
        if getattr(rules, name) not in choices:
            yield Fault(name, f"rules.{name} must be one of {', '.join(choices)}.")
    known = [each.id for each in catalogue.priority_classes] if catalogue else []
    if catalogue and rules.fallback_class is not None and rules.fallback_class not in known:
        text = f"rules.fallback_class: no priority class {rules.fallback_class!r}; there are: {', '.join(known)}."
        yield Fault("fallback_class", text)
