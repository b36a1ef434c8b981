"""What callers may send: one strict struct a call, read within limits, errors naming the field."""

import re
from functools import cache
from typing import Annotated, Any, Literal, TypeVar

import msgspec
from msgspec import Meta
from starlette.requests import Request

from contract.events import EmergencyKind
from edge.web.answers import HttpError

LIMIT = 64 * 1024
"""Bytes of one body."""

Name = Annotated[str, Meta(min_length=1, max_length=64)]
Sentence = Annotated[str, Meta(min_length=1, max_length=200)]
Level = Annotated[int, Meta(ge=1, le=5)]


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Base of all bodies: an unknown key fails."""


class Nothing(Body, frozen=True):
    """`{}`; an empty body reads the same."""


class TicketWanted(Body, frozen=True):
    """`journey`: the first of its services is `service`. `cause`: which kiosk flow failed, or why staff wrote it.
    `counter`: written at that window for a customer without a ticket.
    """

    service: Name
    priority_class: Name | None = None
    journey: Name | None = None
    cause: Name | None = None
    counter: Name | None = None


Number = Annotated[str, Meta(min_length=1, max_length=128)]
"""An identity number as typed; never in an address, an answer or a log."""


class CheckInBody(Body, frozen=True):
    """One of: `code`; `phone` and `code`; `id_type`, `id_number` and `reason`; `handle` of what a reader saw.

    `by` and `reason`: at the desk, by a member of staff.
    """

    code: Name | None = None
    phone: Name | None = None
    id_type: Name | None = None
    id_number: Number | None = None
    handle: Name | None = None
    reason: Sentence | None = None
    by: Name | None = None


class NumberCheckBody(Body, frozen=True):
    id_type: Name
    text: Number


class ScanBody(Body, frozen=True):
    """What a scanner typed into the page, without its line end."""

    text: Annotated[str, Meta(min_length=1, max_length=512)]


class SessionBody(Body, frozen=True):
    """One use of the kiosk, from the first touch on."""

    flow: Annotated[str, Meta(pattern=r"^[a-z-]{1,32}$")]
    steps: Annotated[int, Meta(ge=0, le=1000)]
    seconds: Annotated[int, Meta(ge=0, le=86_400)]
    outcome: Literal["completed", "abandoned", "failed"]
    reason: Annotated[str, Meta(pattern=r"^[a-z_]{0,64}$")] = ""


class ClerkBody(Body, frozen=True):
    """`pin`: where the clerk has one; it is looked at and forgotten."""

    clerk: Name
    pin: Annotated[str, Meta(max_length=64)] | None = None


class NumberBody(Body, frozen=True):
    number: Name


class TransferBody(Body, frozen=True):
    to_service: Name
    to_counter: Name | None = None
    place: Literal["original", "end"] | None = None
    reason: Sentence | None = None


class FinishBody(Body, frozen=True):
    """`then`: services the customer is sent on to with the same ticket."""

    then: tuple[Name, ...] = ()


class ChosenBody(Body, frozen=True):
    number: Name
    reason: Sentence


class SuspendBody(Body, frozen=True):
    kind: Literal["papers_out", "papers_kept", "step"]
    reason: Sentence


class PauseBody(Body, frozen=True):
    reason: Name
    cover: Name | None = None
    reroute: bool = False


class MatterBody(Body, frozen=True):
    matter: Name


class AnswersBody(Body, frozen=True):
    """Question of the matter to choice, or to words."""

    answers: dict[Name, Sentence]


class RuleBody(Body, frozen=True):
    rule: Name
    passed: bool


class StepBody(Body, frozen=True):
    """`step`: its place in the procedure, from 1."""

    step: Annotated[int, Meta(ge=1, le=999)]
    done: bool


class HelpBody(Body, frozen=True):
    kind: Literal["help", "silent"]


class VerifyBody(Body, frozen=True):
    """A number typed by hand, and why it was typed."""

    id_type: Name
    number: Name
    reason: Sentence


class ByBody(Body, frozen=True):
    """Who orders it, with the PIN where that person has one."""

    by: Name
    pin: Annotated[str, Meta(max_length=64)] | None = None


class HallBody(ByBody, frozen=True, kw_only=True):
    reason: Sentence


class EmergencyBody(ByBody, frozen=True, kw_only=True):
    kind: EmergencyKind


class LiftBody(ByBody, frozen=True, kw_only=True):
    reason: Sentence
    consent: bool


class AlarmBody(ByBody, frozen=True, kw_only=True):
    note: Sentence


class TickBody(ByBody, frozen=True, kw_only=True):
    item: Name
    ok: bool
    note: Annotated[str, Meta(max_length=200)] = ""


class RatingBody(Body, frozen=True):
    level: Level
    tags: Annotated[tuple[Name, ...], Meta(max_length=8)] = ()
    comment: Annotated[str, Meta(max_length=200)] = ""


class PressBody(Body, frozen=True):
    device: Name
    key: Name


class SwitchBody(Body, frozen=True):
    device: Name
    what: Name
    on: bool


class CardBody(Body, frozen=True):
    """`card` None: the one that lies there is pulled away."""

    reader: Name
    card: Name | None = None


class CodeHeldBody(Body, frozen=True):
    reader: Name
    text: Annotated[str, Meta(min_length=1, max_length=500)]


class UplinkBody(Body, frozen=True):
    on: bool


class SheetBody(Body, frozen=True):
    """`day` None: the running day. `language` None: the hall's first."""

    day: Name | None = None
    language: Literal["zh", "en"] | None = None


class CodeBody(Body, frozen=True):
    role: Name


class PairBody(Body, frozen=True):
    code: Name
    name: Annotated[str, Meta(max_length=64)] = ""


B = TypeVar("B", bound=Body)
_PATH = re.compile(r"at `\$\.?([^`]*)`")
_NAMED = re.compile(r"(?:unknown|required) field `([^`]*)`")
_KEY = re.compile(r"[\x21-\x7e]{1,128}")


async def body(request: Request, kind: type[B]) -> B:
    """The body as `kind`. Raises HttpError: 400 no JSON, 413 too large, 415 another type, 422 a wrong field."""
    raw = await raw_body(request)
    if raw:
        _check_type(request.headers.get("content-type", ""))
    return decode(raw or b"{}", kind)


async def raw_body(request: Request) -> bytes:
    """At most `LIMIT` bytes are ever held, whatever the length header promised."""
    declared = request.headers.get("content-length", "")
    if declared.isdecimal() and int(declared) > LIMIT:
        raise _too_large()
    size, parts = 0, []
    async for part in request.stream():
        size += len(part)
        if size > LIMIT:
            raise _too_large()
        parts.append(part)
    return b"".join(parts)


@cache
def _decoder(kind: type[Body]) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(kind)


def decode(raw: bytes, kind: type[B]) -> B:
    try:
        decoded: B = _decoder(kind).decode(raw)
        return decoded
    except msgspec.ValidationError as error:
        detail = str(error)
        raise HttpError(422, "invalid", f"{detail}. Correct the body and send it again.", field_of(detail)) from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise HttpError(400, "not_json", f"The body is not JSON: {error}.") from error


def field_of(detail: str) -> str | None:
    """The field a message of msgspec is about, as a dotted path."""
    path = _PATH.search(detail)
    named = _NAMED.search(detail)
    parts = [found.group(1) for found in (path, named) if found and found.group(1)]
    return ".".join(parts) or None


def idempotency_key(request: Request) -> str | None:
    """The caller's key, bound to this path, so that one key on two calls means two things."""
    key = request.headers.get("idempotency-key")
    if key is None:
        return None
    if not _KEY.fullmatch(key):
        raise HttpError(400, "bad_key", "Idempotency-Key must be 1 to 128 visible ASCII characters.", "Idempotency-Key")
    return f"{request.url.path} {key}"


def _check_type(header: str) -> None:
    kind, _, rest = header.partition(";")
    charset = rest.strip().lower()
    if kind.strip().lower() != "application/json" or charset not in ("", "charset=utf-8"):
        raise HttpError(415, "content_type", "Send the body as application/json in UTF-8.", "Content-Type")


def _too_large() -> HttpError:
    return HttpError(413, "too_large", f"A body holds at most {LIMIT} bytes.", headers={"Connection": "close"})
