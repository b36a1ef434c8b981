"""The hall's own share of a slot (离线份额): granted, then sold or given back by the hall alone; credited on ingest.

n = sold + returned + settled + open, and `slots.granted` is the sum of what is open; so sold places never exceed the
capacity, whatever is lost, repeated or late. A grant is bound to one epoch of one node: when that epoch is over, what
is open counts as sold until it is proved, or a person says, that the hall did not sell it.
"""

import secrets
from typing import Any

from sqlalchemy import Connection, Row, exists, insert, select, update
from sqlalchemy.orm import aliased

from central.booking import life, store
from central.booking.cursor import BOOKINGS
from central.booking.offer import HallOffer
from central.booking.sentences import BookingRefused
from central.booking.slots import hall_share
from central.booking.work import Work
from central.db.tables import (
    CatalogueRow,
    DeadLetter,
    Fork,
    Grant,
    Hole,
    Node,
    Slot,
    StoredEvent,
    Stream,
    Unreconciled,
)
from central.errors import Invalid
from central.ingest import orders
from contract.directives import ShareGranted, ShareRecalled
from contract.events import ShareReturned

LIVE = ("issued", "recalled")
LEAST_AHEAD_MS = 10 * 60_000
"""A slot that starts sooner is neither granted nor asked for."""
PAST_MS = 8 * 86_400_000
"""A hall may be away for a week (F22); then no more is waited for of a slot that is over."""


def left(grant: Row[Any]) -> int:
    """Places of a grant that are not accounted for."""
    return int(grant.n - grant.sold - grant.returned - grant.settled)


def give(work: Work, offer: HallOffer) -> int:
    """Grants the hall its share of the slots of today and the next `hall_days` open days; once for each epoch.

    Gives the number of places. What halls send is not followed meanwhile: no epoch ends unnoticed.
    """
    BOOKINGS.lock(work.connection)
    _freeze_dismissed(work.connection, offer.hall)
    node = _node(work.connection, offer.hall)
    if node is None or not offer.rules.hall_percent:
        return 0
    return sum(_grant(work, offer, node, slot) for slot in _without(work, offer, node))


def recall_wanted(work: Work, offer: HallOffer) -> int:
    """Asks for what is left of the hall's share where the centre has nothing left. Gives how many grants."""
    if not offer.rules.hall_recall:
        return 0
    full = Slot.taken + Slot.granted >= Slot.capacity
    query = (
        select(Grant)
        .join(Slot, Slot.id == Grant.slot)
        .where(Grant.state == "issued", Slot.hall == offer.hall, full, Slot.starts_at > work.at + LEAST_AHEAD_MS)
    )
    grants = work.connection.execute(query).all()
    for grant in grants:
        recall(work, offer.hall, grant)
    return len(grants)


def recall(work: Work, hall: str, grant: Row[Any]) -> None:
    """The hall answers with `ShareReturned`, as soon as it hears of it."""
    orders.issue(work.connection, hall, ShareRecalled(grant.id), by=work.actor.name, at=work.at)
    work.connection.execute(update(Grant).where(Grant.id == grant.id).values(state="recalled"))


def sold(connection: Connection, grant_id: str, node: str, slot_id: str, at: int) -> bool:
    """One place of a grant became a booking. False where it was none that was open: then the place is counted anew.

    The second is only so after a loss: then it may be one too many, and the caller flags it.
    """
    grant = _locked(connection, grant_id)
    if grant is None or grant.node != node or grant.slot != slot_id or left(grant) <= 0:
        return False
    connection.execute(update(Grant).where(Grant.id == grant.id).values(sold=Grant.sold + 1))
    connection.execute(update(Slot).where(Slot.id == slot_id).values(granted=Slot.granted - 1, taken=Slot.taken + 1))
    _close_if_empty(connection, grant_id, at)
    return True


def returned(connection: Connection, event: ShareReturned, node: str, at: int) -> None:
    """What the hall gave back. Where that is less than is open, the rest was sold in events that were lost: it counts
    as sold until a person settles it."""
    grant = _locked(connection, event.grant)
    if grant is None or grant.node != node or grant.state == "closed":
        return
    credit = max(0, min(event.n, left(grant)))
    store.credit(connection, grant.slot, credit)
    connection.execute(
        update(Grant).where(Grant.id == grant.id).values(returned=Grant.returned + credit, state="frozen", whole=False)
    )
    _close_if_empty(connection, grant.id, at)


def never_taken(connection: Connection, grant_id: str, node: str, at: int) -> None:
    """The node answered that it does not know such a directive: nothing of its grant can have been sold. Another
    node of the hall, which is told of it too, may not know it either: that proves nothing."""
    grant = _locked(connection, grant_id)
    if grant is not None and grant.node == node and grant.state in LIVE:
        _settle(connection, grant, left(grant), "the node knows no shares", at)


def freeze(connection: Connection, node: str, begun: str, ended: str | None, *, whole: bool, last: int) -> int:
    """The node lives in the epoch `begun` now: the grants of `ended` are dead there, and those of all epochs before.

    `whole` and `last` as the new epoch says of `ended` (`EpochBegun`). Gives how many were frozen.
    """
    query = update(Grant).where(Grant.node == node, Grant.state.in_(LIVE))
    done = connection.execute(query.where(Grant.epoch == ended).values(state="frozen", whole=whole, last=last))
    kept = {begun, *_after(connection, node, begun)}
    older = connection.execute(query.where(Grant.epoch.not_in(kept)).values(state="frozen", whole=False))
    return done.rowcount + older.rowcount


def _after(connection: Connection, node: str, epoch: str) -> set[str]:
    """Epochs that came after that one, as far as the node has said; an event of long ago may come late."""
    before = {row.epoch: row.prev_epoch for row in connection.execute(
        select(Stream.epoch, Stream.prev_epoch).where(Stream.node == node)
    )}  # fmt: skip
    found: set[str] = set()
    grown = {epoch}
    while grown := {each for each, prev in before.items() if prev in grown} - found:
        found |= grown
    return found


def doubt(connection: Connection, node: str, epoch: str, grant_id: str | None) -> None:
    """A sale could not be read: of that grant, or of any of the epoch where it is not known which, nothing is proved
    any more. The hall still sells of it and gives it back; what is missing in the end a person settles."""
    which = Grant.id == grant_id if grant_id is not None else Grant.epoch == epoch
    about = (Grant.node == node, Grant.state != "closed", which)
    connection.execute(update(Grant).where(*about).values(state="frozen", whole=False))


def _freeze_dismissed(connection: Connection, hall: str) -> None:
    """A node that was dismissed sells and returns nothing more; a person says what it had sold."""
    gone = select(Node.id).where(Node.hall == hall, Node.active.is_(False))
    about = (Grant.node.in_(gone), Grant.state.in_(LIVE))
    connection.execute(update(Grant).where(*about).values(state="frozen", whole=False))


def settle_proved(connection: Connection, followed: int, at: int) -> int:
    """Frozen grants of an epoch all of whose events are here: what is open was not sold. Gives the number of places.

    Proved: the next epoch was `whole` up to `last`, all of that is stored and was followed (up to the event
    `followed`), and nothing of it is a hole, a fork or a dead letter.
    """
    of_stream = (Stream.node == Grant.node) & (Stream.epoch == Grant.epoch)
    faulty = [exists().where(t.node == Grant.node, t.epoch == Grant.epoch) for t in (Hole, Fork, DeadLetter)]
    ends = exists().where(StoredEvent.stream == Stream.id, StoredEvent.seq == Grant.last, StoredEvent.id <= followed)
    query = (
        select(Grant)
        .join(Stream, of_stream)
        .where(Grant.state == "frozen", Grant.whole, *(~one for one in faulty))
        .where((Grant.last == 0) | ends)
    )
    total = 0
    for grant in connection.execute(query).all():
        total += left(grant)
        _settle(connection, grant, left(grant), "proved", at)
    return total


def settle(work: Work, grant_id: str, sold_unknown: int) -> None:
    """A person has asked the hall: so many of the open places were sold there, the others were not.

    Those sold keep their place in the slot, without a booking. Raises BookingRefused, Invalid.
    """
    grant = _locked(work.connection, grant_id)
    if grant is None or grant.state != "frozen":
        raise BookingRefused("not_open", "grant")
    if not 0 <= sold_unknown <= left(grant):
        raise Invalid(f"sold: give a number from 0 to {left(grant)}", "sold")
    _settle(work.connection, grant, left(grant) - sold_unknown, work.actor.name, work.at)
    if sold_unknown:
        slot = update(Slot).where(Slot.id == grant.slot)
        work.connection.execute(slot.values(granted=Slot.granted - sold_unknown, taken=Slot.taken + sold_unknown))


def settle_unsold(work: Work, hall: str, node: str, epoch: str, seen: int) -> int:
    """A person has asked the hall: nothing of what is open of that epoch was sold. Gives how many shares that were.

    `seen`: the places that were open when the person looked. Raises BookingRefused where they are others by now.
    """
    query = (
        select(Grant)
        .join(Slot, Slot.id == Grant.slot)
        .where(Grant.state == "frozen", Grant.node == node, Grant.epoch == epoch, Slot.hall == hall)
        .order_by(Grant.id)
        .with_for_update(of=Grant)
    )
    grants = work.connection.execute(query).all()
    if not grants or sum(left(one) for one in grants) != seen:
        raise BookingRefused("shares_moved", "grant")
    for grant in grants:
        _settle(work.connection, grant, left(grant), work.actor.name, work.at)
    return len(grants)


def settle_past(work: Work, hall: str) -> int:
    """Slots that are long over: their grants are closed, whatever became of them. Gives how many.

    A sale that is still heard of counts like any other.
    """
    query = (
        select(Grant)
        .join(Slot, Slot.id == Grant.slot)
        .where(Grant.state.in_((*LIVE, "frozen")), Slot.hall == hall, Slot.ends_at < work.at - PAST_MS)
    )
    grants = work.connection.execute(query).all()
    for grant in grants:
        _settle(work.connection, grant, left(grant), "past", work.at)
    return len(grants)


def _node(connection: Connection, hall: str) -> tuple[str, str] | None:
    """The node that runs the hall's queue, and the epoch it lives in; None before it has sent anything, or while the
    hall's bookings are not known."""
    if connection.scalar(select(Unreconciled.hall).where(Unreconciled.hall == hall)) is not None:
        return None
    runs = (
        select(CatalogueRow.node)
        .join(Node, Node.id == CatalogueRow.node)
        .where(CatalogueRow.hall == hall, Node.active)
        .order_by(CatalogueRow.at.desc())
        .limit(1)
    )
    node = connection.scalar(runs)
    later = aliased(Stream)
    ended = exists().where(later.node == Stream.node, later.prev_epoch == Stream.epoch)
    query = select(Stream.epoch).where(Stream.node == node, ~ended).order_by(Stream.id.desc()).limit(1)
    epoch = connection.scalar(query)
    return (node, epoch) if node is not None and epoch is not None else None


def _without(work: Work, offer: HallOffer, node: tuple[str, str]) -> list[Row[Any]]:
    """Slots of these days to which nothing was granted in this epoch, and nothing is frozen of."""
    days = [day.isoformat() for day in life.next_days(offer.times, work.at, offer.rules.hall_days)]
    had = exists().where(Grant.slot == Slot.id, (Grant.epoch == node[1]) | (Grant.state != "closed"))
    query = select(Slot).where(
        Slot.hall == offer.hall,
        Slot.day.in_(days),
        Slot.starts_at > work.at + LEAST_AHEAD_MS,
        Slot.closed.is_(False),
        ~had,
    )
    return list(work.connection.execute(query.order_by(Slot.id)))


def _grant(work: Work, offer: HallOffer, node: tuple[str, str], slot: Row[Any]) -> int:
    n = min(hall_share(slot.capacity, offer.rules.hall_percent), store.free_places(slot))
    if n <= 0:
        return 0
    free = Slot.taken + Slot.granted + n <= Slot.capacity
    done = work.connection.execute(
        update(Slot).where(Slot.id == slot.id, free, Slot.closed.is_(False)).values(granted=Slot.granted + n)
    )
    if done.rowcount == 0:
        return 0
    id_ = secrets.token_hex(8)
    work.connection.execute(
        insert(Grant).values(id=id_, slot=slot.id, node=node[0], epoch=node[1], n=n, state="issued", issued_at=work.at)
    )
    told = ShareGranted(id_, node[0], node[1], slot.id, slot.day, slot.service, slot.starts_at, slot.ends_at, n)
    orders.issue(work.connection, offer.hall, told, by="booking", at=work.at)
    return n


def _locked(connection: Connection, grant_id: str) -> Row[Any] | None:
    return connection.execute(select(Grant).where(Grant.id == grant_id).with_for_update()).first()


def _settle(connection: Connection, grant: Row[Any], free: int, by: str, at: int) -> None:
    """All that is open is accounted for; `free` of it can be sold again."""
    store.credit(connection, grant.slot, free)
    connection.execute(
        update(Grant).where(Grant.id == grant.id).values(settled=Grant.settled + left(grant), settled_by=by)
    )
    _close_if_empty(connection, grant.id, at)


def _close_if_empty(connection: Connection, grant_id: str, at: int) -> None:
    grant = _locked(connection, grant_id)
    if grant is None or left(grant) > 0:
        return
    connection.execute(update(Grant).where(Grant.id == grant_id).values(state="closed", closed_at=at))
    hall = connection.scalar(select(Slot.hall).where(Slot.id == grant.slot))
    if hall is not None:
        orders.forget(connection, hall, f"grant:{grant_id}", f"recall:{grant_id}")
