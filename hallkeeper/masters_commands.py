"""`hallkeeper central masters …`: master data out of a file, the shipped sample, or what a hall says it does."""

import time
from pathlib import Path
from typing import Annotated

import typer

from hallkeeper.central_commands import Config, console, opened, reported

app = typer.Typer(help="Master data: business types, matters, materials, posts, duties.", no_args_is_help=True)


@app.command()
def load(
    file: Annotated[Path | None, typer.Argument(help="A TOML file; without it, the shipped sample.")] = None,
    config: Config = None,
) -> None:
    """Adds what is new and changes what differs; what the file leaves out stays."""
    from central.audit import SYSTEM
    from central.db.engine import writing
    from central.masters import files

    with reported(), opened(config) as database:
        masters = files.read_file(file) if file else files.sample()
        with writing(database).begin() as connection:
            count = files.load(connection, masters, at=time.time_ns() // 10**6, by=SYSTEM)
        console.print(f"{count} entries are new or changed.")


@app.command("take-over")
def take_over(
    hall: Annotated[str, typer.Argument(help="The hall; it must have been connected once.")], config: Config = None
) -> None:
    """Makes master data of the services a hall itself has; what is there already stays."""
    from central.audit import SYSTEM
    from central.db.engine import writing
    from central.masters.take_over import take_over as taken

    with reported(), opened(config) as database:
        with writing(database).begin() as connection:
            new = taken(connection, hall, at=time.time_ns() // 10**6, by=SYSTEM)
        console.print(
            f"New for [bold]{hall}[/]: {new.business_types} business types, {new.materials} materials, "
            f"{new.matters} matters; {new.hall_matters} matters are done there now."
        )
