"""The pages as a server gives them: live stream, languages, files, start and stop."""

import ast
import asyncio
import contextlib
import io
import json
import re
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from babel.messages.extract import extract
from babel.messages.pofile import read_po
from jinja2 import Environment
from jinja2.ext import extract_from_ast

from contract.catalogue import Rules
from edge.errors import ConfigError
from edge.hall.commands import ChangeRules, IssueTicket
from edge.people import reading
from edge.web import feed, pages, serve
from edge.web.app import create_app
from edge.web.panel import VoiceLine
from edge.web.serve import WebServer

PO = Path(pages.__file__).parents[1] / "locale" / "zh" / "LC_MESSAGES" / "pages.po"


@pytest.fixture
def server(hallway: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[WebServer]:
    monkeypatch.setattr(serve, "STOP_S", 60)  # nobody is cut off because the machine stands still
    app = create_app(
        hallway.line, hallway.settings, hallway.panel, terminals=hallway.terminals,
        report=lambda: None, reprint=hallway.reprinted.append, clock=lambda: hallway.line.now,
    )  # fmt: skip
    made = WebServer(app, "127.0.0.1", 0)
    made.start()
    yield made
    made.stop()


class Listener:
    """Reads a live stream, event by event."""

    def __init__(self, response: httpx.Response) -> None:
        self._lines = response.iter_lines()

    def next(self) -> tuple[str, Any]:
        event, data = "", ""
        for line in self._lines:
            if line.startswith("event:"):
                event = line[6:].strip()
            elif line.startswith("data:"):
                data += line[5:].strip()
            elif not line and event:
                return event, json.loads(data)
        raise EOFError

    def until(self, wanted: str) -> Any:
        while True:
            event, data = self.next()
            if event == wanted:
                return data


@contextlib.contextmanager
def listening(server: WebServer, path: str = "/api/stream", **headers: str) -> Iterator[Listener]:
    with httpx.stream("GET", server.url + path, timeout=60, headers=headers) as response:
        assert response.status_code == 200
        yield Listener(response)


def issue(hallway: Any, number: int = 1) -> None:
    for _ in range(number):
        token = f"ABCDEFGHIJK{hallway.line.state.seq:04d}"
        hallway.line.submit(IssueTicket("savings", token, "test")).result()


def test_the_stream_begins_with_everything_and_follows_each_commit(
    server: WebServer, hallway: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed, "LOOK_S", 3600.0)  # so that only the commit can wake it
    with listening(server) as heard:
        first = dict(heard.next() for _ in range(3))
        assert set(first) == {"clock", "about", "view"}
        assert first["clock"]["now"] == hallway.line.now
        issue(hallway)
        assert heard.until("view")["services"][0]["waiting"] == 1


def test_a_quiet_hall_is_heard_well_before_a_page_calls_the_node_dead(
    server: WebServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = (pages.STATIC / "common.js").read_text()
    [silent] = re.findall(r"SILENT_MS = ([\d_]+);", script)
    assert int(silent) >= 2 * (feed.CLOCK_S + feed.LOOK_S) * 1000
    monkeypatch.setattr(feed, "CLOCK_S", 0.2)
    monkeypatch.setattr(feed, "LOOK_S", 0.1)
    with listening(server) as heard:
        assert [set(heard.until("clock")) for _ in range(3)] == [{"now"}] * 3


def test_an_address_that_is_not_there_is_answered_with_what_to_do(client: Any) -> None:
    missing, wrong = client.get("/api/nowhere"), client.get("/api/tickets")
    assert (missing.status_code, wrong.status_code) == (404, 405)
    assert "look at its spelling" in missing.json()["detail"] and "Allow" in wrong.json()["detail"]
    assert "POST" in wrong.headers["allow"]


@contextlib.contextmanager
def busy(server: WebServer) -> Iterator[None]:
    """Meanwhile the server does something else."""
    begun, done = threading.Event(), threading.Event()

    def work() -> None:
        begun.set()
        done.wait(60)

    server.app.state.house.feed._loop.call_soon_threadsafe(work)
    assert begun.wait(60)
    try:
        yield
    finally:
        done.set()


def test_a_burst_is_sent_as_few_pictures_and_the_last_is_never_missed(server: WebServer, hallway: Any) -> None:
    with listening(server) as heard:
        heard.until("view")
        with busy(server):
            issue(hallway, 200)
        assert heard.until("view")["services"][0]["waiting"] == 200, "one picture, of the last"


def test_no_page_gets_pictures_faster_than_a_person_sees_them(server: WebServer, hallway: Any) -> None:
    with listening(server) as heard:
        heard.until("view")
        pictures, began = 1, time.monotonic()
        issue(hallway, 200)
        while heard.until("view")["services"][0]["waiting"] < 200:
            pictures += 1
        assert pictures <= (time.monotonic() - began) / feed.GAP_S + 2


def test_changed_rules_reach_the_pages(server: WebServer, hallway: Any) -> None:
    with listening(server) as heard:
        assert heard.until("about")["rules"]["rings"] == 3
        hallway.line.submit(ChangeRules(Rules(rings=5))).result()
        assert heard.until("about")["rules"]["rings"] == 5


def test_a_revoked_terminal_hears_no_more(server: WebServer, hallway: Any) -> None:
    paired = hallway.terminals.pair(hallway.terminals.new_code("display").text, "", "a")
    with listening(server, Authorization=f"Bearer {paired[1]}") as heard:
        heard.until("view")
        hallway.terminals.revoke(paired[0].id)
        issue(hallway)
        with pytest.raises(EOFError):
            for _ in range(20):
                heard.next()


def test_the_panels_stream_tells_lamps_and_what_changed(server: WebServer, hallway: Any) -> None:
    with listening(server, "/api/panel/stream") as heard:
        assert heard.until("view")["seq"] == hallway.line.state.seq
        assert heard.until("panel")["link"]["backlog"] == 7
        assert set(heard.until("lamps")) == {"summary"}
        hallway.panel.spoken = [VoiceLine(5, "en", "Ticket A001, please go to counter 1.")]
        assert heard.until("panel")["voice"][0]["text"].startswith("Ticket A001")


def test_the_panel_moves_twins(client: Any, hallway: Any) -> None:
    client.post("/api/panel/press", json={"device": "panel", "key": "A"})
    client.post("/api/panel/switch", json={"device": "printer", "what": "paper_out", "on": True})
    client.post("/api/panel/uplink", json={"on": False})
    assert hallway.panel.done == [
        ("press", "panel", "A"),
        ("toggle", "printer", "paper_out", True),
        ("uplink", False),
    ]
    wrong = client.post("/api/panel/press", json={"device": "cellar", "key": "A"})
    assert (wrong.status_code, wrong.json()["field"]) == (404, "device")


def test_a_slip_is_a_picture(client: Any) -> None:
    slip = client.get("/api/panel/slips/s1")
    assert slip.headers["content-type"] == "image/png" and slip.content.startswith(b"\x89PNG")
    assert client.get("/api/panel/slips/s9").status_code == 404


def test_a_taken_address_is_said_at_start(hallway: Any) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        server = WebServer(hallway.app, "127.0.0.1", taken.getsockname()[1])
        with pytest.raises(ConfigError, match=r"node\.port"):
            server.start()


def test_the_server_stops_although_pages_are_listening(server: WebServer, hallway: Any) -> None:
    with listening(server) as heard, listening(server, "/api/panel/stream") as other:
        heard.until("view"), other.until("panel")
        stopping = threading.Thread(target=server.stop)
        stopping.start()
        stopping.join(50)
        assert not stopping.is_alive()
        for stream in (heard, other):  # ended, not cut off
            with pytest.raises(EOFError):
                for _ in range(100):
                    stream.next()
    with pytest.raises(httpx.ConnectError):
        httpx.get(server.url + "/healthz", timeout=60)


# --- languages ----------------------------------------------------------------


def said() -> set[str]:
    """Every sentence the pages can say."""
    found: set[str] = set()
    for script in pages.STATIC.glob("*.js"):
        for _, message, _, _ in extract(
            "javascript", io.BytesIO(script.read_bytes()), keywords={"t": None, "counted": (1, 2)}
        ):
            found.add(message if isinstance(message, str) else message[0])
    for module in pages.HERE.glob("*.py"):
        for _, message, _, _ in extract(
            "python", io.BytesIO(module.read_bytes()), keywords={"_": None, "ngettext": (1, 2)}
        ):
            found.add(message if isinstance(message, str) else message[0])
    for template in (pages.HERE / "templates").glob("*.html"):
        parsed = Environment().parse(template.read_text())
        found |= {one if isinstance(one, str) else str(one[0]) for _, _, one in extract_from_ast(parsed)}
    return found


def first(form: Any) -> str:
    """Of a counted sentence how one thing is said."""
    return str(form if isinstance(form, str) else form[0])


def literals(folder: Path) -> set[str]:
    """Every string that stands whole in the Python files there."""
    return {
        node.value
        for file in folder.rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def test_every_sentence_has_its_chinese_with_the_same_places(hallway: Any) -> None:
    with PO.open("rb") as text:
        messages = [one for one in read_po(text) if one.id]
    chinese = {first(one.id): first(one.string) for one in messages}
    devices = {first(one.id) for one in messages if "said by a device" in " ".join(one.auto_comments)}
    edge = PO.parents[3]
    known = literals(edge / "devices") | literals(edge / "sync")
    assert devices <= known | set(reading._WORDS.values())
    assert said() | devices == set(chinese)
    for english, translated in chinese.items():
        places = re.compile(r"\{\w+\}")
        assert sorted(places.findall(english)) == sorted(places.findall(translated)), english
        assert re.search("[一-鿿]", translated), english


@pytest.mark.parametrize("path", ["/", "/kiosk", "/counter/1", "/counter", "/desk", "/pair", "/sheet"])
def test_a_page_speaks_the_halls_first_language_and_the_asked_one(client: Any, path: str) -> None:
    chinese, english = client.get(path).text, client.get(path, params={"lang": "en"}).text
    assert '<html lang="zh-CN"' in chinese and "城东营业厅" in chinese
    assert '<html lang="en"' in english and "East branch" in english
    assert '<html lang="zh-CN"' in client.get(path, params={"lang": "xx"}).text


def test_a_counter_that_is_not_there_has_no_page(client: Any) -> None:
    assert client.get("/counter/9").status_code == 404


def test_pages_need_nothing_from_elsewhere_and_make_no_element_from_text(client: Any) -> None:
    for file in [*pages.STATIC.rglob("*"), *(pages.HERE / "templates").rglob("*")]:
        text = file.read_text()
        outside = [url for url in re.findall(r"https?://[^\s\"')]+", text) if "www.w3.org" not in url]
        assert outside == [], file
        assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(", text), file
        assert not re.search(r"\sstyle=|\son[a-z]+=\"|<script>", text), file


def test_a_name_with_markup_stays_text(hallway: Any, client: Any) -> None:
    settings = hallway.settings
    settings.hall.name["zh"] = "<script>alert(1)</script>"
    page = client.get("/kiosk").text
    assert "<script>alert" not in page and "&lt;script&gt;alert" in page


def test_files_are_named_by_the_build_and_kept_by_browsers(client: Any) -> None:
    files = re.findall(r'(?:href|src)="(/static/[^"]+)"', client.get("/kiosk").text)
    assert len(files) >= 4
    for file in files:
        answer = client.get(file)
        assert answer.status_code == 200 and "immutable" in answer.headers["cache-control"]
    assert client.get(f"/static/{pages.build()}/../app.py").status_code == 404


def test_answers_do_not_wait_for_acknowledgements(hallway: Any) -> None:
    """Small answers go out at once (TCP_NODELAY), also on a listening socket made by ourselves."""
    seen: list[int] = []

    class Look(asyncio.Protocol):
        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            accepted = transport.get_extra_info("socket")
            seen.append(accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
            transport.close()

    async def connect() -> None:
        listening = WebServer(hallway.app, "127.0.0.1", 0)._bind()
        server = await asyncio.get_running_loop().create_server(Look, sock=listening)
        reader, writer = await asyncio.open_connection(*listening.getsockname())
        await reader.read()
        writer.close()
        server.close()

    asyncio.run(connect())
    assert seen[0] != 0
