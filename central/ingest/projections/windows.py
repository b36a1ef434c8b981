"""PURE: counters, as their events leave them."""

from contract import events as e

from .picture import Fact, Picture
from .rows import Counter


def opened(picture: Picture, fact: Fact, event: e.CounterOpened) -> None:
    _set(picture, fact, event.counter, "idle").clerk = event.clerk


def closed(picture: Picture, fact: Fact, event: e.CounterClosed) -> None:
    _set(picture, fact, event.counter, "closed").clerk = None


def paused(picture: Picture, fact: Fact, event: e.CounterPaused) -> None:
    counter = _set(picture, fact, event.counter, "paused")
    counter.clerk, counter.reason, counter.cover = event.clerk, event.reason, event.cover


def resumed(picture: Picture, fact: Fact, event: e.CounterResumed) -> None:
    _set(picture, fact, event.counter, "idle").clerk = event.clerk


def called(picture: Picture, fact: Fact, event: e.TicketCalled) -> None:
    counter = _set(picture, fact, event.counter, "called", event.ticket)
    counter.clerk = event.clerk


def serving(picture: Picture, fact: Fact, event: e.ServiceStarted) -> None:
    counter = _set(picture, fact, event.counter, "serving", event.ticket)
    counter.clerk = event.clerk


def freed(
    picture: Picture, fact: Fact, event: e.ServiceFinished | e.TicketPassed | e.TicketTransferred | e.CaseSuspended
) -> None:
    _set(picture, fact, event.counter, "idle")


def continued(picture: Picture, fact: Fact, event: e.CaseContinued) -> None:
    _set(picture, fact, event.counter, "serving", event.ticket).clerk = event.clerk


def undone(picture: Picture, fact: Fact, event: e.StepUndone) -> None:
    _set(picture, fact, event.counter, event.back_to, event.ticket)


def listed(picture: Picture, fact: Fact, event: e.CatalogueChanged) -> None:
    """Windows nobody opened yet are known, and closed."""
    for counter in event.catalogue.counters:
        key = (fact.place.node, counter.id)
        if key not in picture.counters:
            picture.counters[key] = Counter(*key, fact.place.hall, since=fact.moment.at)


def _set(picture: Picture, fact: Fact, id_: str, status: str, ticket: str | None = None) -> Counter:
    key = (fact.place.node, id_)
    counter = picture.counters.setdefault(key, Counter(*key, fact.place.hall))
    counter.status, counter.since, counter.ticket = status, fact.moment.at, ticket
    counter.reason = counter.cover = None
    return counter
