"""Words for the codes that projections and the protocol use."""

from starlette_admin.i18n import lazy_gettext as _

TICKET = (
    ("waiting", _("waiting")),
    ("called", _("called")),
    ("serving", _("being served")),
    ("done", _("served")),
    ("passed", _("passed")),
    ("voided", _("voided")),
)
TICKET_COLOURS = {"waiting": "azure", "called": "blue", "serving": "green", "done": "teal", "passed": "orange"}

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
    ("chosen", _("chosen by the clerk")),
)

OUTCOME = (
    ("done", _("done")),
    ("refused", _("refused")),
    ("expired", _("expired")),
    ("unsupported", _("not supported by the node")),
)
OUTCOME_COLOURS = {"done": "green", "refused": "red", "expired": "orange", "unsupported": "orange"}

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

HEALTH = (("ok", _("in order")), ("degraded", _("degraded")), ("failed", _("failed")))

LEVEL = (
    (5, _("5 very satisfied")),
    (4, _("4 satisfied")),
    (3, _("3 fairly satisfied")),
    (2, _("2 dissatisfied")),
    (1, _("1 very dissatisfied")),
)
