"""Columns of the lists: times in local time, durations, codes with words for them, bytes made readable."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec
from starlette.requests import Request
from starlette_admin import BaseField, BooleanField, IntegerField, StringField
from starlette_admin.fields import EnumField
from starlette_admin.i18n import get_timezone
from starlette_admin.types import RequestAction

from central.console import dead_words, shown
from central.console.language import said
from central.console.names import Kind, Names
from central.slip_token import struck


@dataclass
class Moment(IntegerField):
    """Wall time in ms, shown in the console's time zone; a file gets it with its offset."""

    searchable: bool = False
    filters: list[type[Any]] | None = field(default_factory=list)

    async def serialize_value(self, request: Request, value: Any) -> Any:
        """The time as text."""
        return shown.moment(int(value), get_timezone())


@dataclass
class TimeOfDay(Moment):
    """A moment beside a column that tells its day: lists show the time alone."""

    async def serialize_value(self, request: Request, value: Any) -> Any:
        """The time as text."""
        whole: str = await super().serialize_value(request, value)
        return whole.rpartition(" ")[2] if request.state.action == RequestAction.LIST else whole


@dataclass
class Seconds(IntegerField):
    """A duration; a file gets plain seconds."""

    async def serialize_value(self, request: Request, value: Any) -> Any:
        """The duration as text."""
        return value if request.state.action == RequestAction.EXPORT else shown.duration(value)


@dataclass
class Code(EnumField):
    """One of a few codes, shown as a coloured word. `colours` maps a code to a Tabler colour."""

    colours: Mapping[Any, str] = field(default_factory=dict)
    list_template: str = "fields/code.html"
    detail_template: str = "fields/code.html"

    async def serialize_value(self, request: Request, value: Any) -> Any:
        """Code and word; a code this version does not know is shown as it is."""
        if request.state.action == RequestAction.EXPORT:
            return value
        words = dict(self._get_choices(request))
        return {"code": value, "word": str(words.get(value, value))}


@dataclass
class Worded(StringField):
    """A text kept as a code or in English, in the reader's language by `words`; files get it as it is kept."""

    words: Callable[[str], str] = str

    async def serialize_value(self, request: Request, value: Any) -> Any:
        """The text in words."""
        return value if request.state.action == RequestAction.EXPORT else self.words(value)


@dataclass
class DeadReason(StringField):
    """Why something became a dead letter, in words; beside it what was found, as it is kept and as files have it."""

    list_template: str = "fields/dead_reason.html"
    detail_template: str = "fields/dead_reason.html"

    async def parse_obj(self, request: Request, obj: Any) -> Any:
        """Word and kept reason."""
        if request.state.action == RequestAction.EXPORT:
            return obj.reason
        return dead_words.why(obj)

    async def serialize_value(self, request: Request, value: Any) -> Any:
        """As parsed."""
        return value


@dataclass
class YesNo(BooleanField):
    """Yes or no as a word. `alarm`: the answer that is a trouble and is shown red; None: neither is."""

    alarm: bool | None = None
    list_template: str = "fields/yes_no.html"
    detail_template: str = "fields/yes_no.html"


@dataclass
class Named(StringField):
    """The id of a hall, service or counter, shown by its name (`names.of_rows` has read them); files get the id."""

    kind: Kind = "hall"

    async def parse_obj(self, request: Request, obj: Any) -> Any:
        """The name in the reader's language, the id where it is not known."""
        id_ = getattr(obj, self.name)
        known: Names | None = getattr(request.state, "names", None)
        if not id_ or known is None or request.state.action == RequestAction.EXPORT:
            return id_
        name = said(known.of(self.kind, obj.hall, id_), id_)
        return f"{name} ({id_})" if request.state.action == RequestAction.DETAIL and name != id_ else name


COUNTER = "counter:"
"""Before a counter's id, where a place is one."""


@dataclass
class Place(Named):
    """Where something happened: a counter by its name, anything else by its own."""

    kind: Kind = "counter"

    async def parse_obj(self, request: Request, obj: Any) -> Any:
        """The place in words."""
        place, known = getattr(obj, self.name), getattr(request.state, "names", None)
        if not place.startswith(COUNTER) or known is None or request.state.action == RequestAction.EXPORT:
            return place or None
        id_ = place.removeprefix(COUNTER)
        return said(known.of("counter", obj.hall, id_), id_)


@dataclass
class Hash(BaseField):
    """A digest in hex, cut short in lists."""

    searchable: bool = False
    orderable: bool = False

    async def serialize_value(self, request: Request, value: Any) -> Any:
        """Hex digits."""
        text = value.hex() if isinstance(value, bytes) else str(value)
        return text[:12] + "…" if request.state.action == RequestAction.LIST else text


@dataclass
class Raw(BaseField):
    """Bytes as they came but for slips' secrets: JSON laid out, anything else with unreadable bytes escaped."""

    searchable: bool = False
    orderable: bool = False
    list_template: str = "fields/raw_line.html"
    detail_template: str = "fields/raw.html"

    async def serialize_value(self, request: Request, value: Any) -> Any:
        """Readable text of the bytes."""
        raw = struck(value if isinstance(value, bytes) else str(value).encode())
        if request.state.action != RequestAction.DETAIL:
            return raw.decode("utf-8", "backslashreplace")
        try:
            return msgspec.json.format(raw, indent=2).decode()
        except (msgspec.DecodeError, UnicodeDecodeError):
            return raw.decode("utf-8", "backslashreplace")


def text(name: str, label: Any, **options: Any) -> StringField:
    """A plain text column."""
    return StringField(name, label=label, **options)


def number(name: str, label: Any, **options: Any) -> IntegerField:
    """A whole number."""
    return IntegerField(name, label=label, **options)
