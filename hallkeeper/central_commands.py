"""`hallkeeper central …`: what the office's administrator does with the centre."""

import json
import secrets
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

app = typer.Typer(help="The centre.", no_args_is_help=True)
Config = Annotated[Path | None, typer.Option("--config", "-c", help="The centre's TOML file; without it, defaults.")]
console = Console()


@contextmanager
def reported() -> Iterator[None]:
    """The one way the centre's errors reach a person at the terminal."""
    from central.errors import CentralError

    try:
        yield
    except CentralError as error:
        print(f"hallkeeper: {error.detail}", file=sys.stderr)
        raise typer.Exit(1) from None


@contextmanager
def opened(path: Path | None) -> Iterator[Any]:
    from central import config
    from central.db.engine import open_database

    database = open_database(config.load(path).database)
    try:
        yield database
    finally:
        database.dispose()


@app.command()
def serve(
    config: Config = None,
    migrate: Annotated[bool, typer.Option("--migrate", help="Bring the database up to date first.")] = False,
) -> None:
    """Runs the centre: takes in what the halls send, shows it, until it is told to stop."""
    from central import config as configuration
    from central.app import serve as run

    with reported():
        if migrate:
            _migrate(config)
        run(configuration.load(config))


@app.command("migrate")
def migrate_(config: Config = None) -> None:
    """Brings the database to the shape this version needs."""
    with reported():
        console.print(f"The database is at revision [bold]{_migrate(config)}[/].")


def _migrate(path: Path | None) -> str:
    from central.db import migrate as migration

    with opened(path) as database:
        return migration.upgrade(database)


@app.command()
def rebuild(config: Config = None) -> None:
    """Drops the read models and folds them again from the stored events; stop the centre first."""
    from rich.progress import Progress
    from sqlalchemy import func, select

    from central.db.tables import StoredEvent
    from central.ingest.projector import Projector

    with reported(), opened(config) as database:
        with database.connect() as connection:
            total = connection.scalar(select(func.count()).select_from(StoredEvent)) or 0
        with Progress(console=console, transient=True) as progress:
            bar = progress.add_task("folding", total=total)
            done = Projector(database).rebuild(lambda count: progress.advance(bar, count))
        console.print(f"{done:,} events folded anew")


@app.command()
def rekey(config: Config = None) -> None:
    """After a change of secrets.key, the old one in secrets.previous_files: brings everything under the new one."""
    from rich.progress import Progress

    from central import config as configuration
    from central.people import rekey as keys
    from central.vault import Vault

    with reported(), opened(config) as database:
        settings = configuration.load(config)
        secret = configuration.secret_key(settings)
        vault = Vault(secret, configuration.previous_keys(settings))
        with Progress(console=console, transient=True) as progress:
            bar = progress.add_task("under the new key", total=keys.count(database, vault))
            done = keys.rekey(database, vault, secret, lambda count: progress.advance(bar, count))
        console.print(f"{done.moved:,} entries are under the new key now.")
        if done.shut:
            console.print(f"{done.shut:,} are under keys not known here: add those to secrets.previous_files.")
            raise typer.Exit(1)
        console.print(
            "Enrol each hall's node again, for its new keys. The old key stays in secrets.previous_files until "
            "every hall has them."
        )


@app.command()
def enrol(
    node: Annotated[str, typer.Argument(help="The node's name: 1 to 32 of a-z, 0-9 and -.")],
    hall: Annotated[str, typer.Option(help="The hall it serves; the node's own name unless given.")] = "",
    name: Annotated[str, typer.Option(help='The hall\'s name, by language: {"zh": "…", "en": "…"}')] = "",
    timezone: Annotated[str, typer.Option(help="Of the hall.")] = "Asia/Shanghai",
    config: Config = None,
) -> None:
    """Makes a node known; prints its password and its line for the broker's password file."""
    from central import config as configuration
    from central import registry
    from central.roster_key import roster_key
    from central.signing import Signer
    from central.vault import Vault

    with reported(), opened(config) as database:
        secret = configuration.secret_key(configuration.load(config))
        names = _names(name, hall or node)
        registry.enrol(database, node, hall or node, names, at=time.time_ns() // 1_000_000, timezone=timezone)
        password = secrets.token_urlsafe(24)
        console.print(f"[bold]{node}[/] serves {hall or node}. In the hall's TOML file:\n")
        lines = {
            "password": password,
            "verify_key": Signer(secret).public_key,
            "roster_key": roster_key(secret, hall or node),
            "seal_key": Vault(secret).seal_key,
        }
        console.print("[centre]", *(f'{key} = "{value}"' for key, value in lines.items()), sep="\n", markup=False)
        console.print("\nIn the broker's password file (then: systemctl reload mosquitto):\n")
        console.print(registry.password_line(node, password), markup=False, soft_wrap=True)


def _names(text: str, fallback: str) -> dict[str, str]:
    from central.errors import Invalid

    if not text:
        return {"en": fallback}
    try:
        names = json.loads(text)
    except ValueError:
        names = None
    if not isinstance(names, dict) or not all(isinstance(value, str) for value in names.values()):
        raise Invalid('--name is a JSON object from language to text: {"zh": "…", "en": "…"}', "name")
    return names


@app.command()
def roster(
    hall: Annotated[str, typer.Argument(help="The hall the bookings are for.")],
    file: Annotated[Path, typer.Argument(help="CSV: code, date, start, end, service, name, id_type, id_number, …")],
    config: Config = None,
) -> None:
    """Tells a hall the bookings of another booking system. All of the file, or nothing where a line is wrong."""
    from central import config as configuration
    from central.roster_key import roster_key
    from hallkeeper import roster_file

    with reported(), opened(config) as database:
        key = roster_key(configuration.secret_key(configuration.load(config)), hall)
        bookings = roster_file.read(file, roster_file.offered(database, hall), key)
        count = roster_file.tell(database, hall, bookings, by="roster", at=time.time_ns() // 1_000_000)
        console.print(f"{count} bookings are on their way to [bold]{hall}[/].")


@app.command()
def user(
    name: Annotated[str, typer.Argument(help="Who logs in to the console.")],
    password: Annotated[str, typer.Option(prompt=True, hide_input=True, confirmation_prompt=True)],
    role: Annotated[
        list[str] | None,
        typer.Option(help="May be given often: hall-head, reviewer, operator, … or admin, office, viewer."),
    ] = None,
    hall: Annotated[list[str] | None, typer.Option(help="May be given often; without it, all halls.")] = None,
    display_name: Annotated[str, typer.Option(help="What the console calls this person.")] = "",
    change: Annotated[bool, typer.Option("--change", help="Set a new password for somebody who is there.")] = False,
    config: Config = None,
) -> None:
    """Adds somebody to the console, or sets a new password."""
    from central.console.people import accounts
    from central.people.staffing import Wanted

    with reported(), opened(config) as database:
        if change:
            accounts.set_password(database, name, password)
        else:
            wanted = Wanted(tuple(role or ["viewer"]), tuple(hall or ()), display_name)
            accounts.create_user(database, name, password, wanted=wanted)
        console.print(f"[bold]{name}[/] may log in.")


@app.command()
def backup(target: Annotated[Path, typer.Argument(help="The file to write.")], config: Config = None) -> None:
    """Writes the whole database to one file, while the centre runs."""
    from hallkeeper.central_backup import back_up

    with reported(), opened(config) as database:
        back_up(database, target)
        console.print(f"[bold]{target}[/] ({target.stat().st_size:,} bytes)")


@app.command()
def restore(source: Annotated[Path, typer.Argument(help="A file made by backup.")], config: Config = None) -> None:
    """Puts a backup in the place of the database; stop the centre first. The halls send again what came after."""
    from hallkeeper.central_backup import put_back

    with reported(), opened(config) as database:
        put_back(database, source, at=time.time_ns() // 1_000_000)
        console.print(
            "Restored. Start the centre: the halls send again what came after, and their places are sold again "
            "when each has told its roster. What was booked after the backup and never reached a hall is lost."
        )
