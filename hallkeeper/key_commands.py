"""`hallkeeper central key …`: keys of the programs that book over the API."""

import time
from typing import Annotated

import typer
from rich.table import Table

from hallkeeper.central_commands import Config, console, opened, reported

app = typer.Typer(help="Keys of the API.", no_args_is_help=True)


@app.command()
def add(
    name: Annotated[str, typer.Argument(help="Whose key it is: the app, the official account, a partner.")],
    channel: Annotated[str, typer.Option(help="app, wechat or partner.")],
    hall: Annotated[list[str] | None, typer.Option(help="May be given often; without it, all halls.")] = None,
    per_minute: Annotated[int, typer.Option(help="Requests a minute, and at once.")] = 120,
    config: Config = None,
) -> None:
    """Makes a key and prints it. It is shown this once."""
    from central.api import keys
    from central.audit import SYSTEM

    with reported(), opened(config) as database:
        id_, secret = keys.add(
            database, name, channel, SYSTEM, at=_now(), halls=hall or (), per_minute=per_minute
        )  # fmt: skip
        console.print(f"Key {id_} of [bold]{name}[/]; it is shown this once:\n")
        console.print(secret, markup=False, soft_wrap=True)


@app.command("list")
def list_(config: Config = None) -> None:
    """All keys, those in force first."""
    from central.api import keys

    with reported(), opened(config) as database, database.connect() as connection:
        table = Table("id", "name", "channel", "begins", "halls", "a minute", "last used", "in force")
        for row in keys.listed(connection):
            halls = ", ".join(row.halls) or "all"
            used = time.strftime("%Y-%m-%d %H:%M", time.localtime(row.used_at / 1000)) if row.used_at else "never"
            table.add_row(
                str(row.id), row.name, row.channel, row.prefix + "…", halls, str(row.per_minute), used,
                "yes" if row.active else "no",
            )  # fmt: skip
        console.print(table)


@app.command()
def renew(key: Annotated[int, typer.Argument(help="Its id, as `list` shows it.")], config: Config = None) -> None:
    """Prints another key in its place; the old one opens nothing any more. Bookings and webhooks stay its own."""
    from central.api import keys
    from central.audit import SYSTEM

    with reported(), opened(config) as database:
        console.print(keys.renew(database, key, SYSTEM, at=_now()), markup=False, soft_wrap=True)


@app.command()
def revoke(
    key: Annotated[int, typer.Argument(help="Its id, as `list` shows it.")],
    config: Config = None,
) -> None:
    """From now on it opens nothing, and its webhooks are told nothing more."""
    from central.api import keys
    from central.audit import SYSTEM

    with reported(), opened(config) as database:
        keys.revoke(database, key, SYSTEM, at=_now())
        console.print(f"Key {key} is revoked.")


def _now() -> int:
    return time.time_ns() // 1_000_000
