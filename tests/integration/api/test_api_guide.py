"""docs/api.md: its commands work as they stand, and are answered as it says."""

import json
import os
import re
import socket
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from sqlalchemy import update
from sqlalchemy.orm import Session

from central.api import keys
from central.db.tables import MaterialRow
from central.hooks.sender import signed
from hallkeeper.cli import app
from tests.api_world import ApiWorld
from tests.booking_world import id_number
from tests.waiting import until

GUIDE = Path(__file__).parents[3] / "docs" / "api.md"
PAIR = re.compile(r"```sh\n(curl .*?)\n```\n```json\n(.*?)\n```", re.DOTALL)


class Served(ApiWorld):
    """On a socket of its own. `names` are the variables of the guide."""

    def __init__(self, folder: Path) -> None:
        super().__init__(f"sqlite:///{folder}/centre.db")
        with Session(self.world.engine) as session, session.begin():
            session.execute(update(MaterialRow).values(original=True))
        taken = socket.create_server(("127.0.0.1", 0))
        config = uvicorn.Config(self.centre.app, log_level="warning", timeout_graceful_shutdown=1)
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, kwargs={"sockets": [taken]}, daemon=True)
        self._thread.start()
        until(lambda: self._server.started)
        tomorrow = [slot for slot in self.world.slots() if slot.day > "2026-11-23"]
        returned = self.booked(2, name="", slot=tomorrow[3].id)
        self.names = {
            "HALLKEEPER": f"http://127.0.0.1:{taken.getsockname()[1]}", "KEY": self.key, "DAY": tomorrow[0].day,
            "SLOT": tomorrow[0].id, "OTHER_SLOT": tomorrow[5].id, "ESTATE_SLOT": self.world.slots("estate")[20].id,
            "ID_NUMBER": id_number(1), "ID_NUMBER_2": id_number(2), "RETURNED": returned["code"],
        }  # fmt: skip

    def close(self) -> None:
        self._server.should_exit = True
        self._thread.join(60)
        super().close()


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    made = Served(tmp_path)
    yield made
    made.close()


def like(said: Any, wanted: Any) -> bool:
    """Whether an answer has what the guide shows of it; "…" stands for anything."""
    if isinstance(wanted, str) and "…" in wanted:
        return wanted == "…" or str(said).startswith(wanted.rstrip("…"))
    if isinstance(wanted, dict):
        return isinstance(said, dict) and all(name in said and like(said[name], wanted[name]) for name in wanted)
    if isinstance(wanted, list):
        return (
            isinstance(said, list)
            and all(any(like(one, each) for one in said) for each in wanted)
            and (bool(wanted) or not said)
        )
    return bool(said == wanted)


@pytest.mark.clause("S0-8")
def test_the_commands_are_answered_as_the_guide_says(served: Served) -> None:
    pairs = PAIR.findall(GUIDE.read_text("utf-8"))
    assert len(pairs) == 11
    environment = {"PATH": os.environ["PATH"]} | served.names
    for command, answer in pairs:
        done = subprocess.run(["bash", "-euc", command], env=environment, capture_output=True, timeout=60, check=True)
        said = json.loads(done.stdout)
        assert like(said, json.loads(answer)), f"{command}\n{said}"
        if isinstance(said, dict) and said.get("ref") == "A-1001":
            environment["CODE"] = said["code"]


def test_every_command_that_asks_the_centre_is_shown_with_its_answer() -> None:
    text = GUIDE.read_text("utf-8")
    assert text.count("```sh\ncurl") == len(PAIR.findall(text))


def test_the_command_that_makes_a_key_is_one(served: Served, tmp_path: Path) -> None:
    from shlex import split

    from typer.testing import CliRunner

    found = re.search(r"```sh\nhallkeeper (central key add .*)\n```", GUIDE.read_text("utf-8"))
    assert found is not None
    config = tmp_path / "central.toml"
    config.write_text(f'[database]\nurl = "{served.url}"\n')
    done = CliRunner().invoke(app, [*split(found[1]), "--config", str(config)])
    assert done.exit_code == 0, done.output
    key = keys.find(served.world.engine, done.output.split()[-1], at=1)
    assert key is not None and (key.name, key.channel, key.per_minute) == ("city app", "app", 300)


def test_the_lines_that_check_a_signature_do() -> None:
    import time

    found = re.search(r"```python\n(.*?)\n```", GUIDE.read_text("utf-8"), re.DOTALL)
    assert found is not None
    body, secret = b'{"type":"webhook.test"}', b"s" * 32
    headers = signed(secret, "msg_1", body, time.time_ns() // 1_000_000)
    names: dict[str, Any] = {"secret": secret, "body": body, "headers": headers}
    exec(found[1], names)
    assert names["told"] == {"type": "webhook.test"}
    with pytest.raises(Exception, match="No matching signature"):
        exec(found[1], names | {"body": body + b" "})
