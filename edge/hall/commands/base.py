"""The base of all commands, and a fact that is no command."""

import msgspec

from contract.events import Event


class Command(msgspec.Struct, frozen=True):
    """Base of all commands."""


class Record(Command, frozen=True):
    """A fact that needs no decision: slips, devices, clock, node, directives. Others are refused."""

    event: Event
