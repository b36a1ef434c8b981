"""Every table of the centre; importing this package fills `Base.metadata`."""

from central.db.base import Base
from central.db.tables.audit import AuditRow
from central.db.tables.bookings import Booking, BookingChange, CodeGuess, Grant, IdempotencyKey, Slot, Unreconciled
from central.db.tables.calendar import BookingRulesRow, CalendarDay, CalendarYear, HallDay, HallHours
from central.db.tables.channels import ApiKey, Webhook, WebhookDelivery
from central.db.tables.closures import Closure, ClosureCase, ContactTask
from central.db.tables.directives import DirectiveRow, HallFact, SlipWish
from central.db.tables.journal import Cursor, DeadLetter, Fork, Hole, Refusal, StoredEvent, Stream
from central.db.tables.masters import BusinessType, Department, Duty, HallMatter, HallPage, MaterialRow, Matter, Post
from central.db.tables.notices import Alert, ENotice, NoticeTemplate, OutboxRow, Watcher
from central.db.tables.presence import Presence
from central.db.tables.projections import (
    AlarmRow,
    CatalogueRow,
    CounterRow,
    DaySheetRow,
    DeviceFaultRow,
    DeviceRow,
    RuleChangeRow,
    RulesRow,
    SlipRow,
    TicketRow,
)
from central.db.tables.registry import Generation, Hall, Node, Quarantine, VerdictRow
from central.db.tables.relay import Contact, Relay, RelayTo
from central.db.tables.users import User

__all__ = [
    "AlarmRow",
    "Alert",
    "ApiKey",
    "AuditRow",
    "Base",
    "Booking",
    "BookingChange",
    "BookingRulesRow",
    "BusinessType",
    "CalendarDay",
    "CalendarYear",
    "CatalogueRow",
    "Closure",
    "ClosureCase",
    "CodeGuess",
    "Contact",
    "ContactTask",
    "CounterRow",
    "Cursor",
    "DaySheetRow",
    "DeadLetter",
    "Department",
    "DeviceFaultRow",
    "DeviceRow",
    "DirectiveRow",
    "Duty",
    "ENotice",
    "Fork",
    "Generation",
    "Grant",
    "Hall",
    "HallDay",
    "HallFact",
    "HallHours",
    "HallMatter",
    "HallPage",
    "Hole",
    "IdempotencyKey",
    "MaterialRow",
    "Matter",
    "Node",
    "NoticeTemplate",
    "OutboxRow",
    "Post",
    "Presence",
    "Quarantine",
    "Refusal",
    "Relay",
    "RelayTo",
    "RuleChangeRow",
    "RulesRow",
    "SlipRow",
    "SlipWish",
    "Slot",
    "StoredEvent",
    "Stream",
    "TicketRow",
    "Unreconciled",
    "User",
    "VerdictRow",
    "Watcher",
    "Webhook",
    "WebhookDelivery",
]
