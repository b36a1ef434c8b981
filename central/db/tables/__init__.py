"""Every table of the centre; importing this package fills `Base.metadata`."""

from central.db.base import Base
from central.db.tables.directives import DirectiveRow, HallFact, SlipWish
from central.db.tables.journal import Cursor, DeadLetter, Fork, Hole, Refusal, StoredEvent, Stream
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
from central.db.tables.registry import Generation, Hall, Node, VerdictRow
from central.db.tables.users import User

__all__ = [
    "AlarmRow",
    "Base",
    "CatalogueRow",
    "CounterRow",
    "Cursor",
    "DaySheetRow",
    "DeadLetter",
    "DeviceFaultRow",
    "DeviceRow",
    "DirectiveRow",
    "Fork",
    "Generation",
    "Hall",
    "HallFact",
    "Hole",
    "Node",
    "Presence",
    "Refusal",
    "RuleChangeRow",
    "RulesRow",
    "SlipRow",
    "SlipWish",
    "StoredEvent",
    "Stream",
    "TicketRow",
    "User",
    "VerdictRow",
]
