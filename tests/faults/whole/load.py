"""People in the hall: customers who take tickets over HTTP and clerks who call them, until they are sent home."""

import http.client
import itertools
import json
import random
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Any

SERVICES = ("personal", "corporate", "wealth")
COUNTERS = ("1", "2", "3")
_runs = itertools.count()


class Hall:
    """One connection to the node."""

    def __init__(self, port: int, timeout_s: float = 60.0) -> None:
        self._http = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout_s)
        self.headers = {"Content-Type": "application/json"}

    def post(self, path: str, body: dict[str, Any] | None = None, key: str | None = None) -> tuple[int, Any]:
        """Status and answer. Raises OSError or HTTPException when the node is gone."""
        headers = self.headers | ({"Idempotency-Key": key} if key else {})
        self._http.request("POST", path, json.dumps(body or {}), headers)
        answer = self._http.getresponse()
        return answer.status, json.loads(answer.read())

    def get(self, path: str) -> Any:
        self._http.request("GET", path)
        answer = self._http.getresponse()
        assert answer.status == 200, answer.status
        return json.loads(answer.read())

    def ticket(self, service: str, key: str | None = None) -> tuple[int, Any]:
        return self.post("/api/tickets", {"service": service}, key)

    def counter(self, counter: str, step: str, body: dict[str, Any] | None = None) -> tuple[int, Any]:
        return self.post(f"/api/counters/{counter}/{step}", body)

    def close(self) -> None:
        self._http.close()


class Promises:
    """What the node's answers said, by Idempotency-Key. `doubtful`: sent, and never answered."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.services: dict[str, str] = {}
        self.numbers: dict[str, str] = {}
        self.doubtful: set[str] = set()
        self.refused = 0
        self.wrong: list[str] = []
        """What no answer may be."""

    def asks(self, key: str, service: str) -> None:
        with self._lock:
            self.services[key] = service
            if key not in self.numbers:
                self.doubtful.add(key)

    def answered(self, key: str, status: int, answer: Any) -> None:
        with self._lock:
            self.doubtful.discard(key)
            if status == 201:
                if self.numbers.setdefault(key, answer["number"]) != answer["number"]:
                    self.wrong.append(f"{key}: {self.numbers[key]}, asked again {answer['number']}")
            elif status == 409 and key not in self.numbers:
                self.refused += 1
            else:
                self.wrong.append(f"{key}: {status} {answer}")


class Load:
    """A context: everybody comes at its beginning and has left at its end, whatever became of the node."""

    def __init__(
        self, port: int, promises: Promises, *, clients: int = 16, pause_s: float = 0.0, again: bool = False
    ) -> None:
        """`again`: first what was never answered is asked again, and something that was."""
        self._port, self._promises, self._pause_s = port, promises, pause_s
        self._run = next(_runs)
        self._end = threading.Event()
        again_keys = sorted(promises.doubtful) if again else []
        known = list(promises.numbers) if again else []
        self._again = [again_keys[n::clients] + random.sample(known, min(len(known), 1)) for n in range(clients)]
        self._threads = [threading.Thread(target=self._left, args=(self._customer, str(n))) for n in range(clients)]
        self._threads += [threading.Thread(target=self._left, args=(self._clerk, counter)) for counter in COUNTERS]

    def __enter__(self) -> "Load":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end.set()
        for thread in self._threads:
            thread.join(90)

    def _left(self, live: Callable[[Hall, str], None], name: str) -> None:
        hall = Hall(self._port)
        try:
            live(hall, name)
        except (OSError, http.client.HTTPException):
            pass  # the node is gone, and so are they
        finally:
            hall.close()

    def _customer(self, hall: Hall, name: str) -> None:
        for key in self._again[int(name)]:
            self._ask(hall, key, self._promises.services[key])
        for turn in itertools.count():
            if self._end.wait(self._pause_s):
                return
            self._ask(hall, f"run{self._run}-{name}-{turn}", SERVICES[(turn + int(name)) % len(SERVICES)])

    def _ask(self, hall: Hall, key: str, service: str) -> None:
        """Asked once more where the connection ended: a node hangs up on who is silent, as who stood still was."""
        self._promises.asks(key, service)
        try:
            said = hall.ticket(service, key)
        except ConnectionError:
            hall.close()
            said = hall.ticket(service, key)
        self._promises.answered(key, *said)

    def _clerk(self, hall: Hall, counter: str) -> None:
        hall.counter(counter, "login", {"clerk": f"c{counter}"})
        while not self._end.wait(self._pause_s):
            for step in ("next", "start", "finish"):
                hall.counter(counter, step)
