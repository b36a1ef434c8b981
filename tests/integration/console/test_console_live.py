"""The live board: its page, and its changes over server-sent events from a running server."""

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import msgspec
import pytest
import uvicorn
from fastapi import FastAPI
from sqlalchemy import Engine, update

from central import live
from central.console.people.accounts import create_user
from central.db.engine import writing
from central.db.tables import User
from tests import console_world as world


@pytest.fixture
def address(app: FastAPI) -> Iterator[str]:
    """The console served on a free port of loopback."""
    taken = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=2))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [taken]}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{taken.getsockname()[1]}"
    server.should_exit = True
    thread.join(60)
    assert not thread.is_alive(), "an open stream keeps the centre from stopping"


def now() -> int:
    return time.time_ns() // 1_000_000


@contextmanager
def logged_in(address: str, name: str = "guest") -> Iterator[httpx.Client]:
    with httpx.Client(base_url=address, timeout=60, follow_redirects=True) as client:
        client.cookies.set("language", "en")
        token = client.get("/console/login").text.split('name="csrftoken" value="')[1].split('"')[0]
        client.post("/console/login", data={"username": name, "password": world.PASSWORD, "csrftoken": token})
        yield client


def events(stream: httpx.Response) -> Iterator[tuple[str, Any]]:
    """(kind, decoded data) until the test stops reading."""
    kind = ""
    for line in stream.iter_lines():
        if line.startswith("event:"):
            kind = line[6:].strip()
        elif line.startswith("data:"):
            yield kind, json.loads(line[5:])


def until(found: Iterator[tuple[str, Any]], fits: Callable[[str, Any], bool], most_s: float = 60) -> tuple[str, Any]:
    ends = time.monotonic() + most_s
    for kind, data in found:
        if fits(kind, data):
            return kind, data
        assert time.monotonic() < ends, "nothing of the kind came"
    raise AssertionError("the stream ended")


@pytest.mark.clause("S1-53")
def test_an_offline_hall_is_shown_as_such_with_the_age_of_what_is_known(visit: Callable) -> None:
    page = visit("guest").get("/console/").text
    gone = page.split('id="card-node-003"')[1].split("</article>")[0]
    assert 'data-link="offline"' in gone
    assert "was open" in gone
    assert "12 min" in gone
    assert "as of" in gone
    here = page.split('id="card-node-002"')[1].split("</article>")[0]
    assert 'data-link="online"' in here


@pytest.mark.clause("S1-53")
def test_a_change_reaches_an_open_board_without_reload(address: str, feed: live.Live) -> None:
    with logged_in(address) as client:
        since = client.get("/console/").text.split('data-now="')[1].split('"')[0]
        with client.stream("GET", f"/console/live/stream?since={since}") as stream:
            found = events(stream)
            until(found, lambda kind, _: kind == "tick")
            report = feed.snapshot()["node-002"].state
            assert report is not None
            called = msgspec.structs.replace(report.counters[0], status="called", number="Q777")
            fresh = msgspec.structs.replace(report, at=now(), counters=[called, *report.counters[1:]])
            feed.change([live.StateArrived("node-002", fresh, now())])
            _, card = until(found, lambda kind, _: kind == "card")
            assert card["node"] == "node-002"
            assert "Q777" in card["html"]
            assert "calling" in card["html"]
            feed.change([live.LinkChanged("node-002", False, now())])
            _, card = until(found, lambda kind, data: kind == "card" and data["node"] == "node-002")
            assert 'data-link="offline"' in card["html"]
            _, counted = until(found, lambda kind, _: kind == "summary")
            assert counted["offline"] == 2


def test_the_stream_tells_first_what_changed_since_the_page(address: str, feed: live.Live) -> None:
    with logged_in(address) as client:
        since = client.get("/console/").text.split('data-now="')[1].split('"')[0]
        feed.change([live.LinkChanged("node-001", False, now())])
        with client.stream("GET", f"/console/live/stream?since={since}") as stream:
            shown = []
            for kind, data in events(stream):
                if kind == "card":
                    shown.append(data["node"])
                if kind == "tick":
                    break
        assert shown == ["node-001"]
        with client.stream("GET", "/console/live/stream?since=rubbish") as stream:
            shown = []
            for kind, data in events(stream):
                if kind == "card":
                    shown.append(data["node"])
                if kind == "tick":
                    break
        assert shown == ["node-001", "node-002", "node-003"]


def test_the_stream_tells_of_ones_own_halls_only(address: str, engine: Engine, feed: live.Live) -> None:
    create_user(engine, "away", world.PASSWORD, "viewer")
    with writing(engine).begin() as connection:
        connection.execute(update(User).where(User.name == "away").values(halls=["hall-003"]))
    with logged_in(address, "away") as client:
        page = client.get("/console/").text
        assert 'id="card-node-003"' in page and "node-001" not in page
        with client.stream("GET", "/console/live/stream?since=1") as stream:
            found = events(stream)
            shown = []
            for kind, data in found:
                shown += [data["node"]] if kind == "card" else []
                if kind == "tick":
                    break
            feed.change([live.LinkChanged("node-001", False, now()), live.LinkChanged("node-003", True, now())])
            _, card = until(found, lambda kind, _: kind == "card")
        assert set(shown) <= {"node-003"} and card["node"] == "node-003"


def test_a_reader_who_left_is_forgotten(address: str, feed: live.Live) -> None:
    with logged_in(address) as client, client.stream("GET", "/console/live/stream") as stream:
        told = events(stream)  # held on to: let go, it would end the stream
        until(told, lambda kind, _: kind == "tick")
        # The first tick may be told a moment before the stream listens for changes.
        ends = time.monotonic() + 60
        while not feed._bells:
            assert time.monotonic() < ends, "the stream does not listen for changes"
            time.sleep(0.01)
    ends = time.monotonic() + 60
    while feed._bells:
        assert time.monotonic() < ends, "the stream of a reader who left is still open"
        time.sleep(0.05)


def test_the_board_speaks_the_readers_language(address: str, feed: live.Live) -> None:
    with logged_in(address) as client:
        client.cookies.set("language", "zh")
        with client.stream("GET", "/console/live/stream") as stream:
            _, card = until(events(stream), lambda kind, data: kind == "card" and data["node"] == "node-003")
        assert "离线" in card["html"]
        assert "offline" not in card["html"].split("hk-link")[1].split("</div>")[0]
