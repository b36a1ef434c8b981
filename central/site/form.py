"""Reads a form that was sent: no more of it than a person can have typed, and only from a page of ours (F52)."""

from typing import Annotated
from urllib.parse import parse_qsl, urlsplit

from fastapi import Depends, Request

from central.errors import CentralError

LONGEST = 256 * 1024
"""Bytes; the longest form that can be filled in has a tenth of them."""
READ_ON = 4 * 1024 * 1024
"""So much of a longer one is read and thrown away, so that its browser gets to see the answer."""
MOST_FIELDS = 120


Kept = list[tuple[str, str]]
"""Fields as they were typed, a name as often as it has values."""


class FormRefused(CentralError):
    """The form is not looked at. `field` is the one that is too long."""

    def __init__(self, status: int, detail: str, field: str | None = None) -> None:
        super().__init__(detail, field)
        self.status = status


CHOSEN = ("form", "choose", "matter", "day", "slot", "lang")
"""Fields of a form that are not typed."""


class Form:
    """The fields as text. What no person can type, and no database keep, is left out."""

    def __init__(self, pairs: list[tuple[str, str]]) -> None:
        self._values: dict[str, list[str]] = {}
        for name, value in pairs:
            self._values.setdefault(name, []).append(_typed(value))

    def text(self, name: str) -> str:
        """The last value; empty where there is none."""
        return self._values.get(name, [""])[-1]

    def all(self, name: str) -> tuple[str, ...]:
        return tuple(self._values.get(name, ()))

    @property
    def unsent(self) -> bool:
        """A language was chosen while it was filled in: it is shown again in that one, and nothing is done."""
        return bool(self.text("lang"))

    @property
    def choosing(self) -> tuple[str, str, str] | None:
        """Matter, day and slot as chosen so far, where something is chosen anew with the rest of the form kept."""
        chosen = self.text("matter"), self.text("day"), self.text("slot")
        match self.text("choose"):
            case "":
                return None
            case "matter":
                return "", "", ""
            case "day":
                return chosen[0], "", ""
            case "time":
                return chosen[0], chosen[1], ""
        return chosen

    def others(self, *names: str) -> Kept:
        """All fields but these, as they were typed."""
        return [(name, value) for name, values in self._values.items() if name not in names for value in values]

    def under(self, prefix: str) -> dict[str, str]:
        """Values of the fields `prefix…`, by the rest of their names."""
        return {
            name.removeprefix(prefix): values[-1] for name, values in self._values.items() if name.startswith(prefix)
        }


async def read(request: Request) -> Form:
    """Raises FormRefused."""
    _require_ours(request)
    kept = bytearray()
    total = 0
    async for chunk in request.stream():
        total += len(chunk)
        kept += chunk[: max(0, LONGEST - len(kept))]
        if total > READ_ON:
            break
    if total > LONGEST:
        raise FormRefused(413, "this is more than anybody can type", _longest(bytes(kept)))
    try:
        return Form(_pairs(bytes(kept)))
    except ValueError:
        raise FormRefused(413, f"a form has at most {MOST_FIELDS} fields") from None


Sent = Annotated[Form, Depends(read)]


def _require_ours(request: Request) -> None:
    """A page of another site cannot send our forms; it has no right token either (visit.py)."""
    headers = request.headers
    site, origin = headers.get("sec-fetch-site"), headers.get("origin", "null")
    # What the browser itself says of the two sites goes before their names, which a proxy may have changed.
    foreign = origin != "null" and urlsplit(origin).netloc != headers.get("host", "")
    if site not in ("same-origin", "none") if site else foreign:
        raise FormRefused(403, "this form was sent from another site")
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/x-www-form-urlencoded":
        raise FormRefused(415, "forms are sent as application/x-www-form-urlencoded")


def _pairs(body: bytes) -> list[tuple[str, str]]:
    text = body.decode("ascii", "replace")
    return parse_qsl(text, keep_blank_values=True, errors="replace", max_num_fields=MOST_FIELDS)


def _longest(body: bytes) -> str:
    """The name of the field that takes most room."""
    pairs = [pair.partition(b"=") for pair in body.split(b"&")]
    name = max(pairs, key=lambda pair: len(pair[2]))[0]
    return name.decode("ascii", "replace")[:40]


def _typed(value: str) -> str:
    """Lines of printable characters: blanks of any kind are one kind, what nobody sees is left out."""
    lines = value.replace("\r\n", "\n").replace("\r", "\n")
    blanks = (" " if one.isspace() and one != "\n" else one for one in lines)
    return "".join(one for one in blanks if one == "\n" or one.isprintable())
