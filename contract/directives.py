"""What the centre tells a hall. Facts never expire; commands carry a time to live (protocol.md, "Downward")."""

from typing import Any, Literal

import msgspec

from contract.catalogue import Catalogue, Rules
from contract.matters import Matter


class Directive(msgspec.Struct, frozen=True):
    """One numbered directive on the wire. `ttl_s` is recomputed at each send; `id` removes duplicates for ever."""

    seq: int
    id: str
    kind: Literal["fact", "command"]
    ttl_s: int | None
    type: str
    data: msgspec.Raw
    sig: str = ""


class SnapshotBegun(msgspec.Struct, frozen=True):
    """Opens a generation: what follows, up to `SnapshotEnded`, is all that holds; older facts are forgotten."""


class SnapshotEnded(msgspec.Struct, frozen=True):
    """Closes the snapshot that opens a generation."""


class CatalogueChanged(msgspec.Struct, frozen=True):
    catalogue: Catalogue


class RulesChanged(msgspec.Struct, frozen=True):
    rules: Rules


class MatterPublished(msgspec.Struct, frozen=True):
    """What the office publishes of one matter done in this hall; the same `id` again replaces it."""

    matter: Matter


class MatterWithdrawn(msgspec.Struct, frozen=True):
    """It is not done here any more."""

    id: str


class BookingAdded(msgspec.Struct, frozen=True):
    """One entry of the roster; the same `code` again replaces it. Times in ms, `name` already masked."""

    code: str
    day: str
    service: str
    starts_at: int
    ends_at: int
    name: str
    id_hmac: str | None = None
    """Hex HMAC-SHA-256 under the node's roster key over `type|normalised number`."""
    phone_hmac: str | None = None
    """The same over `phone|digits`."""
    priority_class: str | None = None
    rev: int = 0
    """Rises with every change the centre tells of this booking."""
    matter: str | None = None
    answers: dict[str, str] = {}
    """Question to choice, of the matter's questions that have choices. What was answered in words stays at the centre,
    encrypted."""


class BookingCancelled(msgspec.Struct, frozen=True):
    """The hall is not to expect it any more: cancelled, or moved to a day it is not told of yet."""

    code: str
    rev: int = 0


class ShareGranted(msgspec.Struct, frozen=True):
    """`n` places of one slot that `node` alone may sell, while it lives in `epoch`; in any other it is worth nothing.

    The same `grant` again changes nothing but that it stands (a snapshot names all that stand). Times in ms.
    """

    grant: str
    node: str
    epoch: str
    slot: str
    day: str
    service: str
    starts_at: int
    ends_at: int
    n: int


class ShareRecalled(msgspec.Struct, frozen=True):
    """The centre wants what is left of a grant: the node answers with `ShareReturned`, n may be 0."""

    grant: str


class NoticeAdded(msgspec.Struct, frozen=True):
    """A text for the hall's display; the same `id` again replaces it."""

    id: str
    text: dict[str, str]
    until: int


class NoticeWithdrawn(msgspec.Struct, frozen=True):
    id: str


class RatingGiven(msgspec.Struct, frozen=True):
    """A rating given on the slip's page at the centre. A fact: the hall records it whenever it comes."""

    token: str
    level: int
    tags: tuple[str, ...] = ()
    comment: str = ""


class MoveBackAsked(msgspec.Struct, frozen=True):
    """Command: a customer on the slip's page at the centre wants to be called later."""

    token: str


class EmergencyDeclared(msgspec.Struct, frozen=True):
    """Command: boards and voice say it, nobody is called (`kind` as in the event)."""

    kind: str
    by: str


class EmergencyEnded(msgspec.Struct, frozen=True):
    by: str


class HallSuspended(msgspec.Struct, frozen=True):
    """Command: issue no more tickets."""

    reason: str


class HallResumed(msgspec.Struct, frozen=True):
    """Command: issue tickets again."""


FACTS = (
    SnapshotBegun,
    SnapshotEnded,
    CatalogueChanged,
    RulesChanged,
    MatterPublished,
    MatterWithdrawn,
    BookingAdded,
    BookingCancelled,
    ShareGranted,
    ShareRecalled,
    NoticeAdded,
    NoticeWithdrawn,
    RatingGiven,
)
COMMANDS = (HallSuspended, HallResumed, MoveBackAsked, EmergencyDeclared, EmergencyEnded)
DIRECTIVES: dict[str, type[msgspec.Struct]] = {cls.__name__: cls for cls in (*FACTS, *COMMANDS)}


def parse(type_: str, data: dict[str, Any]) -> msgspec.Struct | None:
    """The directive as a struct; None for an unknown type. Raises msgspec.ValidationError naming the field."""
    cls = DIRECTIVES.get(type_)
    return None if cls is None else msgspec.convert(data, cls)


def signed(node: str, generation: str, directive: Directive) -> bytes:
    """What `sig` covers: all that a node acts on, and whom it is for. Ed25519, base64 (docs/decisions)."""
    told = [node, generation, directive.seq, directive.id, directive.kind, directive.ttl_s, directive.type]
    return msgspec.json.encode([*told, directive.data])
