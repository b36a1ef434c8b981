"""Deciding about the papers of the window: acceptance, one-time notice, result, visitors' badges."""

from contract.events import (
    CaseAccepted,
    Event,
    Missing,
    ResultTold,
    SupplementNoticeGiven,
    VisitorRegistered,
)
from edge.errors import Invalid, Refused, Unknown
from edge.hall import check, find
from edge.hall.commands import AcceptCase, GiveNotice, RegisterVisitor, TellResult
from edge.hall.decide_materials import wanted
from edge.hall.papers import next_paper
from edge.hall.state import State, Ticket

ITEMS = 20
"""The most things one notice lists: all of it must fit one event."""


def accept(state: State, command: AcceptCase, at: int) -> tuple[Event, ...]:
    """Without materials named, those seen before are on the receipt."""
    desk, ticket = find.customer(state, command.counter)
    days = check.number(command.days, "days", 0, 999)
    materials = _materials(state, ticket, command.materials) or ticket.seen
    if ticket.acceptance is not None:
        text = f"Ticket {ticket.number} was accepted already under {ticket.acceptance}."
        raise Refused(text, "counter", "already_accepted")
    number, n = next_paper(state, "receipt")
    clerk = find.desk_clerk(desk)
    return (CaseAccepted(number, n, ticket.id, ticket.service, desk.id, clerk, days, materials, _matter(ticket)),)


def _matter(ticket: Ticket) -> str | None:
    """As the clerk fixed it."""
    return ticket.matter if ticket.matter_version else None


def _materials(state: State, ticket: Ticket, named: tuple[str, ...]) -> tuple[str, ...]:
    """Each of the catalogue's or the matter's where there is a list; otherwise any words will do."""
    known = [each.id for each in find.catalogue(state).materials] + [each.id for each in wanted(state, ticket)]
    if len(named) > ITEMS:
        raise Invalid(f"materials may list {ITEMS} things at most.", "materials", "too_many")
    for each in named:
        if known and each not in known:
            raise Unknown(f"No material {each!r} here; there are: {', '.join(known)}.", "materials", "unknown_material")
    return tuple(check.said(each, "materials", 64) for each in named)


def give_notice(state: State, command: GiveNotice, at: int) -> tuple[Event, ...]:
    """Everything that lacks, at once, each with its reason."""
    desk, ticket = find.customer(state, command.counter)
    if not 1 <= len(command.items) <= ITEMS:
        raise Invalid(f"items must list 1 to {ITEMS} things.", "items", "bad_items")
    items = tuple(
        Missing(check.said(each.material, "material", 64), check.said(each.reason, "reason", 120))
        for each in command.items
    )
    number, n = next_paper(state, "notice")
    return (
        SupplementNoticeGiven(
            number=number,
            n=n,
            ticket=ticket.id,
            service=ticket.service,
            counter=desk.id,
            clerk=find.desk_clerk(desk),
            items=items,
            repeated=ticket.notices > 0,
            matter=_matter(ticket),
        ),
    )


def tell_result(state: State, command: TellResult, at: int) -> tuple[Event, ...]:
    desk, ticket = find.customer(state, command.counter)
    note, collect = check.words(command.note, "note"), check.words(command.collect, "collect")
    if command.outcome not in ("success", "failure"):
        raise Invalid('outcome must be "success" or "failure".', "outcome", "bad_outcome")
    _check_failure(state, command, note)
    if not (command.oral or command.printed):
        raise Invalid("The result is told orally, printed, or both.", "oral", "not_told")
    number, n = next_paper(state, "result")
    return (
        ResultTold(
            number=number,
            n=n,
            ticket=ticket.id,
            service=ticket.service,
            counter=desk.id,
            clerk=find.desk_clerk(desk),
            outcome=command.outcome,
            failure=command.failure,
            note=note,
            collect=collect,
            oral=command.oral,
            printed=command.printed,
            matter=_matter(ticket),
        ),
    )


def _check_failure(state: State, command: TellResult, note: str) -> None:
    """A failure has a reason: of the catalogue's list, which holds the solution too, or in words."""
    known = [each.id for each in find.catalogue(state).failure_reasons]
    if command.outcome == "success":
        if command.failure is not None:
            raise Invalid("A success has no reason of failure.", "failure", "bad_failure")
    elif known and command.failure not in known:
        text = f"No failure reason {command.failure!r} here; there are: {', '.join(known)}."
        raise Unknown(text, "failure", "unknown_failure")
    elif not known and (command.failure is not None or not note):
        raise Invalid("Say in the note why it could not be done; this hall has no list of reasons.", "note", "bad_note")


def register_visitor(state: State, command: RegisterVisitor, at: int) -> tuple[Event, ...]:
    name = check.masked(command.name_masked, "name_masked")
    host, purpose = check.said(command.host, "host", 64), check.said(command.purpose, "purpose", 100)
    by = check.text(command.by, "by")
    number, n = next_paper(state, "visitor")
    return (VisitorRegistered(number, n, name, host, purpose, by),)
