"""Puts the console together and mounts it on the centre's application."""

from collections.abc import Callable, Iterator
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.orm import sessionmaker
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.sessions import SessionMiddleware
from starlette_admin import DropDown, I18nConfig, TimezoneConfig
from starlette_admin.contrib.sqla import Admin
from starlette_admin.i18n import lazy_gettext as _
from starlette_admin.views import BaseView

from central.booking.desk import BookingDesk
from central.console import booking, language, paths
from central.console.channels.menu import channels_menu
from central.console.day import tickets_list
from central.console.day.today_page import TodayPage
from central.console.feed import Feed
from central.console.figures.figures_page import FiguresPage
from central.console.headers import BehindTls, SecurityHeaders
from central.console.live.live_page import LivePage
from central.console.live.nodes_page import NodesPage
from central.console.live.orders_page import OrdersPage
from central.console.masters.duties_page import DutiesPage
from central.console.masters.halls_page import MastersHallsPage
from central.console.masters.masters_page import MastersPage
from central.console.menu.counts import Counts, CountsWaiting
from central.console.notices.menu import notices_menu
from central.console.people.account_page import AccountPage
from central.console.people.audit_page import AuditPage
from central.console.people.login import ConsoleLogin
from central.console.people.people_page import PeoplePage
from central.console.people.single_sign_on import SingleSignOn
from central.console.records import alarms_list, lists
from central.console.rules.rules_page import RulesPage
from central.console.settings import ConsoleSettings
from central.errors import ConfigError
from central.hooks.address import Allowed
from central.notices.sender import Sender

_HERE = Path(__file__).parent
SHORTEST_SECRET = 32


def mount(
    app: Starlette,
    engine: Engine,
    feed: Feed,
    settings: ConsoleSettings,
    *,
    wake: Callable[[], None] = lambda: None,
    elsewhere: SingleSignOn | None = None,
    notices: Sender | None = None,
    desk: BookingDesk | None = None,
    hooks: Allowed | None = None,
    refresh: Callable[[], None] = lambda: None,
) -> Admin:
    """Mounts the console at `settings.base_url`. `wake` is called after an order was committed, to send it at once;
    without a `desk` there are no booking pages.

    `elsewhere`: where people may sign on besides. `notices`: who sends what the pages write. `hooks`: where webhooks
    may lead. `refresh`: the feed is to be read from the database again.

    Raises ConfigError where the secret is too short to sign with.
    """
    if len(settings.secret) < SHORTEST_SECRET:
        raise ConfigError(f"the secret has {len(settings.secret)} characters, too few: {SHORTEST_SECRET} at least")
    language.install()
    paths.register()
    admin = Admin(
        sessionmaker(engine, expire_on_commit=False),
        title=_("Hallkeeper centre"),
        base_url=settings.base_url,
        route_name="console",
        templates_dir=str(_HERE / "templates"),
        static_dir=str(_HERE / "static"),
        index_view=LivePage(feed),
        auth_provider=ConsoleLogin(settings, engine, elsewhere),
        secret_key=settings.secret,
        middlewares=[
            *([Middleware(BehindTls)] if settings.https else []),
            Middleware(SecurityHeaders),
            Middleware(language.Reader, default=settings.language),
            _sessions(settings),
        ],
        i18n_config=I18nConfig(default_locale=settings.language, language_switcher=list(language.LOCALES)),
        timezone_config=TimezoneConfig(
            default_timezone=settings.timezone, timezone_cookie_name=None, use_user_locale_timezone=False
        ),
    )
    admin.middlewares.append(Middleware(CountsWaiting, counts=Counts(engine)))  # behind the login, which goes last
    for view in _views(engine, settings, wake, notices, desk, hooks or Allowed(), refresh):
        admin.add_view(view)
    admin.mount_to(app)
    return admin


def _views(
    engine: Engine,
    settings: ConsoleSettings,
    wake: Callable[[], None],
    notices: Sender | None,
    desk: BookingDesk | None,
    hooks: Allowed,
    refresh: Callable[[], None],
) -> Iterator[BaseView]:
    """The pages, in the order of the menu."""
    if desk is not None:
        yield DropDown(_("Bookings"), [*booking.pages(desk)], icon="fa-solid fa-calendar-check")
    yield TodayPage(settings)
    yield FiguresPage(settings)
    yield tickets_list.tickets()
    yield lists.day_sheets()
    yield NodesPage(engine, refresh)
    yield alarms_list.alarms()
    yield RulesPage(engine, wake)
    yield OrdersPage(engine, wake)
    yield lists.directives()
    yield notices_menu(engine, notices)
    if desk is not None:
        yield channels_menu(engine, desk.vault, hooks)
    yield DropDown(_("Records"), [*lists.records()], icon="fa-solid fa-box-archive", always_open=False)
    yield DropDown(
        _("Administration"),
        [MastersPage(engine), MastersHallsPage(engine), DutiesPage(engine), PeoplePage(engine), AuditPage(engine)],
        icon="fa-solid fa-gears",
        always_open=False,
    )
    yield AccountPage(engine, settings)


def _sessions(settings: ConsoleSettings) -> Middleware:
    return Middleware(
        SessionMiddleware,
        secret_key=settings.secret,
        session_cookie="hallkeeper_console",
        max_age=settings.session_hours * 3600,
        path=settings.base_url,
        same_site="lax",
        https_only=settings.https,
    )
