"""The API held against its own OpenAPI: whatever is sent, no 5xx, and every answer as the document says."""

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.python.asgi import HOST
from schemathesis.specs.openapi.checks import positive_data_acceptance

from central import live
from central.api.entries import Customer, NewBooking
from tests.api_world import ApiWorld

EXAMPLES = 20
"""Of each call and manner; the whole stays under a minute."""
CALLS = [
    ("GET", "/api/v1/halls"), ("GET", "/api/v1/halls/{hall}"), ("GET", "/api/v1/halls/{hall}/state"),
    ("GET", "/api/v1/halls/{hall}/ledger"), ("GET", "/api/v1/halls/{hall}/matters"),
    ("GET", "/api/v1/halls/{hall}/slots"), ("POST", "/api/v1/bookings"), ("GET", "/api/v1/bookings/{code}"),
    ("PUT", "/api/v1/bookings/{code}"), ("POST", "/api/v1/bookings/{code}/cancel"),
    ("POST", "/api/v1/bookings/{code}/move"), ("POST", "/api/v1/bookings/{code}/change"),
    ("POST", "/api/v1/bookings/{code}/hindered"), ("POST", "/api/v1/webhooks"), ("GET", "/api/v1/webhooks"),
    ("DELETE", "/api/v1/webhooks/{webhook}"), ("POST", "/api/v1/webhooks/{webhook}/test"), ("GET", "/healthz"),
    ("GET", "/metrics"),
]  # fmt: skip
NOTHING_TO_SEND = [call for call in CALLS if call[0] == "GET" and "{" not in call[1]]
NEVER_ENDS = ("GET", "/api/v1/stream")
quietly = settings(
    max_examples=EXAMPLES, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
)


class Told(ApiWorld):
    """With bookings in every state a program can bring about, and the document read from the running API."""

    def __init__(self, folder: Path) -> None:
        super().__init__(f"sqlite:///{folder}/centre.db", per_minute=100_000, http={"allowed_hosts": [HOST]})
        self.centre.worker.start()
        self.centre.pace.per_minute = 10**9  # limits have tests of their own
        self.schema = schemathesis.openapi.from_asgi("/api/v1/openapi.json", self.centre.app)
        self.centre.live.load(live.read(self.world.engine))
        self.slots = {name: [slot.id for slot in self.world.slots(name)] for name in ("social", "estate")}
        self._persons = 100

    def begin(self) -> None:
        """New bookings, of which some are to be mended, and a webhook."""
        self.codes = []
        for name in ("李小明", "李小明", "", ""):
            self._persons += 1
            free = [slot.id for slot in self.world.slots("social") if slot.taken + slot.granted < slot.capacity]
            self.codes.append(self.booked(self._persons, name=name, slot=free[-1])["code"])
        added = self.ask("POST", "/webhooks", {"url": "https://example.org/hooks"}).json()
        self.webhook = added.get("id") or self.ask("GET", "/webhooks").json()[-1]["id"]

    def close(self) -> None:
        self.centre.worker.close()
        super().close()

    def made_real(self, case: Any, chance: random.Random) -> None:
        """Names what there is, so that the request gets further than "there is no such thing"."""
        matter, service = chance.choice((("join", "social"), ("claim", "social"), ("transfer", "estate")))
        known = {
            "hall": "hall", "code": chance.choice(self.codes), "webhook": self.webhook, "matter": matter,
            "slot": chance.choice(self.slots[service]), "day": "2026-11-23", "date": "2026-11-24",
        }  # fmt: skip
        for place in (case.path_parameters, case.query, case.body):
            if isinstance(place, dict):
                place.update({name: known[name] for name in place if name in known})
        if isinstance(case.query, dict):
            case.query.pop("phone_tail", None)
        fields = {"POST": NewBooking.model_fields, "PUT": Customer.model_fields}.get(case.operation.method.upper(), {})
        if isinstance(case.body, dict) and ("hall" in case.body or fields is Customer.model_fields):
            sound = self.entries(chance.randrange(300, 900), matter=matter)
            case.body.update({name: sound[name] for name in sound if name in fields and chance.random() < 0.9})


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    made = Told(tmp_path_factory.mktemp("schema"))
    yield made
    made.close()


def test_every_call_is_held_against_the_document(api: Told) -> None:
    document = api.client.get("/api/v1/openapi.json").json()
    named = {(method.upper(), path) for path, calls in document["paths"].items() for method in calls}
    assert named == {*CALLS, NEVER_ENDS}


@pytest.mark.clause("S0-8")
@pytest.mark.parametrize(("method", "path", "mode"), [(*call, mode) for mode in GenerationMode for call in CALLS])
def test_every_answer_is_as_the_document_says(api: Told, method: str, path: str, mode: GenerationMode) -> None:
    operation = api.schema[path][method]
    # whether a URL leads where it may, no pattern tells
    excluded = [positive_data_acceptance] if path.endswith("/webhooks") else []
    if mode is GenerationMode.NEGATIVE and (method, path) in NOTHING_TO_SEND:
        return

    @quietly
    @given(case=operation.as_strategy(generation_mode=mode))
    def hold(case: Any) -> None:
        case.call_and_validate(headers={"Authorization": f"Bearer {api.key}"}, excluded_checks=excluded)

    hold()


@pytest.mark.parametrize(("method", "path"), [call for call in CALLS if "{" in call[1] or "bookings" in call[1]])
def test_so_is_every_answer_about_what_there_is(api: Told, method: str, path: str) -> None:
    operation = api.schema[path][method]

    seen = set()
    api.begin()

    @quietly
    @given(case=operation.as_strategy(), seed=st.integers(0, 2**32))
    def hold(case: Any, seed: int) -> None:
        api.made_real(case, random.Random(seed))
        answer = case.call_and_validate(headers={"Authorization": f"Bearer {api.key}"})
        seen.add(answer.status_code)

    hold()
    assert any(200 <= status < 300 for status in seen), seen
