"""PURE: a relayed message in words."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from words import catalogue

KINDS = ("message", "visitor", "mail", "outage")
Text = Mapping[str, str]


class Said(NamedTuple):
    subject: str
    body: str


def said(
    kind: str, text: str, facts: Mapping[str, Any], hall: Text, language: str, *, urgent: bool, link: str = ""
) -> Said:
    """What its recipient reads. `link`: where he acknowledges it; empty where nobody knows the site's address."""
    _ = catalogue("central", "notices", language).gettext
    name = hall.get(language) or next(iter(hall.values()), "")
    subject = head(kind, language).format(hall=name)
    if urgent:
        subject = _("Urgent: {subject}").format(subject=subject)
    acknowledge = _("Please say that you have it, and answer: {link}").format(link=link) if link else ""
    lines = (subject, what(kind, text, facts, language), acknowledge)
    return Said(subject, "\n".join(line for line in lines if line))


def over(kind: str, result: str, hall: Text, language: str) -> Said:
    """What those are told at the end who were told of an outage."""
    _ = catalogue("central", "notices", language).gettext
    name = hall.get(language) or next(iter(hall.values()), "")
    subject = _("Over: {what}").format(what=head(kind, language).format(hall=name))
    return Said(subject, "\n".join(line for line in (subject, result) if line))


def head(kind: str, language: str) -> str:
    """With `{hall}` in it."""
    _ = catalogue("central", "notices", language).gettext
    return {
        "message": _("Message from {hall}"),
        "visitor": _("Your visitor is in {hall}"),
        "mail": _("Mail for you in {hall}"),
        "outage": _("Line failure in {hall}"),
    }[kind]


def what(kind: str, text: str, facts: Mapping[str, Any], language: str) -> str:
    """The message itself; of a visitor, who it is."""
    if kind != "visitor" or not facts:
        return text
    _ = catalogue("central", "notices", language).gettext
    known = {name: facts.get(name, "") for name in ("name", "host", "purpose", "number")}
    first = _("{name} would like to see {host}. Purpose: {purpose}. Badge {number}.").format(**known)
    return f"{first}\n{text}" if text else first
