"""`hallkeeper edge pin` and `edge badge`: what the hall's file must say so that a clerk can prove who they are."""

import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

from edge.errors import HallkeeperError, Refused

if TYPE_CHECKING:
    from edge.config import Settings

HallFile = Annotated[Path, typer.Argument(help="The hall's TOML file.", metavar="HALL.toml")]
READ_S = 60.0
"""How long a badge is waited for."""


def register(app: typer.Typer) -> None:
    app.command("pin")(pin)
    app.command("badge")(badge)


def pin() -> None:
    r"""Asks for a new PIN, twice and unseen, and prints the line for \[\[clerks]]."""
    from edge.people.staff import hashed

    first = typer.prompt("New PIN (4 to 12 digits)", hide_input=True)
    if typer.prompt("The same again", hide_input=True) != first:
        raise _fail("The two differ: start again.")
    try:
        print(f'pin = "{hashed(first)}"')
    except HallkeeperError as error:
        raise _fail(error.detail) from None


def badge(
    hall: HallFile,
    number: Annotated[str | None, typer.Option(help="The chip number; without it, a badge is read.")] = None,
    reader: Annotated[str | None, typer.Option(help="Which reader; without it, the first one.")] = None,
) -> None:
    r"""Prints the line for \[\[clerks]] that knows a badge. It holds for this node alone, and for its present key."""
    from edge import config
    from edge.people.identity_key import IdentityKey
    from edge.people.staff import fingerprint_of

    try:
        settings = config.load(hall)
        key = IdentityKey.open(settings, Path(settings.node.data))
        print(f'badge = "{fingerprint_of(number or read_badge(settings, reader), key.of)}"')
    except HallkeeperError as error:
        raise _fail(error.detail) from None


def read_badge(settings: "Settings", wanted: str | None) -> str:
    """The chip number of the next badge laid on the reader. Raises Refused where none comes."""
    from edge.devices.ports import Card, CardReader, Scanned
    from edge.equipment import Equipment
    from edge.people.staff import BADGE

    readers = [each for each in Equipment(settings, simulated=False).all if each.kind == "reader"]
    named = [each for each in readers if wanted in (None, each.id)]
    if not named:
        raise Refused("The hall's file names no such reader: give --number instead.", "readers")
    found = cast(CardReader, named[0])
    heard: list[str] = []
    done = threading.Event()

    def read(seen: Card | Scanned) -> None:
        if isinstance(seen, Card) and seen.id_type == BADGE:
            heard.append(seen.number)
            done.set()

    found.watch(read, lambda code, sentence: print(sentence, file=sys.stderr))
    found.open()
    try:
        print(f"Lay the badge on the reader {found.id} …", file=sys.stderr)
        if not done.wait(READ_S):
            raise Refused(f"No badge was read within {READ_S:g} s. {found.health().cause}".strip(), "badge")
    finally:
        found.close()
    return heard[0]


def _fail(detail: str) -> typer.Exit:
    print(f"hallkeeper: {detail}", file=sys.stderr)
    return typer.Exit(1)
