"""PURE: the guidance sheet of a service, or of one matter as the office publishes it."""

from zoneinfo import ZoneInfo

import msgspec

from contract.catalogue import Service
from contract.matters import Matter
from edge.faces.form import Guidance, guidance
from edge.faces.paper import Block
from edge.printing.paper_words import Known, to_bring
from edge.printing.slip_words import local, zone_name


class GuidanceSheet(msgspec.Struct, frozen=True):
    """`version`: the matter's; of a whole service the catalogue's."""

    service: str
    matter: str | None
    version: int
    blocks: tuple[Block, ...]


def guidance_sheet(service: Service, matter: Matter | None, at: int, known: Known) -> GuidanceSheet:
    """Printed at `at` (ms)."""
    hall, offered = known.settings.hall, known.offered
    about = Guidance(
        languages=hall.languages,
        hall=offered.name,
        service=service.name,
        at=local(at, ZoneInfo(hall.timezone)),
        guide=service.guide,
        materials=to_bring(service, matter, known),
        zone=zone_name(service.zone, offered) if service.zone else None,
        instead=service.instead,
        version=matter.version if matter is not None else offered.version,
    )
    if matter is not None:
        about = msgspec.structs.replace(
            about,
            matter=matter.name,
            guide=matter.guide,
            notes=matter.notes,
            steps=matter.steps,
            sample=matter.sample,
            limit_days=matter.limit_days,
            questions=tuple((one.text, tuple(each.text for each in one.choices)) for one in matter.questions),
        )
    version = matter.version if matter is not None else offered.version
    return GuidanceSheet(service.id, matter.id if matter is not None else None, version, guidance(about))
