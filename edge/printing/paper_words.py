"""PURE: from the event behind a paper, and what the hall knows, to what stands on the paper."""

from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from contract import booking_code
from contract.catalogue import Catalogue, Rules, Service, Text
from contract.events import CaseAccepted, PlaceSold, ResultTold, SupplementNoticeGiven, VisitorRegistered
from edge.config import Settings
from edge.faces.booking_slip import BookingSlip, booking_slip
from edge.faces.form import Guidance, Wanted, guidance
from edge.faces.letterhead import Matter
from edge.faces.notice import Item, Notice, notice
from edge.faces.paper import Block
from edge.faces.receipt import Receipt, receipt
from edge.faces.result_notice import Result, result
from edge.faces.visitor_badge import Badge, badge
from edge.printing.slip_words import local, progress_address, zone_name

Paper = CaseAccepted | SupplementNoticeGiven | ResultTold | VisitorRegistered | PlaceSold
"""The facts that have a paper with a number."""


class Known(msgspec.Struct, frozen=True):
    """What a paper needs beside its event. `token`: of the ticket's slip, None when the hall has forgotten it."""

    offered: Catalogue
    settings: Settings
    token: str | None = None
    rules: Rules = Rules()


def number_of(paper: Paper) -> str:
    """Under which the paper is found again; of a booking its code."""
    return paper.code if isinstance(paper, PlaceSold) else paper.number


def paper_blocks(paper: Paper, at: int, known: Known, *, copy: bool = False, name: str = "") -> tuple[Block, ...]:
    """The paper of an event of `at` (ms). `name`: a visitor's whole name, where it is at hand."""
    match paper:
        case CaseAccepted():
            return _receipt(paper, _head(paper, at, known, copy), known)
        case SupplementNoticeGiven():
            return _notice(paper, _head(paper, at, known, copy), known)
        case ResultTold():
            return _result(paper, _head(paper, at, known, copy), known)
        case VisitorRegistered():
            return _badge(paper, _head(paper, at, known, copy), name)
        case PlaceSold():
            return _booking(paper, _head(paper, at, known, copy), known)


def _head(paper: Paper, at: int, known: Known, copy: bool) -> dict[str, Any]:
    """The fields of a `Letterhead`."""
    hall = known.settings.hall
    return {
        "languages": hall.languages,
        "hall": known.offered.name,
        "number": number_of(paper),
        "at": local(at, ZoneInfo(hall.timezone)),
        "url": progress_address(known.settings, known.token) if known.token else None,
        "phone": known.settings.kiosk.enquiry_phone,
        "copy": copy,
    }


def _receipt(paper: CaseAccepted, head: dict[str, Any], known: Known) -> tuple[Block, ...]:
    materials = tuple(_material(one, known.offered) for one in paper.materials)
    return receipt(Receipt(**head, matter=_matter(paper, known.offered), days=paper.days, materials=materials))


def _notice(paper: SupplementNoticeGiven, head: dict[str, Any], known: Known) -> tuple[Block, ...]:
    items = tuple(Item(_material(one.material, known.offered), one.reason) for one in paper.items)
    return notice(Notice(**head, matter=_matter(paper, known.offered), items=items))


def _result(paper: ResultTold, head: dict[str, Any], known: Known) -> tuple[Block, ...]:
    why = next((one for one in known.offered.failure_reasons if one.id == paper.failure), None)
    return result(
        Result(
            **head,
            matter=_matter(paper, known.offered),
            success=paper.outcome == "success",
            reason=why.name if why is not None else {},
            solution=why.solution if why is not None else {},
            note=paper.note,
            collect=paper.collect,
        )
    )


def _badge(paper: VisitorRegistered, head: dict[str, Any], name: str) -> tuple[Block, ...]:
    return badge(Badge(**head, name=name or paper.name_masked, host=paper.host, purpose=paper.purpose))


def _booking(paper: PlaceSold, head: dict[str, Any], known: Known) -> tuple[Block, ...]:
    offered, zone = known.offered, ZoneInfo(known.settings.hall.timezone)
    service = next((one for one in offered.services if one.id == paper.service), None)
    begins, ends = local(paper.starts_at, zone), local(paper.ends_at, zone)
    return booking_slip(
        BookingSlip(
            **head | {"number": booking_code.grouped(paper.code), "url": paper.code},
            service=service.name if service is not None else {"en": paper.service},
            name=paper.name,
            day=begins[:10],
            time=f"{begins[11:]}–{ends[11:]}",
            opens=known.rules.checkin_open_s // 60,
            grace=known.rules.grace_s // 60,
            materials=_wanted(service, offered) if service is not None else (),
            priority_class=next((one.name for one in offered.priority_classes if one.id == paper.priority_class), None),
        )
    )


def _matter(paper: CaseAccepted | SupplementNoticeGiven | ResultTold, offered: Catalogue) -> Matter:
    number = paper.ticket.rpartition("-")[2]
    counter = next((one.name for one in offered.counters if one.id == paper.counter), {"en": paper.counter})
    service = next((one.name for one in offered.services if one.id == paper.service), {"en": paper.service})
    return Matter(number, service, counter)


def _material(id_: str, offered: Catalogue) -> Text:
    """A material's name; free words stay as they are."""
    return next((one.name for one in offered.materials if one.id == id_), {"en": id_})


def _wanted(service: Service, offered: Catalogue) -> tuple[Wanted, ...]:
    originals = {one.id for one in offered.materials if one.original}
    return tuple(Wanted(_material(one, offered), one in originals) for one in service.materials)


def guidance_blocks(service: Service, at: int, known: Known) -> tuple[Block, ...]:
    """The guidance sheet of a service, printed at `at` (ms)."""
    hall, offered = known.settings.hall, known.offered
    return guidance(
        Guidance(
            languages=hall.languages,
            hall=offered.name,
            service=service.name,
            at=local(at, ZoneInfo(hall.timezone)),
            guide=service.guide,
            materials=_wanted(service, offered),
            zone=zone_name(service.zone, offered) if service.zone else None,
            instead=service.instead,
        )
    )
