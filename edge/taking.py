"""PURE: what a directive of the centre asks of this hall (protocol.md, "Downward")."""

from typing import Any

import msgspec

from contract import directives
from contract.directives import Directive
from contract.events import DirectiveAnswered
from edge.hall.commands import (
    ChangeCatalogue,
    ChangeRules,
    Command,
    DeclareEmergency,
    EndEmergency,
    MoveBack,
    RateTicket,
    ResumeHall,
    ReturnShare,
    SuspendHall,
)
from edge.hall.decide_shares import CENTRE


def content(directive: Directive) -> dict[str, Any] | None:
    """The directive's data; None where it is no JSON object."""
    try:
        data = msgspec.json.decode(directive.data)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return None
    return data if isinstance(data, dict) else None


def meaning(directive: Directive, data: dict[str, Any] | None, waited_s: float) -> Command | DirectiveAnswered | None:
    """The command to decide, or the answer when there is nothing to decide; None for a fact that is simply kept.

    `waited_s`: how long the directive waited here since it came in.
    """

    def answer(outcome: Any, detail: str) -> DirectiveAnswered:
        return DirectiveAnswered(directive.id, outcome, detail)

    if data is None:
        return answer("refused", "data: must be a JSON object")
    if directive.kind == "command" and directive.ttl_s is not None and directive.ttl_s <= waited_s:
        return answer("expired", f"came {waited_s - directive.ttl_s:.0f} s too late")
    try:
        parsed = directives.parse(directive.type, data)
    except msgspec.ValidationError as err:
        return answer("refused", f"data: {err}")
    if parsed is None:
        return answer("unsupported", f"this node does not know {directive.type}")
    return _command(parsed)


def _command(parsed: msgspec.Struct) -> Command | None:
    match parsed:
        case directives.CatalogueChanged(catalogue):
            return ChangeCatalogue(catalogue)
        case directives.RulesChanged(rules):
            return ChangeRules(rules)
        case directives.HallSuspended(reason):
            return SuspendHall(reason, CENTRE)
        case directives.HallResumed():
            return ResumeHall(CENTRE)
        case directives.RatingGiven(token, level, tags, comment):
            return RateTicket(level, CENTRE, token=token, tags=tags, comment=comment)
        case directives.ShareRecalled(grant):
            return ReturnShare(grant, CENTRE)
        case directives.MoveBackAsked(token):
            return MoveBack(token, CENTRE)
        case directives.EmergencyDeclared(kind, by):
            # the hall checks the kind: one it does not know is answered like any other refusal
            return DeclareEmergency(kind, by)  # type: ignore[arg-type]
        case directives.EmergencyEnded(by):
            return EndEmergency(by)
        case _:
            return None
