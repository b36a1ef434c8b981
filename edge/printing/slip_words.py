"""PURE: what is printed for a ticket: from its event or its state to the words of a slip."""

from datetime import datetime
from zoneinfo import ZoneInfo

import msgspec

from contract.catalogue import Catalogue, Text
from contract.events import Place, TicketIssued, Wait
from edge.config import Settings
from edge.faces.slip import Appointment, Late, Slip
from edge.hall.state import Ticket


class Job(msgspec.Struct, frozen=True):
    """One slip to print. `told`: the hall knows that it waits for a printer; `asked`: staff want it at any age."""

    ticket: str
    number: str
    service: str
    priority_class: str | None
    token: str
    ahead: int
    wait: Wait | None
    issued_at: int
    copy: bool = False
    booking: str | None = None
    slot_at: int | None = None
    name: str | None = None
    place: Place = "end"
    then: tuple[str, ...] = ()
    told: bool = False
    asked: bool = False


def job_of_issue(issued: TicketIssued, at: int) -> Job:
    """The slip of a ticket issued just now, at `at` (ms)."""
    e = issued
    return Job(
        e.ticket, e.number, e.service, e.priority_class, e.token, e.ahead, e.wait, at,
        booking=e.booking, slot_at=e.slot_at, name=e.name, place=e.place, then=e.then,
    )  # fmt: skip


def job_of_ticket(ticket: Ticket) -> Job:
    """The slip of a ticket from before: a COPY once one was begun."""
    t = ticket
    return Job(
        t.id, t.number, t.service, t.priority_class, t.token, t.ahead, t.wait, t.issued_at, t.slips > 0,
        booking=t.booking, slot_at=t.slot_at, name=t.name, place=_place(t), then=t.then,
    )  # fmt: skip


def _place(ticket: Ticket) -> Place:
    """Where it was put when it was issued, as far as the ticket still tells."""
    if ticket.slot_at is None:
        return "end"
    if ticket.held == "deferred":
        return "deferred"
    return "inserted" if ticket.issued_at > ticket.slot_at else "slot"


_LATE: dict[Place, Late] = {"inserted": "inserted", "deferred": "deferred"}


def filled(job: Job, offered: Catalogue, settings: Settings, zone: ZoneInfo) -> Slip:
    """What stands on the slip of `job`, in the words of the catalogue in force."""
    services = {one.id: one for one in offered.services}
    service = services.get(job.service)
    names = {one.id: one.name for one in offered.priority_classes}
    return Slip(
        languages=settings.hall.languages,
        hall=offered.name,
        service=service.name if service is not None else {"en": job.service},
        number=job.number,
        ahead=job.ahead,
        wait=job.wait,
        zone=zone_name(service.zone, offered) if service is not None and service.zone else None,
        at=local(job.issued_at, zone),
        priority_class=names.get(job.priority_class or ""),
        booked=_appointment(job, zone),
        then=tuple(services[one].name if one in services else {"en": one} for one in job.then),
        url=progress_address(settings, job.token),
        copy=job.copy,
    )


def _appointment(job: Job, zone: ZoneInfo) -> Appointment | None:
    if job.slot_at is None:
        return None
    slot, issued = local(job.slot_at, zone), local(job.issued_at, zone)
    same_day = slot[:10] == issued[:10]
    return Appointment(job.name or job.booking or "", slot[11:] if same_day else slot, _LATE.get(job.place, ""))


def zone_name(zone: str, offered: Catalogue) -> Text:
    """A waiting area's name; its bare label, in no language, where the catalogue lists none such."""
    return next((one.name for one in offered.zones if one.id == zone), {"": zone})


def progress_address(settings: Settings, token: str) -> str | None:
    """Where a phone follows the number and rates: at the centre, since a phone is not on the hall's LAN."""
    site = settings.centre.site if settings.centre is not None else None
    return f"{site.rstrip('/')}/t/{settings.hall.id}/{token}" if site else None


def local(ms: int, zone: ZoneInfo) -> str:
    """ "2026-11-22 09:03", in the hall's time."""
    return datetime.fromtimestamp(ms / 1000, zone).strftime("%Y-%m-%d %H:%M")
