"""PURE: what an event did to a ticket, in words: what happened, and why."""

from collections.abc import Callable, Iterable
from typing import Any

from starlette_admin.i18n import gettext as _
from starlette_admin.i18n import ngettext

from central.console import codes, shown
from central.console.language import said
from central.console.names import Kind, Names
from contract import events as e

Told = tuple[str, str]
"""What happened, and why; the second may be empty."""


class _Hall:
    """How the ids of one hall are called."""

    def __init__(self, names: Names, hall: str) -> None:
        self._names, self._hall = names, hall

    def __call__(self, kind: Kind, id_: str) -> str:
        name = said(self._names.of(kind, self._hall, id_))
        return name or (_("counter %(id)s") % {"id": id_} if kind == "counter" else id_)


def told(fact: e.Event, names: Names, hall: str) -> Told:
    """An event this version has no words for is called by its type."""
    call = _Hall(names, hall)
    for words in (_life, _moves, _booking, _window):
        found = words(fact, call)
        if found is not None:
            return found
    return _plain(fact)


def _life(fact: e.Event, call: _Hall) -> Told | None:
    match fact:
        case e.TicketIssued():
            return _("Number taken (%(source)s)") % {"source": fact.source}, _promise(fact)
        case e.TicketCalled():
            what = _("Called to %(counter)s by %(clerk)s") % {
                "counter": call("counter", fact.counter),
                "clerk": call("clerk", fact.clerk),
            }
            return what, why(fact.why, call)
        case e.TicketRecalled():
            counter = call("counter", fact.counter)
            what = _("Called again at %(counter)s, time %(n)d") % {"counter": counter, "n": fact.calls}
            return what, _("by the hall itself") if fact.by_hall else ""
        case e.TicketRated():
            return _("Rated %(n)d of 5") % {"n": fact.level}, fact.source
        case e.TicketVoided():
            return _("Voided"), fact.reason
        case e.StepUndone():
            step = _("pass") if fact.step == "pass" else _("finish")
            return _("Taken back: %(step)s") % {"step": step}, ""
    return None


def _moves(fact: e.Event, call: _Hall) -> Told | None:
    match fact:
        case e.TicketTransferred() | e.TicketForwarded():
            a, b = call("service", fact.from_service), call("service", fact.to_service)
            what = (
                _("Transferred from %(a)s to %(b)s")
                if isinstance(fact, e.TicketTransferred)
                else _("Done at %(a)s, goes on to %(b)s with the same ticket")
            )
            place = _("place %(n)d in that queue") % {"n": fact.position + 1}
            return what % {"a": a, "b": b}, _joined((place, getattr(fact, "reason", None)))
        case e.TicketRestored():
            what = _("Brought back by %(by)s") % {"by": call("clerk", fact.by)}
            return what, _behind(fact.after)
        case e.TicketMovedBack():
            what = _("Moved back because the customer wished it, time %(n)d") % {"n": fact.moves}
            return what, _behind(fact.after)
        case e.CaseSuspended():
            words: dict[str, Any] = dict(codes.SUSPENSION)
            return _("Suspended: %(kind)s") % {"kind": words.get(fact.kind, fact.kind)}, fact.reason
        case e.CaseContinued():
            what = _("Goes on at %(counter)s") % {"counter": call("counter", fact.counter)}
            return what, _("suspended for %(t)s") % {"t": shown.duration(fact.suspended_s)}
    return None


def _booking(fact: e.Event, call: _Hall) -> Told | None:
    match fact:
        case e.BookingArrived():
            words: dict[str, Any] = dict(codes.ARRIVAL)
            what = _("Checked in for a booking: %(outcome)s") % {"outcome": words.get(fact.outcome, fact.outcome)}
            late = _("%(t)s after the slot began") if fact.late_s >= 0 else _("%(t)s before the slot began")
            return what, late % {"t": shown.duration(abs(fact.late_s))}
        case e.BookingVoided():
            what = _("The booking became void: nobody came")
            return what, _("%(t)s of grace") % {"t": shown.duration(fact.grace_s)}
        case e.VoidLifted():
            what = _("The void was lifted by %(by)s") % {"by": call("clerk", fact.by)}
            consent = _("those who wait agreed") if fact.consent else _("without the consent of those who wait")
            return what, _joined((fact.reason, consent))
        case e.IdentityVerified():
            stage = (
                _("Identity verified at arrival") if fact.stage == "arrival" else _("Identity verified at the window")
            )
            words = dict((*codes.VERIFIED, *codes.ASSURANCE))
            return stage, _joined((str(words[fact.match]), str(words[fact.assurance]), fact.reason))
    return None


def _window(fact: e.Event, call: _Hall) -> Told | None:
    match fact:
        case e.MatterFixed():
            return _("Matter fixed: %(matter)s") % {"matter": fact.matter}, _version(fact.version)
        case e.QuestionsAnswered():
            return _("Questions asked: %(n)d answered") % {"n": len(fact.answers)}, _version(fact.version)
        case e.RuleChecked():
            passed = _("Review rule %(rule)s: passed") if fact.passed else _("Review rule %(rule)s: not passed")
            return passed % {"rule": fact.rule}, _version(fact.version)
        case e.StepTicked():
            done = _("Step %(n)d of the procedure is done") if fact.done else _("Step %(n)d is open again")
            return done % {"n": fact.step}, _version(fact.version)
        case e.MaterialsChecked():
            missing = _("%(n)d missing") % {"n": len(fact.missing)} if fact.missing else _("complete")
            return _("Materials looked at"), missing
        case e.CaseAccepted():
            what = _("Accepted: receipt %(number)s") % {"number": fact.number}
            return what, _promised(fact.days)
        case e.SupplementNoticeGiven():
            what = _("Supplement notice %(number)s") % {"number": fact.number}
            return what, _("given a second time") if fact.repeated else ""
        case e.ResultTold():
            words: dict[str, Any] = dict(codes.RESULT)
            what = _("Result told: %(result)s") % {"result": words.get(fact.outcome, fact.outcome)}
            return what, _joined((fact.failure, fact.note))
        case e.CounterWarned():
            words = dict(codes.WARNING)
            return _("Warned: %(kind)s") % {"kind": words.get(fact.kind, fact.kind)}, ""
    return None


def _behind(n: int) -> str:
    return ngettext("behind %(num)d ticket", "behind %(num)d tickets", n) % {"num": n}


def _promised(days: int) -> str:
    return ngettext("%(num)d working day promised", "%(num)d working days promised", days) % {"num": days}


def _plain(fact: e.Event) -> Told:
    words = {
        e.ServiceStarted: _("Service started"),
        e.ServiceFinished: _("Service finished"),
        e.TicketPassed: _("Passed: absent after the calls"),
        e.CustomerWelcomed: _("Welcomed"),
        e.SlipStarted: _("Slip started"),
        e.SlipPrinted: _("Slip printed"),
        e.SlipFailed: _("Slip failed"),
        e.SlipLeftToStaff: _("Slip left to staff"),
    }
    return words.get(type(fact), type(fact).__name__), str(getattr(fact, "cause", ""))


def _version(version: int) -> str:
    """Of the matter as it was published."""
    return _("version %(n)d") % {"n": version}


def _promise(fact: e.TicketIssued) -> str:
    ahead = _("%(n)d ahead") % {"n": fact.ahead}
    if fact.wait is None:
        return _joined((ahead, fact.cause))
    times = {"a": shown.coarse(fact.wait.p50_s), "b": shown.coarse(fact.wait.p90_s)}
    return _joined((ahead, _("estimated %(a)s, 9 of 10 within %(b)s") % times, fact.cause))


def why(reason: e.Why, call: Callable[[Kind, str], str]) -> str:
    """The rule's decision in words; of a choice also the clerk's reason."""
    words: dict[str, Any] = dict(codes.POLICY)
    group = " + ".join(call("service", id_) for id_ in reason.group.split("+"))
    decision = _("%(policy)s · queue %(group)s (choice %(rank)d of the counter) · %(n)d were waiting there") % {
        "policy": str(words.get(reason.policy, reason.policy)),
        "group": group,
        "rank": reason.rank + 1,
        "n": reason.waiting,
    }
    return _joined((decision, _("reason: %(reason)s") % {"reason": reason.reason} if reason.reason else None))


def _joined(parts: Iterable[str | None]) -> str:
    """Parts of a line set apart, not one sentence."""
    return " · ".join(part for part in parts if part)
