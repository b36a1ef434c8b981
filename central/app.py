"""The centre put together: opened in order, closed in reverse. The only place that names every part."""

import logging
from contextlib import ExitStack
from types import TracebackType
from typing import Any

import uvicorn
from fastapi import Depends, FastAPI
from sqlalchemy import Engine

from central import console, live, site
from central.alerts.watch import Watch
from central.api import bodies, bookings, door, errors, halls, health, hosts, ledger, offers, openapi, webhooks
from central.api.reach import Reach
from central.booking import jobs
from central.booking.desk import BookingDesk
from central.clockwork import Clockwork
from central.config import Settings, previous_keys, secret_key
from central.console import ConsoleSettings
from central.console.people.single_sign_on import single_sign_on
from central.db import migrate
from central.db.engine import open_database
from central.hooks.outbox import emit
from central.hooks.post import Post
from central.hooks.sender import NAME as WEBHOOKS
from central.hooks.sender import Sender
from central.ingest.couriers import Out
from central.ingest.inbox import Inbox
from central.ingest.link import Link
from central.ingest.worker import Worker
from central.notices import reminders, sender, setup, sms_report
from central.notices.outbox import teller
from central.pace import Pace
from central.relay import link_page
from central.relay import retention as staff_retention
from central.relay.visitors import Visitors
from central.signing import Signer
from central.site import SiteSettings
from central.vault import Vault

log = logging.getLogger(__name__)

AFTER_A_BOOKING = (jobs.ROSTER, *sender.JOBS, WEBHOOKS)
"""Jobs that have something to do when a booking has changed."""


class Centre:
    """Everything that runs. `with` opens and closes it; `app` may be served meanwhile.

    Raises ConfigError, and StorageError where the database is away or needs a migration.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.secret = secret_key(settings)
        self.signer = Signer(self.secret)
        self.database: Engine = open_database(settings.database)
        self.live = live.Live()
        self.inbox = Inbox(settings.ingest.inbox)
        self.worker = Worker(
            self.database, self.inbox, self.live, self.signer, self._publish, batch=settings.ingest.batch
        )
        self.link = Link(settings.broker, self.inbox, self.worker.greeting)
        self.vault = Vault(self.secret, previous_keys(settings))
        self.post = Post(settings.webhooks)
        self.desk = BookingDesk(
            self.database,
            self.vault,
            self.secret,
            [teller(self.vault), emit],
            nudge=lambda: self.clockwork.nudge(*AFTER_A_BOOKING),
            previous=previous_keys(settings),
        )
        self.notices = setup.sender(settings, self.database, self.vault)
        self.clockwork = Clockwork(
            [
                *jobs.jobs(self.desk, self.worker.wake),
                *self.notices.jobs(),
                reminders.job(self.desk),
                staff_retention.job(self.database),
                Visitors(self.database, settings.http.public_url).job(),
                Watch(self.database, self.live, settings.alerts, lambda: self.link.fault).job(),
                Sender(self.database, self.vault, self.post).job(),
                self.desk.guesses.kept.job(),
            ]
        )
        self.pace = Pace()
        """Of network addresses that ask without a key, or guess."""
        self._opened = ExitStack()
        self.app = _application(self)

    def __enter__(self) -> "Centre":
        with ExitStack() as opening:
            opening.callback(self.database.dispose)
            opening.callback(self.notices.close)
            migrate.require(self.database)
            jobs.seed_calendar(self.desk, self.desk.wall())
            self.reload()
            self.worker.start()
            opening.callback(self.worker.close)
            self.link.start()
            opening.callback(self.link.close)
            self.clockwork.start()
            opening.callback(self.clockwork.close)
            self._opened = opening.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._opened.close()

    def reload(self) -> None:
        """The board as the database has it now."""
        self.live.load(live.read(self.database))

    def _publish(self, out: Out) -> None:
        self.link.publish(out)


def serve(settings: Settings) -> None:
    """Runs until it is told to end (SIGTERM, SIGINT)."""
    with Centre(settings) as centre:
        uvicorn.run(
            centre.app,
            host=settings.http.host,
            port=settings.http.port,
            log_config=None,
            access_log=False,
            timeout_graceful_shutdown=3,
        )


def _application(centre: Centre) -> FastAPI:
    app = FastAPI(
        title="Hallkeeper centre", version=openapi.VERSION, description=openapi.ABOUT,
        openapi_url="/api/v1/openapi.json", docs_url=None, redoc_url=None,
    )  # fmt: skip
    app.add_middleware(bodies.Sizes, prefix="/api/")
    app.add_middleware(hosts.KnownHosts, http=centre.settings.http)
    front = site.Front(centre.desk, centre.live, _site(centre))
    errors.install(app, front.nowhere)
    _add_api(app, centre)
    app.include_router(health.router(centre.worker, centre.link, centre.live, centre.inbox, centre.clockwork))

    app.include_router(sms_report.router(centre.database, centre.settings.sms))
    app.include_router(link_page.router(centre.database))
    app.include_router(site.router(centre.database, centre.live, wake=centre.worker.wake))

    for routes in site.public_site(front):
        app.include_router(routes)

    http = centre.settings.http
    settings = ConsoleSettings(secret=centre.secret, https=http.https, timezone=http.timezone)
    elsewhere = single_sign_on(centre.settings.oidc)
    console.mount(
        app, centre.database, centre.live, settings,
        wake=centre.worker.wake, elsewhere=elsewhere, notices=centre.notices, desk=centre.desk,
        hooks=centre.post.allowed, refresh=centre.reload,
    )  # fmt: skip
    openapi.complete(app)
    return app


def _add_api(app: FastAPI, centre: Centre) -> None:
    """`/api/v1`: what is public, and what needs a key."""
    app.state.door = door.Door(centre.database, centre.pace, lambda: centre.desk.wall())
    public: dict[str, Any] = {"dependencies": [Depends(door.anyone)], "responses": openapi.PUBLIC}
    app.include_router(halls.router(centre.live), **public)
    app.include_router(ledger.router(centre.database), **public)
    app.include_router(offers.router(centre.desk), **public)
    reach = Reach(centre.desk, app.state.door, centre.desk.guesses)
    app.include_router(bookings.router(centre.desk, reach), responses=openapi.KEYED)
    app.include_router(webhooks.router(centre.desk, centre.post.allowed), responses=openapi.KEYED)


def _site(centre: Centre) -> SiteSettings:
    told = centre.settings.site
    return SiteSettings(
        secret=centre.secret,
        https=centre.settings.http.https,
        name=told.name,
        operator=told.operator,
        hotline=told.hotline,
        hotline_hours=told.hotline_hours,
        wechat=centre.settings.wechat,
        public_url=centre.settings.http.public_url,
    )
