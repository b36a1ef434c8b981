"""The guide sign at the entrance (S4-22): what it says in both languages, and what stands on its map.

Waiting areas, services and windows come with the stream, as they are now; the other places from the hall's file.
"""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from contract.catalogue import Text
from edge.config import Place, Settings
from edge.faces.emergency import KINDS
from edge.hall.catalogue_check import MAP
from edge.web.crowd import please_queue
from edge.web.display import emergencies
from edge.web.house import house
from edge.web.pages import page, render
from words import LANGUAGES, catalogue

SENTENCES = (
    "Guide to the hall",
    "Tickets can be taken now",
    "No tickets now",
    "{n} waiting",
    "no waiting",
    "about {low} to {high} min",
    "about {n} min",
    "Windows",
    "Open now",
    "Paused",
    "Closed",
    "You are here",
    "Way out",
    "Self-service and more",
    "Map of the hall",
    "No tickets at present: {reason}",
    "not open yet",
    "no more tickets today",
    "today's tickets are all taken",
    "tickets are suspended at present",
    "Opens at {time}",
    "Enquiries",
)
LEAVE = frozenset({"fire", "incident"})
"""The emergencies in which the sign shows the way out; in the others people are asked to stay or to wait."""


def sayings() -> dict[str, Text]:
    """English sentence to the sentence in every language."""
    return {
        one: {language: catalogue("edge", "faces", language).gettext(one) for language in LANGUAGES}
        for one in SENTENCES
    }


def for_script(settings: Settings) -> dict[str, Any]:
    """All the page's script needs besides the stream. `leave`: the emergencies that show the way out."""
    return {
        "say": sayings(),
        "emergencies": emergencies(),
        "leave": [kind for kind in KINDS if kind in LEAVE],
        "grid": MAP,
        "places": [_place(each) for each in settings.places],
        "queue": please_queue(settings.kiosk.queue_limit),
        "phone": settings.kiosk.enquiry_phone,
    }


def _place(one: Place) -> dict[str, Any]:
    return {"id": one.id, "name": one.name, "icon": one.icon, "x": one.x, "y": one.y, "way": one.way}


@page("look")
async def guide(request: Request) -> Response:
    """/guide: both languages at once; ?at=<place> says where the screen hangs, the first entrance without it."""
    return render(request, "guide.html", guide=for_script(house(request).settings))
