"""Which nodes may speak, for which hall, and the line that lets one into the broker."""

import re
import subprocess
import tempfile
import zoneinfo
from collections.abc import Mapping
from pathlib import Path

from sqlalchemy import Connection, Engine, insert, select, update

from central.db.engine import writing
from central.db.tables import Hall, Node
from central.errors import Invalid, LinkError, Refused, Unknown

_ID = re.compile(r"[a-z0-9-]{1,32}")


def enrol(
    engine: Engine, node: str, hall: str, name: Mapping[str, str], *, at: int, timezone: str = "Asia/Shanghai"
) -> None:
    """Makes a node known, and its hall where it is new; the same again changes nothing but the hall's name.

    `name`: the hall's, by language. Raises Invalid, and Refused where the node serves another hall already.
    """
    _check(node, hall, name, timezone)
    with writing(engine).begin() as connection:
        before = connection.execute(select(Node.hall).where(Node.id == node)).scalar_one_or_none()
        if before is not None and before != hall:
            raise Refused(f"{node} serves hall {before}; enrol another node name for {hall}", "hall")
        _hall(connection, hall, dict(name), timezone, at)
        if before is None:
            connection.execute(insert(Node).values(id=node, hall=hall, enrolled_at=at, active=True, taken_seq=0))
        else:
            connection.execute(update(Node).where(Node.id == node).values(active=True))


def dismiss(engine: Engine, node: str) -> None:
    """What the node sends is refused from now on; what it sent stays. Raises Unknown."""
    with writing(engine).begin() as connection:
        done = connection.execute(update(Node).where(Node.id == node).values(active=False))
        if done.rowcount == 0:
            raise Unknown(f"no node is called {node}", "node")


def password_line(node: str, password: str) -> str:
    """`node:hash` for mosquitto's password file. Raises Invalid, and LinkError without mosquitto_passwd."""
    if not _ID.fullmatch(node):
        raise Invalid("a node's name has 1 to 32 of a-z, 0-9 and -", "node")
    if not password or "\n" in password or "\0" in password:
        raise Invalid("a password is one line and not empty", "password")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "passwords"
        file.touch(mode=0o600)
        try:
            subprocess.run(
                ["mosquitto_passwd", "-b", str(file), node, password], check=True, capture_output=True, timeout=30
            )
        except (OSError, subprocess.SubprocessError) as error:
            raise LinkError(f"mosquitto_passwd did not run; install mosquitto: {error.__class__.__name__}") from None
        return file.read_text().strip()


def _check(node: str, hall: str, name: Mapping[str, str], timezone: str) -> None:
    for field, value in (("node", node), ("hall", hall)):
        if not _ID.fullmatch(value):
            raise Invalid(f"{value!r} is no {field} name: 1 to 32 of a-z, 0-9 and -", field)
    if not name or not all(name.values()):
        raise Invalid("the hall needs a name in at least one language", "name")
    if timezone not in zoneinfo.available_timezones():
        raise Invalid(f"{timezone!r} is no time zone; write one like Asia/Shanghai", "timezone")


def _hall(connection: Connection, hall: str, name: dict[str, str], timezone: str, at: int) -> None:
    if connection.scalar(select(Hall.id).where(Hall.id == hall)) is None:
        connection.execute(insert(Hall).values(id=hall, name=name, timezone=timezone, created_at=at))
    else:
        # The time zone stays: the hours of past tickets were counted in it.
        connection.execute(update(Hall).where(Hall.id == hall).values(name=name))
