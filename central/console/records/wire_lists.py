"""The lists of the wire: what came of the nodes' journals, and every oddity of it."""

from typing import Any

from starlette_admin.i18n import lazy_gettext as _

from central.console import codes, doubt_words
from central.console.records.fields import Code, DeadReason, Hash, Moment, Raw, Worded, YesNo, number, text
from central.console.records.read_only import ReadOnly
from central.db.tables import DeadLetter, Fork, Hole, Refusal, StoredEvent, Stream, VerdictRow


class Events(ReadOnly):
    """Every event the centre holds, as it came."""

    menu_label = _("Events")
    display_name = _("Event")
    icon = "fa-solid fa-list-ol"
    key = "events"
    fields: list[Any] = [
        number("id", _("Arrival")),
        number("stream", _("Epoch no.")),
        number("seq", _("Number")),
        Moment("at", _("Time")),
        text("type", _("Type")),
        Raw("raw", _("As it came")),
        Hash("hash", _("Chain hash"), exclude_from_list=True),
    ]
    searchable_fields: list[str] = ["type"]
    sortable_fields: list[str] = ["id", "stream", "seq", "at", "type"]
    fields_default_sort: list[Any] = [("id", True)]


class Epochs(ReadOnly):
    """The epochs of the nodes and how far each is acknowledged."""

    menu_label = _("Epochs")
    display_name = _("Epoch")
    key = "epochs"
    fields: list[Any] = [
        number("id", _("Epoch no.")),
        text("node", _("Node")),
        text("epoch", _("Epoch")),
        text("prev_epoch", _("Epoch before")),
        number("acked", _("Acknowledged up to")),
        YesNo("forked", label=_("Forked"), alarm=True),
        Moment("created_at", _("First seen")),
        Hash("hash", _("Chain hash")),
    ]
    fields_default_sort: list[Any] = [("id", True)]


class Verdicts(ReadOnly):
    """What each hello was answered."""

    menu_label = _("Verdicts")
    display_name = _("Verdict")
    key = "verdicts"
    fields: list[Any] = [
        Moment("at", _("Time")),
        text("node", _("Node")),
        Code("verdict", _("Verdict"), choices=codes.VERDICT, colours=codes.VERDICT_COLOURS),
        Worded("reason", label=_("Reason"), words=doubt_words.told),
        text("hw", _("Hardware")),
        text("boot", _("Boot"), exclude_from_list=True),
        number("conn", _("Connection")),
        text("generation", _("Generation"), exclude_from_list=True),
        number("id", _("Key"), exclude_from_list=True),
    ]
    fields_default_sort: list[Any] = [("id", True)]


def _range() -> list[Any]:
    """The columns of a range of events of one epoch, and why it is there."""
    return [
        Moment("at", _("Time")),
        text("node", _("Node")),
        text("epoch", _("Epoch")),
        number("first", _("First number")),
        number("last", _("Last number")),
        text("reason", _("Reason")),
    ]


class Refusals(ReadOnly):
    """Ranges of events that could not be read and were asked for again."""

    menu_label = _("Refusals")
    display_name = _("Refusal")
    key = "refusals"
    fields: list[Any] = [
        *_range(),
        number("id", _("Key"), exclude_from_list=True),
    ]
    fields_default_sort: list[Any] = [("id", True)]


class Holes(ReadOnly):
    """Events that can never be had any more, as the nodes declared."""

    menu_label = _("Holes")
    display_name = _("Hole")
    key = "holes"
    fields: list[Any] = [
        *_range(),
        text("prev_hash", _("Hash before"), exclude_from_list=True),
        text("next_hash", _("Hash after"), exclude_from_list=True),
        number("id", _("Key"), exclude_from_list=True),
    ]
    fields_default_sort: list[Any] = [("id", True)]


class DeadLetters(ReadOnly):
    """Bytes nobody could read."""

    menu_label = _("Dead letters")
    display_name = _("Dead letter")
    key = "dead-letters"
    fields: list[Any] = [
        Moment("at", _("Time")),
        text("node", _("Node")),
        text("topic", _("Topic")),
        text("epoch", _("Epoch"), exclude_from_list=True),
        number("seq", _("Number")),
        DeadReason("reason", label=_("Reason")),
        number("size", _("Bytes")),
        Raw("raw", _("As it came")),
        number("id", _("Key"), exclude_from_list=True),
    ]
    searchable_fields: list[str] = ["node", "topic", "reason"]
    sortable_fields: list[str] = ["at", "node", "topic", "seq", "reason", "size"]
    fields_default_sort: list[Any] = [("id", True)]


class Forks(ReadOnly):
    """The same number with other bytes; both copies are kept."""

    menu_label = _("Forks")
    display_name = _("Fork")
    key = "forks"
    fields: list[Any] = [
        Moment("at", _("Time")),
        text("node", _("Node")),
        text("epoch", _("Epoch")),
        number("seq", _("Number")),
        Raw("raw", _("The other copy")),
        Hash("hash", _("Its hash")),
        Hash("stored_hash", _("Hash of the stored one")),
        text("boot", _("Boot"), exclude_from_list=True),
        number("conn", _("Connection")),
        number("id", _("Key"), exclude_from_list=True),
    ]
    searchable_fields: list[str] = ["node", "epoch"]
    sortable_fields: list[str] = ["at", "node", "epoch", "seq", "conn"]
    fields_default_sort: list[Any] = [("id", True)]


def of_the_wire() -> list[ReadOnly]:
    """In the order of the menu."""
    return [
        Events(StoredEvent),
        Epochs(Stream),
        Verdicts(VerdictRow),
        Refusals(Refusal),
        Holes(Hole),
        DeadLetters(DeadLetter),
        Forks(Fork),
    ]
