"""Halls to be shown: views as the engine would publish them."""

from collections.abc import Callable
from types import SimpleNamespace

import msgspec
import pytest
from PIL import Image

from edge.bindings import Shown
from edge.boards import letters_for
from edge.faces import lamps
from edge.faces.board import Setting, face
from edge.faces.lettering import Letters
from edge.hall.state import RecentCall
from edge.hall.view import EMPTY, CounterView, HallView, ServiceView

NOON = 1_793_246_400_000
"""2026-10-29 12:00:00 in Shanghai."""


def service(ident: str, zh: str, en: str, waiting: int = 0, letter: str = "A", zone: str | None = None) -> ServiceView:
    return ServiceView(ident, letter, {"zh": zh, "en": en}, zone, waiting, None, None, 0, 0, 0, None)


def counter(ident: str = "2", status: str = "idle", number: str | None = None, **more: object) -> CounterView:
    plain = CounterView(
        id=ident,
        name={"zh": f"{ident}号窗口", "en": f"Counter {ident}"},
        serves=("general",),
        status=status,  # type: ignore[arg-type]
        since=NOON,
        clerk="li",
        clerk_name="李",
        ticket=f"20261029-{number}" if number else None,
        number=number,
        service="general" if number else None,
        lane="ordinary" if number else None,
        priority_class=None,
        issued_at=None,
        called_at=NOON if number else None,
        started_at=None,
        calls=1 if number else 0,
        why=None,
        pause_reason=None,
        cover=None,
        waiting=0,
        next_up=(),
        passed=(),
        undo=None,
        rate_ticket=None,
        rate_number=None,
        rate_until=0,
    )
    return msgspec.structs.replace(plain, **more)


def call(number: str, at_counter: str, at: int = NOON, calls: int = 1, service: str = "general") -> RecentCall:
    return RecentCall(f"20261029-{number}", number, service, at_counter, at, calls)


def hall(*counters: CounterView, **more: object) -> HallView:
    plain = msgspec.structs.replace(
        EMPTY,
        seq=1,
        at=NOON,
        hall="east",
        name={"zh": "东城政务大厅", "en": "East Hall"},
        open=True,
        services=(service("general", "综合业务", "General"), service("savings", "储蓄业务", "Savings")),
        counters=counters or (counter(),),
    )
    return msgspec.structs.replace(plain, **more)


ZH = Setting(languages=("zh",), pause_reasons={"meal": {"zh": "就餐", "en": "meal"}})


def lit(
    view: HallView,
    at: str | Shown | None,
    width: int = 64,
    height: int = 16,
    *,
    now: int = NOON,
    setting: Setting = ZH,
    letters: Letters | None = None,
) -> Image.Image:
    """The lamps of a board at `now`. `at`: a counter's id, None for the summary of the hall."""
    letters = letters or letters_for(height)[0]
    shown = at if isinstance(at, Shown) else Shown(at)
    return lamps.frame(face(view, shown, lamps.rows(height, letters), setting), width, height, letters, now).image


def art(image: Image.Image) -> str:
    """One character a lamp, `#` lit."""
    rows = ("".join("#" if image.getpixel((x, y)) else "." for x in range(image.width)) for y in range(image.height))
    return "\n".join(rows) + "\n"


@pytest.fixture
def halls() -> SimpleNamespace:
    """The builders above, for tests in a folder without a package."""
    return SimpleNamespace(NOON=NOON, ZH=ZH, service=service, counter=counter, call=call, hall=hall, lit=lit, art=art)


Lit = Callable[..., Image.Image]
