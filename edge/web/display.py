"""What the hall display says, both languages side by side whatever the page's own is."""

from typing import Any

from contract.catalogue import Text
from edge.config import Settings
from edge.faces.emergency import KINDS, alert
from edge.web.crowd import please_queue
from words import LANGUAGES, catalogue

SENTENCES = (
    "Ticket number",
    "Please go to",
    "Called again",
    "People waiting",
    "Please watch the screen and listen for your number",
    "No tickets",
    "No tickets at present: {reason}",
    "Please watch the screens and listen for your number. If you missed it, ask at the service desk.",
    "Take a number, wait for your call, go to the window, rate the service",
    "{number}: no slip was printed, please ask the staff",
    "Windows not serving",
    "Paused",
    "Closed",
    "Enquiries",
)


def sayings() -> dict[str, Text]:
    """English sentence to the sentence in every language."""
    return {
        one: {language: catalogue("edge", "faces", language).gettext(one) for language in LANGUAGES}
        for one in SENTENCES
    }


def emergencies() -> dict[str, dict[str, dict[str, str]]]:
    """Kind of emergency to its headline and what to do, each in every language."""
    told = {kind: {language: alert(kind, language) for language in LANGUAGES} for kind in KINDS}
    return {
        kind: {
            "headline": {language: one.headline for language, one in each.items()},
            "doing": {"zh": "，".join(each["zh"].doing), "en": ". ".join((*each["en"].doing, "")).strip()},
        }
        for kind, each in told.items()
    }


def for_script(settings: Settings) -> dict[str, Any]:
    """All the page's script needs besides the stream. `digit`: how high a digit of a called number must be, as a
    share of the screen's width."""
    return {
        "say": sayings(),
        "emergencies": emergencies(),
        "digit": settings.display.digit_mm / settings.display.width_mm,
        "phone": settings.kiosk.enquiry_phone,
        "queue": please_queue(settings.kiosk.queue_limit),
    }
