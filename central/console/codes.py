"""Words for the codes that projections and the protocol use."""

from starlette_admin.i18n import lazy_gettext as _

TICKET = (
    ("waiting", _("waiting")),
    ("called", _("called")),
    ("serving", _("being served")),
    ("suspended", _("suspended")),
    ("done", _("served")),
    ("passed", _("passed")),
    ("voided", _("voided")),
)
TICKET_COLOURS = {
    "waiting": "azure", "called": "blue", "serving": "green", "suspended": "purple", "done": "teal", "passed": "orange",
}  # fmt: skip

COUNTER = (
    ("closed", _("closed")),
    ("idle", _("free")),
    ("called", _("calling")),
    ("serving", _("serving")),
    ("paused", _("paused")),
)

LANE = (("ordinary", _("ordinary")), ("priority", _("priority")))

POLICY = (
    ("first_come", _("first come, first served")),
    ("priority_turn", _("the turn of the priority lane")),
    ("ordinary_turn", _("the turn of the ordinary lane")),
    ("only_lane", _("the only lane with people waiting")),
    ("aged", _("waited too long, so went before the others")),
    ("deferred", _("late while it was busy; now a window was free")),
    ("chosen", _("chosen by the clerk")),
)
POLICY_COLOURS = {"chosen": "orange"}
"""A choice is the exception that is asked about."""

ARRIVAL = (
    ("on_time", _("on time")),
    ("late", _("late, inserted")),
    ("deferred", _("late, deferred")),
    ("lifted", _("void lifted")),
)
ARRIVAL_COLOURS = {"late": "yellow", "deferred": "yellow", "lifted": "orange"}

VERIFIED = (
    ("same", _("the person booked")),
    ("other", _("somebody else")),
    ("none", _("nothing to compare with")),
)
VERIFIED_COLOURS = {"other": "red"}

ASSURANCE = (("high", _("read by a reader")), ("low", _("typed by hand")))
ASSURANCE_COLOURS = {"low": "yellow"}

RESULT = (("success", _("success")), ("failure", _("not possible")))
RESULT_COLOURS = {"failure": "orange"}

SUSPENSION = (
    ("papers_out", _("the customer has the papers")),
    ("papers_kept", _("the papers stay at the window")),
    ("step", _("waits for a step")),
)

WARNING = (
    ("limit_near", _("counter time nearly over")),
    ("limit_over", _("counter time over")),
    ("idle", _("idle while people wait")),
    ("pause_over", _("paused too long")),
)

ALARM = (
    ("help", _("help wanted")),
    ("silent", _("silent alarm")),
    ("fire", _("fire alarm")),
    ("intrusion", _("intrusion")),
    ("crowd", _("crowd")),
)
EMERGENCY = (
    ("fire", _("fire")),
    ("incident", _("incident")),
    ("power", _("power failure")),
    ("network", _("network failure")),
    ("device", _("device failure")),
)
ALARM_COLOURS = {"help": "orange", "silent": "red", "fire": "red", "intrusion": "red", "crowd": "yellow"}

OUTCOME = (
    ("done", _("done")),
    ("refused", _("refused")),
    ("expired", _("expired")),
    ("unsupported", _("not supported by the node")),
)
OUTCOME_COLOURS = {"done": "green", "refused": "red", "expired": "orange", "unsupported": "orange"}

DIRECTIVE = (
    ("SnapshotBegun", _("snapshot begins")),
    ("SnapshotEnded", _("snapshot ends")),
    ("CatalogueChanged", _("services and counters changed")),
    ("RulesChanged", _("rules changed")),
    ("MatterPublished", _("matter published")),
    ("MatterWithdrawn", _("matter withdrawn")),
    ("BookingAdded", _("booking added")),
    ("BookingCancelled", _("booking taken away")),
    ("ShareGranted", _("places given to the hall")),
    ("ShareRecalled", _("places asked back")),
    ("NoticeAdded", _("notice added")),
    ("NoticeWithdrawn", _("notice withdrawn")),
    ("RatingGiven", _("rating given")),
    ("MoveBackAsked", _("asks to be called later")),
    ("EmergencyDeclared", _("emergency")),
    ("EmergencyEnded", _("emergency over")),
    ("HallSuspended", _("suspend")),
    ("HallResumed", _("resume")),
)
_ISSUER = {"booking": _("the booking office")}
"""Who gave a directive and is no person."""


def issuer(name: str) -> str:
    """Who gave a directive: a person by their name, anything else in words."""
    return str(_ISSUER.get(name, name))


KIND = (("fact", _("fact")), ("command", _("command")))

VERDICT = (
    ("continue", _("go on")),
    ("new_epoch", _("new epoch")),
    ("quarantine", _("quarantine")),
)
VERDICT_COLOURS = {"continue": "green", "new_epoch": "orange", "quarantine": "red"}

SLIP = (
    ("started", _("started")),
    ("printed", _("printed")),
    ("failed", _("failed")),
    ("staff", _("left to staff")),
)
SLIP_COLOURS = {"printed": "green", "failed": "red", "staff": "orange"}

DEVICE = (
    ("printer", _("printer")),
    ("keys", _("keys")),
    ("key", _("one key")),
    ("board", _("board")),
    ("voice", _("voice")),
    ("reader", _("reader")),
    ("satellite", _("satellite")),
)

HEALTH = (("ok", _("in order")), ("degraded", _("degraded")), ("failed", _("failed")))

LEVEL = (
    (5, _("5 very satisfied")),
    (4, _("4 satisfied")),
    (3, _("3 fairly satisfied")),
    (2, _("2 dissatisfied")),
    (1, _("1 very dissatisfied")),
)
