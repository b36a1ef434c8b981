"""What a rating says beside its level."""

from typing import Any

import pytest

from contract import events
from contract.rating_tags import TAGS
from edge.hall import commands as c
from tests.halls import Bench


def test_every_level_has_its_own_tags_in_both_languages() -> None:
    assert sorted(TAGS) == [1, 2, 3, 4, 5]
    ids = [tag for tags in TAGS.values() for tag in tags]
    assert len(set(ids)) == len(ids)
    for tags in TAGS.values():
        assert all(set(says) == {"zh", "en"} and all(says.values()) for says in tags.values())


@pytest.fixture
def token(open_bench: Bench) -> str:
    ticket = open_bench.take()
    open_bench.do(c.CallNext("1"))
    open_bench.do(c.Finish("1"))
    return ticket.token


def test_tags_of_the_level_and_a_few_words_go_with_it(open_bench: Bench, token: str) -> None:
    rating = c.RateTicket(2, "slip", token=token, tags=("late", "no-list", "late"), comment="  two\n hours ")
    (rated,) = open_bench.do(rating)
    assert isinstance(rated, events.TicketRated)
    assert (rated.tags, rated.comment) == (("late", "no-list"), "two hours")


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"tags": ("one-visit",)}, "tags"),
        ({"tags": ("whatever",)}, "tags"),
        ({"comment": "x" * 201}, "comment"),
        ({"comment": "bell\a"}, "comment"),
    ],
)
def test_other_tags_and_long_tales_are_refused(open_bench: Bench, token: str, said: dict[str, Any], field: str) -> None:
    assert open_bench.refused(c.RateTicket(2, "slip", token=token, **said)).field == field
