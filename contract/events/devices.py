"""Slips, and the devices of the hall."""

from contract.events.base import Event


class SlipStarted(Event, frozen=True):
    """Committed before the first byte goes to the printer. `copy`: the slip carries the word COPY (补打)."""

    ticket: str
    copy: bool


class SlipPrinted(Event, frozen=True):
    """The printer confirmed it."""

    ticket: str
    copy: bool


class SlipFailed(Event, frozen=True):
    """Nothing usable came out; it is printed again when the printer is well."""

    ticket: str
    copy: bool
    cause: str


class SlipLeftToStaff(Event, frozen=True):
    """Too old to reprint by itself after a power cut: staff are asked."""

    ticket: str
    number: str


class DeviceFailed(Event, frozen=True):
    device: str
    kind: str
    cause: str


class DeviceRecovered(Event, frozen=True):
    device: str
    kind: str
