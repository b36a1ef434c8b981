"""What the tests of the public site do again and again."""

import html
import re
from typing import Any

from sqlalchemy import func, select

from central.db.engine import writing
from central.db.tables import Booking
from tests.public_world import PublicWorld, Visitor, details, form_of, words_of


def only(world: PublicWorld) -> Any:
    with world.engine.connect() as connection:
        return connection.execute(select(Booking)).one()


def count(world: PublicWorld) -> int:
    with world.engine.connect() as connection:
        return connection.scalar(select(func.count()).select_from(Booking)) or 0


def change(world: PublicWorld, statement: Any) -> None:
    with writing(world.engine).begin() as connection:
        connection.execute(statement)
    world.desk.offers.forget()


def book(visitor: Visitor, hall: str = "City Service Hall", **fields: str) -> str:
    """From the first page on."""
    visitor.go("/")
    visitor.follow(f"Book a visit: {hall}")
    visitor.follow("A new household book")
    visitor.follow("Tomorrow")
    visitor.follow("10:00–10:30")
    return visitor.send(**details(**fields))


def in_chinese(visitor: Visitor, **typed: str) -> None:
    """Presses the button of that language on a form that is filled in so far."""
    [query] = re.findall(r'formaction="([^"]+)"[^>]*value="zh"', visitor.page.text)
    _, kept = form_of(visitor.page.text)
    visitor.page = visitor.http.post(html.unescape(query), data=kept | typed | {"lang": "zh"})
    assert visitor.page.status_code == 200


def press(visitor: Visitor, words: str, **typed: str) -> str:
    """Presses the first button that says `words` and belongs to the form `typed`, filled in so far."""
    page = visitor.page.text
    action, kept = form_of(page)
    for tag, inside in re.findall(r'(<button [^>]*form="typed"[^>]*>)(.*?)</button>', page, re.DOTALL):
        if words in words_of(f"<main>{inside}"):
            button = dict(re.findall(r'(\w+)="([^"]*)"', html.unescape(tag)))
            sent = kept | typed | {button["name"]: button["value"]}
            visitor.page = visitor.http.post(button.get("formaction", action), data=sent)
            assert visitor.page.status_code == 200, visitor.page.text
            return str(visitor.page.text)
    raise AssertionError(f"no button says {words}")
