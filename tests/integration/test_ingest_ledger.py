"""The ledger of a hall says how far its figures go, on each kind of database."""

from fastapi import FastAPI
from fastapi.testclient import TestClient

from central.api import ledger
from tests.centre import CentreBench
from tests.fakenode import FakeNode, customer


def test_figures_that_are_behind_the_stored_events_say_so(centre: CentreBench) -> None:
    node = centre.enrol(FakeNode("bank"))
    node.record(*customer(1))
    centre.say(node.hello(), *node.batches())
    folded, centre.projector.take = node.last, lambda arrived: None  # type: ignore[method-assign, assignment]
    node.record(*customer(2))
    centre.say(node.events(folded + 1))
    app = FastAPI()
    app.include_router(ledger.router(centre.database))

    def held() -> tuple[int, int, int]:
        found = TestClient(app).get("/api/v1/halls/bank/ledger?day=2026-11-22").json()["nodes"]["bank"]
        stream = found["streams"][node.epoch]
        return stream["acked"], stream["folded"], found["services"]["savings"]["taken"]

    assert held() == (node.last, folded, 1)
    centre.projector.catch_up()
    assert held() == (node.last, node.last, 2)
