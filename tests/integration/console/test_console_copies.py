"""A copy of a node that stands aside: shown with what to do, and decided by who keeps the hall's master data."""

from collections.abc import Callable
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from central import live
from central.clock import wall_ms
from central.console import mount
from central.db.tables import AuditRow, Node, Presence, Quarantine
from tests import console_world as world

PAGE = "/console/nodes/node-002"


@pytest.fixture
def app(engine: Engine, feed: live.Live) -> FastAPI:
    """The board is read again after a decision, as at the centre."""
    made = FastAPI()
    mount(made, engine, feed, world.SETTINGS, refresh=lambda: feed.load(live.read(engine)))
    return made


@pytest.fixture
def copy(engine: Engine, feed: live.Live) -> int:
    with Session(engine) as session, session.begin():
        row = world.copy_aside("node-002", wall_ms())
        session.add(row)
        session.flush()
        made = row.id
    feed.load(live.read(engine))
    return made


def decide(visitor: Any, copy: int, **form: str) -> Any:
    return visitor.post(f"{PAGE}/copies/{copy}", data={**form, "csrftoken": visitor.token(PAGE)})


def goes_silent(engine: Engine) -> None:
    with Session(engine) as session, session.begin():
        session.execute(update(Presence).where(Presence.node == "node-002").values(online=False))


def kept(engine: Engine, copy: int) -> Quarantine:
    with Session(engine) as session:
        return session.scalars(select(Quarantine).where(Quarantine.id == copy)).one()


def aside(feed: live.Live) -> bool:
    return feed.snapshot()["node-002"].aside


def test_it_is_shown_with_what_to_do(visit: Callable, copy: int, feed: live.Live) -> None:
    boss = visit("boss")
    assert "a copy stands aside" in boss.get("/console/nodes").text
    page = boss.get(PAGE).text
    for words in ("A copy of this node stands aside", "stale lease", "What to do", "switch the other one off for good"):
        assert words in page
    assert "A copy of this node" not in boss.get("/console/nodes/node-001").text
    assert aside(feed)


def test_who_only_reads_sees_it_and_cannot_decide(visit: Callable, engine: Engine, copy: int) -> None:
    guest = visit("guest")
    assert "A copy of this node" in guest.get(PAGE).text and "Let this one speak" not in guest.get(PAGE).text
    token = guest.token("/console/account")
    assert guest.post(f"{PAGE}/copies/{copy}", data={"what": "gone", "csrftoken": token}).status_code == 403
    assert kept(engine, copy).ended_at is None


def test_one_that_is_gone_is_put_down_and_the_board_shows_it(
    visit: Callable, engine: Engine, copy: int, feed: live.Live
) -> None:
    boss = visit("boss")
    assert "put down as gone" in decide(boss, copy, what="gone").text
    row = kept(engine, copy)
    assert (row.ended_by, row.let_in) == ("boss", False)
    assert not aside(feed) and "A copy of this node" not in boss.get(PAGE).text
    with Session(engine) as session:
        trail = session.scalars(select(AuditRow).where(AuditRow.action == "copy.decided")).one()
    assert (trail.actor, trail.subject_id) == ("boss", "node-002")
    assert "does not stand aside any more" in decide(boss, copy, what="gone").text


def test_one_is_let_in_only_when_the_other_is_not_heard(visit: Callable, engine: Engine, copy: int) -> None:
    with Session(engine) as session, session.begin():
        session.execute(
            update(Presence)
            .where(Presence.node == "node-002")
            .values(online=True, boot="another", link_at=wall_ms(), state_at=wall_ms())
        )
    boss = visit("boss")
    assert "still heard: switch it off first" in decide(boss, copy, what="let_in", sure="1").text
    goes_silent(engine)
    assert "tick the box" in decide(boss, copy, what="let_in").text
    assert kept(engine, copy).ended_at is None
    assert "speaks for this hall" in decide(boss, copy, what="let_in", sure="1").text
    with Session(engine) as session:
        node = session.scalars(select(Node).where(Node.id == "node-002")).one()
    lease = kept(engine, copy).lease
    assert (node.lease, node.lease_offered, node.boot) == (lease, lease, None)


def test_a_copy_of_another_node_is_not_decided_here(visit: Callable, engine: Engine, copy: int) -> None:
    boss = visit("boss")
    other = f"/console/nodes/node-001/copies/{copy}"
    answer = boss.post(other, data={"what": "gone", "csrftoken": boss.token(PAGE)})
    assert "does not stand aside any more" in answer.text and kept(engine, copy).ended_at is None
