"""A console over a small made-up centre, and a browserless visitor."""

import re
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from fastapi import FastAPI
from sqlalchemy import Engine
from starlette.testclient import TestClient

from central import live
from central.console import mount
from central.db.engine import engine as open_engine
from tests import console_world as world


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of an empty centre with its accounts, made once."""
    folder = tmp_path_factory.mktemp("centre")
    made = world.new_engine(f"sqlite:///{folder / 'centre.db'}")
    with made.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    made.dispose()
    return folder / "centre.db"


@pytest.fixture
def engine(migrated: Path, tmp_path: Path) -> Engine:
    shutil.copy(migrated, tmp_path / "centre.db")
    made = open_engine(f"sqlite:///{tmp_path / 'centre.db'}")
    world.fill(made, halls=3, now=time.time_ns() // 1_000_000, tickets=40)
    return made


@pytest.fixture
def feed(engine: Engine) -> live.Live:
    made = live.Live()
    made.load(live.read(engine))
    return made


class Woken:
    """Counts how often the ingest was told to look for orders."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self) -> None:
        self.times += 1


@pytest.fixture
def woken() -> Woken:
    return Woken()


@pytest.fixture
def app(engine: Engine, feed: live.Live, woken: Woken) -> FastAPI:
    made = FastAPI()
    mount(made, engine, feed, world.SETTINGS, wake=woken)
    return made


class Visitor(TestClient):
    """Somebody with a browser at the console."""

    def token(self, page: str = "/console/login") -> str:
        """The form token of a page."""
        found = re.search(r'name="csrftoken" value="([^"]+)"', self.get(page).text)
        assert found is not None, f"{page} has no form token"
        return found[1]

    def log_in(self, name: str, password: str = world.PASSWORD) -> int:
        """The status of the answer: 303 in, 400 refused."""
        form = {"username": name, "password": password, "csrftoken": self.token()}
        return self.post("/console/login", data=form, follow_redirects=False).status_code


@pytest.fixture
def visit(app: FastAPI) -> Callable[[str | None], Visitor]:
    """A visitor, logged in under a name or (None) not at all; in English."""

    def coming(name: str | None) -> Visitor:
        visitor = Visitor(app, base_url="http://127.0.0.1")
        visitor.cookies.set("language", "en")
        if name is not None:
            assert visitor.log_in(name) == 303
        return visitor

    return coming
