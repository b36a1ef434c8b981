"""`hallkeeper edge …`: what a technician does with one hall's node."""

import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from edge.errors import HallkeeperError
from hallkeeper import staff_commands

app = typer.Typer(help="The node of one hall.", no_args_is_help=True)
HallFile = Annotated[Path, typer.Argument(help="The hall's TOML file.", metavar="HALL.toml")]
Simulated = Annotated[bool, typer.Option("--simulated", help="The shipped twins instead of the real devices.")]
console = Console()


def _fail(error: HallkeeperError) -> typer.Exit:
    """The one way errors reach a person at the terminal."""
    print(f"hallkeeper: {error.detail}", file=sys.stderr)
    return typer.Exit(1)


@app.command()
def run(hall: HallFile, simulated: Simulated = False) -> None:
    """Runs the hall until it is told to stop (SIGTERM, Ctrl-C)."""
    from edge import config
    from edge.app import serve

    try:
        serve(
            config.load(hall),
            simulated=simulated,
            opened=lambda node: print(
                f"{node.settings.hall.id} is open: {node.web.url} (Ctrl-C closes it)", flush=True
            ),
        )
    except HallkeeperError as error:
        raise _fail(error) from None


@app.command()
def check(hall: HallFile, simulated: Simulated = False) -> None:
    """Tries every configured device and says what to do about those that fail."""
    from edge import config
    from hallkeeper.device_check import check_devices

    try:
        failed = check_devices(config.load(hall), simulated, console)
    except HallkeeperError as error:
        raise _fail(error) from None
    raise typer.Exit(1 if failed else 0)


@app.command("test-print")
def test_print(hall: HallFile, simulated: Simulated = False) -> None:
    """Prints a test slip on every configured printer."""
    from edge import config
    from hallkeeper.device_check import print_test_slips

    try:
        failed = print_test_slips(config.load(hall), simulated, console)
    except HallkeeperError as error:
        raise _fail(error) from None
    raise typer.Exit(1 if failed else 0)


@app.command()
def replay(hall: HallFile) -> None:
    """Replays the journal from its first event, compares with the snapshot's way, and shows the hall as it stands."""
    from edge import config
    from hallkeeper.journal_tools import replay_journal

    try:
        same = replay_journal(config.load(hall), console)
    except HallkeeperError as error:
        raise _fail(error) from None
    raise typer.Exit(0 if same else 1)


@app.command()
def verify(
    hall: HallFile,
    against: Annotated[str | None, typer.Option(help="Address of the centre: compares what it holds as well.")] = None,
) -> None:
    """Proves the journal: the file's pages, every hash of the chain, every number in its place."""
    from edge import config
    from hallkeeper.journal_tools import compare_with_centre, verify_journal

    try:
        settings = config.load(hall)
        sound = verify_journal(settings, console)
        if against is not None:
            sound = compare_with_centre(settings, against, console) and sound
    except HallkeeperError as error:
        raise _fail(error) from None
    raise typer.Exit(0 if sound else 1)


@app.command()
def export(
    hall: HallFile,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="A file; without it, standard output.")] = None,
) -> None:
    """Writes every event, one JSON line each, exactly as stored."""
    from edge import config
    from hallkeeper.journal_tools import export_journal

    try:
        export_journal(config.load(hall), output, Console(stderr=True))
    except HallkeeperError as error:
        raise _fail(error) from None


@app.command()
def bundle(
    hall: HallFile,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="The archive to write.")] = None,
) -> None:
    """Packs what a technician needs from afar: settings without secrets, health, logs, the journal's latest events."""
    from edge import config
    from hallkeeper.log_bundle import write_bundle

    try:
        write_bundle(hall, config.load(hall), output, console)
    except HallkeeperError as error:
        raise _fail(error) from None


staff_commands.register(app)
