"""PURE: from the event behind a paper, and what the hall knows, to what stands on the paper."""

from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from contract import booking_code
from contract.catalogue import Catalogue, Rules, Service, Text
from contract.events import CaseAccepted, PlaceSold, ResultTold, SupplementNoticeGiven, VisitorRegistered
from contract.matters import Matter as Published
from edge.config import Settings
from edge.faces.booking_slip import BookingSlip, booking_slip
from edge.faces.form import Wanted
from edge.faces.letterhead import Matter
from edge.faces.notice import Item, Notice, notice
from edge.faces.paper import Block
from edge.faces.receipt import Receipt, receipt
from edge.faces.result_notice import Result, result
from edge.faces.visitor_badge import Badge, badge
from edge.printing.slip_words import local, progress_address

Paper = CaseAccepted | SupplementNoticeGiven | ResultTold | VisitorRegistered | PlaceSold
"""The facts that have a paper with a number."""


class Known(msgspec.Struct, frozen=True):
    """What a paper needs beside its event. `token`: of the ticket's slip, None when the hall has forgotten it.
    `matters`: published, by id.
    """

    offered: Catalogue
    settings: Settings
    token: str | None = None
    rules: Rules = Rules()
    matters: dict[str, Published] = {}


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
    materials = tuple(material_name(one, known) for one in paper.materials)
    return receipt(Receipt(**head, matter=_matter(paper, known), days=paper.days, materials=materials))


def _notice(paper: SupplementNoticeGiven, head: dict[str, Any], known: Known) -> tuple[Block, ...]:
    items = tuple(Item(material_name(one.material, known), one.reason) for one in paper.items)
    return notice(Notice(**head, matter=_matter(paper, known), items=items))


def _result(paper: ResultTold, head: dict[str, Any], known: Known) -> tuple[Block, ...]:
    why = next((one for one in known.offered.failure_reasons if one.id == paper.failure), None)
    return result(
        Result(
            **head,
            matter=_matter(paper, known),
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
            service=_booked(paper, service, known),
            name=paper.name,
            day=begins[:10],
            time=f"{begins[11:]}–{ends[11:]}",
            opens=known.rules.checkin_open_s // 60,
            grace=known.rules.grace_s // 60,
            materials=to_bring(service, known.matters.get(paper.matter or ""), known) if service is not None else (),
            priority_class=next((one.name for one in offered.priority_classes if one.id == paper.priority_class), None),
        )
    )


def _booked(paper: PlaceSold, service: Service | None, known: Known) -> Text:
    """What it is booked for: the matter where one was chosen."""
    matter = known.matters.get(paper.matter or "")
    if matter is not None:
        return matter.name
    return service.name if service is not None else {"en": paper.service}


def _matter(paper: CaseAccepted | SupplementNoticeGiven | ResultTold, known: Known) -> Matter:
    """Named as the clerk fixed it; by the service where nobody did, or the office publishes it no more."""
    number, offered = paper.ticket.rpartition("-")[2], known.offered
    counter = next((one.name for one in offered.counters if one.id == paper.counter), {"en": paper.counter})
    service = next((one.name for one in offered.services if one.id == paper.service), {"en": paper.service})
    fixed = known.matters.get(paper.matter or "")
    return Matter(number, fixed.name if fixed is not None else service, counter)


def material_name(id_: str, known: Known) -> Text:
    """A material's name; free words stay as they are."""
    listed = {one.id: one.name for matter in known.matters.values() for one in matter.materials}
    return ({one.id: one.name for one in known.offered.materials} | listed).get(id_, {"en": id_})


def to_bring(service: Service, matter: Published | None, known: Known) -> tuple[Wanted, ...]:
    """The matter's list; the service's where it is of no matter."""
    if matter is not None:
        return tuple(Wanted(one.name, one.original, one.note) for one in matter.materials)
    originals = {one.id for one in known.offered.materials if one.original}
    return tuple(Wanted(material_name(one, known), one in originals) for one in service.materials)
