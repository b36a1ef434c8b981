"""`hallkeeper`: one command for everything. What a subcommand does lives in its own file, loaded when asked for."""

import logging
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from hallkeeper import __version__, central_commands, edge_commands, key_commands, masters_commands, satellite_commands

app = typer.Typer(
    help="Runs service halls: tickets, calls, boards and slips at the edge, one centre over MQTT.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
app.add_typer(edge_commands.app, name="edge")
app.add_typer(central_commands.app, name="central")
central_commands.app.add_typer(masters_commands.app, name="masters")
central_commands.app.add_typer(key_commands.app, name="key")
app.command()(satellite_commands.satellite)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(__version__)
        raise typer.Exit


@app.callback()
def main(
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="Log what is decided, not only what goes wrong.")
    ] = False,
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True)] = False,
) -> None:
    logging.basicConfig(
        level=logging.INFO if verbose else logging.WARNING,
        format="%(asctime)s %(levelname)-7s %(name)s: %(message)s",
        stream=sys.stderr,
    )


@app.command()
def demo(
    speed: Annotated[float, typer.Option(min=1, max=1000, help="How fast the customers live.")] = 20,
    folder: Annotated[Path, typer.Option(help="For journals, database, logs; emptied at each start.")] = Path(".demo"),
    customers: Annotated[bool, typer.Option(help="Whether customers come by themselves.")] = True,
) -> None:
    """The whole system on this machine: broker, centre, two halls on simulated devices, a day's customers."""
    from hallkeeper import demo as show
    from hallkeeper.programs import ProgramError

    try:
        show.run(folder.resolve(), speed, customers, Console())
    except ProgramError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None


@app.command()
def simulate(
    hall: Annotated[
        Path, typer.Argument(help="The hall's TOML file; its node must be running here.", metavar="HALL.toml")
    ],
    speed: Annotated[float, typer.Option(min=1, max=1000, help="How fast the customers live.")] = 20,
    seed: Annotated[int, typer.Option(help="The same seed brings the same customers.")] = 0,
) -> None:
    """Sends a day's customers and clerks into a running hall, over its own HTTP interface, until Ctrl-C."""
    import asyncio
    import contextlib

    from edge import config
    from edge.errors import HallkeeperError
    from hallkeeper.customers import HallVisitors

    try:
        settings = config.load(hall)
    except HallkeeperError as error:
        typer.echo(f"hallkeeper: {error.detail}", err=True)
        raise typer.Exit(1) from None
    address = f"http://127.0.0.1:{settings.node.port}"
    typer.echo(f"Customers come to {address} at {speed:g} times real speed; Ctrl-C sends them home.")
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(HallVisitors(address, settings, speed, seed, None).run())
