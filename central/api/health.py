"""`/healthz` for the service manager, `/metrics` for Prometheus."""

import os
from typing import Protocol

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse, PlainTextResponse

from central.board import card
from central.clock import wall_ms
from central.live import Live


class Ingest(Protocol):
    """What is asked of the worker."""

    fault: str

    @property
    def alive(self) -> bool: ...
    def counts(self) -> dict[str, int]: ...


class Line(Protocol):
    """What is asked of the link to the broker."""

    fault: str
    online: bool
    unsent: int


class Jobs(Protocol):
    """What is asked of the clockwork."""

    faults: dict[str, str]


def router(worker: Ingest, link: Line, live: Live, waiting: "Waiting", jobs: Jobs) -> APIRouter:
    api = APIRouter(tags=["health"])

    @api.get("/healthz")
    async def healthz() -> Response:
        """503 while nothing can be stored; a broker that is away, or a job that fails, is said and waited for."""
        storing = worker.alive and not worker.fault
        body = {
            "ok": storing,
            "ingest": worker.fault or ("ok" if worker.alive else "not running"),
            "broker": link.fault or "ok",
            "jobs": dict(jobs.faults) or "ok",
        }
        return JSONResponse(body, 200 if storing else 503)

    @api.get("/metrics")
    async def metrics() -> Response:
        """Counters since the start, and what is so now."""
        return PlainTextResponse(
            exposition(worker, link, live, len(waiting), jobs), media_type="text/plain; version=0.0.4; charset=utf-8"
        )

    return api


class Waiting(Protocol):
    def __len__(self) -> int: ...


def exposition(worker: Ingest, link: Line, live: Live, waiting: int, jobs: Jobs) -> str:
    """Prometheus' text format."""
    lines = [
        "# HELP hallkeeper_ingest_total What happened to messages and events since the start.",
        "# TYPE hallkeeper_ingest_total counter",
        *(f'hallkeeper_ingest_total{{what="{what}"}} {n}' for what, n in sorted(worker.counts().items())),
        *_gauge("hallkeeper_ingest_waiting", "Messages received and not stored yet.", waiting),
        *_gauge("hallkeeper_ingest_up", "1 while messages can be stored.", int(worker.alive and not worker.fault)),
        *_gauge("hallkeeper_broker_up", "1 while connected to the broker.", int(link.online)),
        *_gauge("hallkeeper_broker_unsent", "Messages dropped because the broker was away.", link.unsent),
        *_gauge("hallkeeper_jobs_failing", "Jobs whose last run failed; /healthz names them.", len(jobs.faults)),
        *_gauge("hallkeeper_resident_bytes", "Memory of this process.", _resident()),
        *_halls(live),
    ]
    return "\n".join(lines) + "\n"


def _halls(live: Live) -> list[str]:
    now = wall_ms()
    cards = [card(news, now) for news in live.news()]
    lines = ["# HELP hallkeeper_hall_online 1 while the node's link is up.", "# TYPE hallkeeper_hall_online gauge"]
    lines += [_sample("hallkeeper_hall_online", c.hall, c.node, int(c.link == "online")) for c in cards]
    lines += ["# HELP hallkeeper_hall_waiting People waiting.", "# TYPE hallkeeper_hall_waiting gauge"]
    lines += [_sample("hallkeeper_hall_waiting", c.hall, c.node, c.waiting) for c in cards if c.link == "online"]
    lines += [
        "# HELP hallkeeper_hall_news_age_seconds Age of what is known.",
        "# TYPE hallkeeper_hall_news_age_seconds gauge",
    ]
    for c in cards:
        if c.news_at is not None:
            age = max(0, now - c.news_at) // 1000
            lines.append(_sample("hallkeeper_hall_news_age_seconds", c.hall, c.node, age))
    return lines


def _gauge(name: str, meaning: str, value: int) -> list[str]:
    return [f"# HELP {name} {meaning}", f"# TYPE {name} gauge", f"{name} {value}"]


def _sample(name: str, hall: str, node: str, value: int) -> str:
    """Halls and nodes are `[a-z0-9-]`, so nothing needs escaping."""
    return f'{name}{{hall="{hall}",node="{node}"}} {value}'


def _resident() -> int:
    with open("/proc/self/statm") as statm:  # noqa: PTH123
        return int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
