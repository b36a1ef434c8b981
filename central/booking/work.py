"""One running transaction of the desk: who acts, when, and who must hear of it before it is committed."""

from collections.abc import Callable, Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, Row

from central import audit
from central.audit import Actor
from central.booking.offer import HallOffer, Offers
from central.vault import Vault

Listener = Callable[[Connection, str, Row[Any], int, dict[str, Any]], None]
"""Called inside the transaction with the event's name, the booking's row, the time (ms) and what else is to be said."""

ASSISTED = ("hotline", "onsite")
"""Channels on which staff book for a customer (S0-13)."""

_SHOWN = ("status", "hall", "matter", "slot", "starts_at", "channel", "reason_code", "reason", "deadline", "ticket")
"""What the trail keeps of a booking: nothing of the person."""


class Work(msgspec.Struct, frozen=True, kw_only=True):
    connection: Connection
    at: int
    actor: Actor
    offers: Offers
    vault: Vault
    listeners: Sequence[Listener] = ()
    staff: bool = False
    """A member of staff acts: the leads for customers do not hold, and it is recorded whose decision it was."""

    def offer(self, hall: str) -> HallOffer:
        return self.offers.of(hall, self.connection)

    def tell(self, event: str, booking: Row[Any], before: Row[Any] | None = None, **extra: Any) -> None:
        """Into the audit trail, and to every listener: notices, webhooks."""
        after = {name: getattr(booking, name) for name in _SHOWN}
        if before is not None:
            was, now = audit.changed({name: getattr(before, name) for name in _SHOWN}, after)
        else:
            was, now = None, after
        audit.record(
            self.connection, self.actor, event, "booking", booking.code, at=self.at, before=was,
            after=now | {"rules_version": booking.rules_version},
        )  # fmt: skip
        for listener in self.listeners:
            listener(self.connection, event, booking, self.at, extra)
