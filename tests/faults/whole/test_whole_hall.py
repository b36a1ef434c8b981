"""One hall's real process: a rush, a second node, and rubbish over HTTP."""

import http.client
import itertools
import json
import socket
import subprocess
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from contract.events import ServiceFinished, TicketCalled, TicketIssued
from edge.journal import Reader
from edge.web.bodies import LIMIT
from hallkeeper.system import System
from tests.faults.whole.load import COUNTERS, SERVICES, Hall
from tests.faults.whole.programs import HALL, Office, hall_file, rewrite, written
from tests.waiting import until

pytestmark = [pytest.mark.xdist_group("whole-hall"), pytest.mark.timeout(120)]


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """The hall alone: its centre is not there."""
    with Office(written(tmp_path_factory.mktemp("hall"))) as made:
        made.node.start()
        yield made


# --- F48 ----------------------------------------------------------------------

KEYS, PRESSES = ("2", "3", "4", "5"), 15
HTTP, KIOSK = 100, 40
REPEAT_S = 1.2
"""Two presses of one key nearer than 0.4 s are one press."""


def at_the_keys(port: int, key: str) -> None:
    hall = Hall(port)
    for _ in range(PRESSES):
        assert hall.post("/api/panel/press", {"device": "ticket-buttons", "key": key}) == (200, {"done": True})
        time.sleep(REPEAT_S)


def over_http(port: int, name: str, count: int, service: str) -> None:
    hall = Hall(port)
    for n in range(count):
        assert hall.ticket(service, f"rush-{name}-{n}")[0] == 201


def at_the_kiosk(port: int, code: str) -> None:
    """The page of a paired terminal."""
    hall = Hall(port)
    status, paired = hall.post("/api/pair", {"code": code, "name": "kiosk by the door"})
    assert status in (200, 201), paired
    hall.headers["Authorization"] = f"Bearer {paired['token']}"
    for n in range(KIOSK):
        assert hall.ticket(SERVICES[n % 3])[0] == 201


def at_the_counter(port: int, counter: str, end: threading.Event) -> None:
    hall = Hall(port)
    assert hall.counter(counter, "login", {"clerk": f"c{counter}"})[0] == 200
    while not end.is_set():
        for step in ("next", "start", "finish"):
            hall.counter(counter, step)


@pytest.mark.fault("F48")
def test_two_hundred_presses_and_every_counter_calling(office: Office) -> None:
    hall, failed, end = Hall(office.port), list[BaseException](), threading.Event()

    def person(what: Callable[..., None], *about: Any) -> threading.Thread:
        def live() -> None:
            try:
                what(office.port, *about)
            except BaseException as error:
                failed.append(error)

        return threading.Thread(target=live)

    _, code = hall.post("/api/pairing/codes", {"role": "kiosk"})
    clerks = [person(at_the_counter, counter, end) for counter in COUNTERS]
    customers = [person(at_the_keys, key) for key in KEYS]
    customers += [person(over_http, str(n), HTTP // 10, SERVICES[n % 3]) for n in range(10)]
    customers.append(person(at_the_kiosk, code["text"]))
    for each in clerks + customers:
        each.start()
    for each in customers:
        each.join()
    total = len(KEYS) * PRESSES + HTTP + KIOSK
    until(lambda: finished(office) == total or failed, 60, lambda: where_they_are(office))
    end.set()
    for each in clerks:
        each.join()
    assert not failed

    issued, called = events(office, TicketIssued), events(office, TicketCalled)
    assert total == 200 and len(issued) == total
    sources = {source: sum(one.source == source for one in issued) for source in {one.source for one in issued}}
    print(sources)
    assert sorted(sources.values()) == [KIOSK, len(KEYS) * PRESSES, HTTP]
    by_letter: dict[str, list[int]] = defaultdict(list)
    for one in issued:
        by_letter[one.number[0]].append(int(one.number[1:]))
    assert all(numbers == list(range(1, len(numbers) + 1)) for numbers in by_letter.values())

    assert sorted(one.ticket for one in called) == sorted(one.ticket for one in issued), "each was called, once"
    queue = {one.ticket: (one.service, one.priority_class) for one in issued}
    calls: dict[tuple[str, str | None], list[str]] = defaultdict(list)
    for one in called:
        calls[queue[one.ticket]].append(one.number)
    assert all(numbers == sorted(numbers) for numbers in calls.values()), "whoever came first was called first"
    assert {one.counter for one in called} == set(COUNTERS)


def events(office: Office, kind: type[Any]) -> list[Any]:
    reader = Reader(office.journal)
    try:
        return [record.event for record in reader.replay() if isinstance(record.event, kind)]
    finally:
        reader.close()


def where_they_are(office: Office) -> str:
    """Who came by which way, whose service has not ended, and what the node says of its keys and its line."""
    issued = events(office, TicketIssued)
    ended = {one.ticket for one in events(office, ServiceFinished)}
    called = {one.ticket for one in events(office, TicketCalled)}
    left = [
        f"{one.number} ({'called' if one.ticket in called else 'waits'})" for one in issued if one.ticket not in ended
    ]
    devices = Hall(office.port).get("/api/panel")["panel"]["devices"]
    return f"{Counter(one.source for one in issued)}; not served: {left}; {devices}; {office.node.log()}"


def finished(office: Office) -> int:
    return len(events(office, ServiceFinished))


# --- a second node ------------------------------------------------------------


def refused(system: System) -> str:
    """What `edge run` says when it does not start."""
    ran = subprocess.run(system.hall_program(HALL).argv, capture_output=True, text=True, timeout=60, check=False)
    assert ran.returncode == 1
    assert "Traceback" not in ran.stderr
    return ran.stderr.strip().splitlines()[-1]


def test_two_nodes_on_one_folder(office: Office) -> None:
    said = refused(office.system)
    assert str(office.journal.parent) in said and "another node" in said
    assert Hall(office.port).get("/healthz") == {"status": "ok"}


def test_a_port_that_is_taken(office: Office, tmp_path: Path) -> None:
    other = written(tmp_path)
    document = hall_file(other)
    document["node"]["port"] = office.port
    rewrite(other, document)
    said = refused(other)
    assert "node.port" in said and str(office.port) in said
    assert Hall(office.port).get("/healthz") == {"status": "ok"}
    # What it had opened until then is closed again: it starts once the port is free.
    document["node"]["port"] = other.layout.halls[HALL]
    rewrite(other, document)
    with Office(other) as started:
        started.node.start()


# --- rubbish ------------------------------------------------------------------

CALLS = (
    "/api/tickets",
    *(f"/api/counters/1/{step}" for step in ("login", "logout", "next", "recall", "start", "finish", "undo")),
    *(f"/api/counters/1/{step}" for step in ("pass", "restore", "transfer", "pause", "resume", "rate")),
    "/api/slips/reprint",
    "/api/slips/nobody/rating",
    "/api/panel/press",
    "/api/panel/switch",
    "/api/panel/uplink",
    "/api/pair",
    "/api/pairing/codes",
    "/api/pairing/forget",
    "/api/pairing/nobody/revoke",
)
NO_BODY: dict[str, bytes] = {
    "text": b"ticket please",
    "half": b'{"service": "personal"',
    "behind": b'{"service": "personal"} {}',
    "NaN": b'{"service": NaN}',
    "Infinity": b'{"level": -Infinity}',
    "bad UTF-8": b'{"service": "\xff\xfe"}',
    "bad UTF-8 key": b'{"\xc3\x28": 1}',
    "lone surrogate": b'{"service": "\\ud800", "clerk": "\\ud800", "number": "\\ud800", "code": "\\ud800"}',
    "zero byte": b"\x00",
    "nested": b"[" * 30_000,
    "nested well": b"[" * 30_000 + b"]" * 30_000,
    "nested object": b'{"a":' * 10_000 + b"1" + b"}" * 10_000,
    "list": b"[]",
    "null": b"null",
    "number": b"7",
    "huge number": b'{"level": 1e400}',
    "long number": b'{"level": ' + b"9" * 5000 + b"}",
    "unknown key": b'{"servcie": "personal"}',
    "too large": b'{"service": "' + b"x" * LIMIT + b'"}',
    "huge": b" " * 1_000_000,
}
"""None of these is what any call takes."""

WRONG: list[tuple[str, Any]] = [
    ("/api/tickets", {"service": None}),
    ("/api/tickets", {"service": ["personal"]}),
    ("/api/tickets", {"service": {"$ne": ""}}),
    ("/api/tickets", {"service": ""}),
    ("/api/tickets", {"service": "x" * 65}),
    ("/api/tickets", {"service": "personal'; drop table event; --"}),
    ("/api/tickets", {"service": "personal", "priority_class": "president"}),
    ("/api/tickets", {"service": "personal", "priority_class": 1}),
    ("/api/counters/99/next", {}),
    ("/api/counters/%00/next", {}),
    ("/api/counters/..%2f..%2fetc/next", {}),
    ("/api/counters/1/explode", {}),
    ("/api/counters/1/login", {"clerk": 5}),
    ("/api/counters/1/restore", {"number": "Z999"}),
    ("/api/counters/1/restore", {"number": -1}),
    ("/api/counters/1/transfer", {"to_service": "nowhere"}),
    ("/api/counters/1/transfer", {"to_service": "personal", "place": "first"}),
    ("/api/counters/1/pause", {"reason": "no such reason"}),
    ("/api/counters/1/rate", {"level": 6}),
    ("/api/counters/1/rate", {"level": 4.5}),
    ("/api/counters/1/rate", {"level": True}),
    ("/api/slips/nobody/rating", {"level": 5}),
    ("/api/slips/reprint", {"number": "A000"}),
    ("/api/panel/press", {"device": "ticket-buttons", "key": "77"}),
    ("/api/panel/press", {"device": "board-1", "key": "2"}),
    ("/api/panel/switch", {"device": "slip-printer", "what": "explode", "on": True}),
    ("/api/panel/switch", {"device": "slip-printer", "what": "paper_out", "on": "yes"}),
    ("/api/panel/uplink", {"on": 1}),
    ("/api/pair", {"code": "000000"}),
    ("/api/pairing/codes", {"role": "god"}),
]


class Rubbish:
    """Sends bytes as they are; the node may hang up after any answer."""

    def __init__(self, port: int) -> None:
        self._port = port

    def send(self, path: str, body: bytes, method: str = "POST", **headers: str) -> tuple[int, Any]:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=20)
        try:
            try:
                headers = {name.replace("_", "-"): value for name, value in headers.items()}
                connection.request(method, path, body, {"Content-Type": "application/json"} | headers)
            except (BrokenPipeError, ConnectionResetError):
                pass  # it answers before the end of what is too large
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read())
        finally:
            connection.close()


def well_said(status: int, answer: Any) -> None:
    """The one shape of an error, and an error of the caller's."""
    assert 400 <= status < 500, (status, answer)
    assert set(answer) in ({"error", "detail"}, {"error", "detail", "field"}), answer
    assert all(isinstance(value, str) and value for value in answer.values()), answer
    assert "Traceback" not in answer["detail"]


def stands(office: Office) -> dict[str, Any]:
    """The hall without its clock."""
    view: dict[str, Any] = Hall(office.port).get("/api/view")
    del view["at"]
    for service in view["services"]:
        for name in [name for name in service if name.startswith(("wait", "longest"))]:
            if name != "waiting":
                del service[name]
    return view


@pytest.fixture
def unmoved(office: Office) -> Iterator[Rubbish]:
    """Whatever is sent, the hall is as before."""
    before = stands(office)
    yield Rubbish(office.port)
    assert stands(office) == before
    assert Hall(office.port).get("/healthz") == {"status": "ok"}


@pytest.mark.parametrize("name", NO_BODY)
def test_a_body_that_is_none_is_turned_away_by_every_call(unmoved: Rubbish, name: str) -> None:
    for path in CALLS:
        well_said(*unmoved.send(path, NO_BODY[name]))


def test_wrong_values_are_turned_away_and_named(unmoved: Rubbish) -> None:
    for path, body in WRONG:
        status, answer = unmoved.send(path, json.dumps(body).encode())
        well_said(status, answer)
        if status == 422:
            assert answer.get("field"), (path, body, answer)


def test_wrong_methods_paths_and_headers_are_turned_away(unmoved: Rubbish) -> None:
    ticket = b'{"service": "personal"}'
    for method, path in itertools.product(("GET", "PUT", "DELETE", "PATCH"), CALLS[:3]):
        well_said(*unmoved.send(path, ticket, method))
    for path in (
        "/api",
        "/api/tickets/A001",
        "/api/counters",
        "/api/%ff%fe",
        "/api/" + "x" * 8000,
        "/../../etc/passwd",
    ):
        well_said(*unmoved.send(path, ticket))
    headers: list[dict[str, str]] = [
        {"Host": "bank.example"},
        {"Origin": "http://bank.example"},
        {"Sec_Fetch_Site": "cross-site"},
        {"Content_Type": "text/plain"},
        {"Content_Type": "application/json; charset=gb18030"},
        {"Idempotency_Key": "x" * 129},
        {"Idempotency_Key": "not visible \t"},
        {"Idempotency_Key": "\xe9"},
    ]
    for each in headers:
        well_said(*unmoved.send("/api/tickets", ticket, **each))


def test_what_is_no_http_does_not_reach_the_hall(office: Office, unmoved: Rubbish) -> None:
    for said in (
        b"\x16\x03\x01\x02\x00",
        b"ticket please\r\n\r\n",
        b"POST /api/tickets HTTP/1.1\r\nA: " + b"x" * 100_000,
    ):
        with socket.create_connection(("127.0.0.1", office.port), 20) as line:
            try:
                line.sendall(said)
                line.shutdown(socket.SHUT_WR)
                while line.recv(4096):
                    pass
            except OSError:
                pass  # it hung up on us
