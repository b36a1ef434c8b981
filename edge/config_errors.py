"""PURE: turns a decoder's complaint about a configuration into a sentence a technician can act on."""

import difflib
import re
import types
import typing
from collections.abc import Iterable
from typing import Any

import msgspec

from edge.errors import ConfigError

_AT = re.compile(r"^(?P<what>.*?)(?: - at `\$(?P<path>[^`]*)`)?$")
_UNKNOWN = re.compile(r"unknown field `(?P<key>[^`]+)`")
_MISSING = re.compile(r"missing required field `(?P<key>[^`]+)`")
_TAG = re.compile(r"[Ii]nvalid (?:enum )?value '(?P<value>[^']*)'")
_STEP = re.compile(r"\.(?P<name>\w+)|\[(?P<index>\d+|\.\.\.)\]")


def nearest(word: str, known: Iterable[str]) -> str:
    """`"; did you mean 'x'?"`, or a full stop when no name is near."""
    match = difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f"; did you mean {match[0]!r}?" if match else "."


def explained(error: msgspec.ValidationError, document: dict[str, Any], settings: type) -> ConfigError:
    """The same complaint with section, key, bounds and the nearest right name."""
    match = _AT.match(str(error))
    assert match is not None
    what, path = match["what"], match["path"] or ""
    where = _section(path)
    if unknown := _UNKNOWN.search(what):
        key = unknown["key"]
        known = _fields_at(path, document, settings)
        return ConfigError(
            f"{where}: unknown key {key!r}{nearest(key, known)} Known here: {', '.join(known)}",
            _field(path, key),
        )
    if missing := _MISSING.search(what):
        return ConfigError(f"{where}: the key {missing['key']!r} is missing", _field(path, missing["key"]))
    if tag := _TAG.search(what):
        known = _tags_at(path, document, settings)
        return ConfigError(
            f"{where}: {tag['value']!r} is none of {', '.join(known)}{nearest(tag['value'], known)}",
            _field(path, ""),
        )
    return ConfigError(f"{where}: {_with_bounds(what)}", _field(path, ""))


def _section(path: str) -> str:
    """`.keys[0].bind` → `[[keys]] entry 1, bind`."""
    words: list[str] = []
    for step in _STEP.finditer(path):
        if step["name"]:
            words.append(step["name"])
        elif step["index"] == "...":
            words[-1] = f"{words[-1]}, one entry"
        else:
            words[-1] = f"{words[-1]}, entry {int(step['index']) + 1}"
    return f"[{words[0]}]" + "".join(f" {w}" for w in words[1:]) if words else "top level"


def _field(path: str, key: str) -> str:
    return ".".join(filter(None, [path.lstrip("."), key]))


def _with_bounds(what: str) -> str:
    patterns = {
        r"^[a-z0-9-]{1,32}$": "1 to 32 lowercase letters, digits and hyphens",
        r"^([01]\d|2[0-3]):[0-5]\d$": "a time HH:MM, 00:00 to 23:59",
    }
    for pattern, words in patterns.items():
        if pattern in what or repr(pattern) in what or pattern.replace("\\", "\\\\") in what:
            return f"expected {words}"
    return what[:1].lower() + what[1:]


def _fields_at(path: str, document: Any, kind: Any) -> list[str]:
    """The keys the schema knows at a place of the document."""
    kind, value = _walk(path, document, kind)
    struct = _struct(kind, value)
    tag = getattr(struct.__struct_config__, "tag_field", None)
    return [*([tag] if tag else []), *struct.__struct_fields__]


def _tags_at(path: str, document: Any, kind: Any) -> list[str]:
    """The values a key may have: the members' tags, or those of a Literal."""
    section, _, key = path.rpartition(".")
    kind, value = _walk(section, document, kind)
    members = [m.__struct_config__ for m in typing.get_args(kind) if hasattr(m, "__struct_config__")]
    if tags := [m.tag for m in members if m.tag_field == key]:
        return tags
    literal = typing.get_type_hints(_struct(kind, value))[key.partition("[")[0]]
    while literal and typing.get_origin(literal) is not typing.Literal:
        literal = typing.get_args(literal)[0]
    return [str(choice) for choice in typing.get_args(literal)]


def _walk(path: str, value: Any, kind: Any) -> tuple[Any, Any]:
    """Type and value at a place of the document."""
    for step in _STEP.finditer(path):
        if step["name"]:
            kind = typing.get_type_hints(_struct(kind, value))[step["name"]]
            value = value[step["name"]]
        else:
            kind = typing.get_args(kind)[0]
            value = value[int(step["index"])] if step["index"] != "..." else {}
    return kind, value


def _struct(kind: Any, value: Any) -> Any:
    """The struct meant: itself, the one of an optional, or the one of a tagged union the value names."""
    if isinstance(kind, types.UnionType):
        members = [m for m in typing.get_args(kind) if m is not type(None)]
        for member in members:
            config = member.__struct_config__
            if config.tag_field and value.get(config.tag_field) == config.tag:
                return member
        return members[0]
    return kind
