"""What somebody wants done: imperative, frozen. Randomness (tokens) comes in here and nowhere else."""

from typing import Literal

import msgspec

from contract.catalogue import Catalogue, Rules
from contract.events import AlarmKind, DayPlan, EmergencyKind, EnquiryOutcome, Event, MaterialCheck, Missing


class Command(msgspec.Struct, frozen=True):
    """Base of all commands."""


# --- settings, days, time ----------------------------------------------------


class ChangeCatalogue(Command, frozen=True):
    catalogue: Catalogue


class ChangeRules(Command, frozen=True):
    rules: Rules


class PassTime(Command, frozen=True):
    """The clock reached `next_due(state)`. `plan` is the business day the moment belongs to."""

    plan: DayPlan


class SuspendHall(Command, frozen=True):
    reason: str
    by: str


class ResumeHall(Command, frozen=True):
    by: str


# --- customers ---------------------------------------------------------------


class IssueTicket(Command, frozen=True):
    """`token`: at least 60 random bits, 13 to 64 characters of base32, hex or base64url.

    `counter`: written at that window for a customer without ticket (S1-23); called there at once if
    the window is idle and nobody waits for it, else it waits like any other.
    """

    service: str
    token: str
    source: str
    priority_class: str | None = None
    counter: str | None = None
    journey: str | None = None
    """一票到底: the catalogue's journey whose first service is `service`."""
    cause: str | None = None
    """Which kiosk flow failed (then the class is `rules.fallback_class`), or why staff wrote it."""


class CheckIn(Command, frozen=True):
    """A booked customer is here. Either `code`, or `id_hmac`, or both `phone_hmac` and `code`.

    `token` as for a new ticket.
    """

    token: str
    source: str
    method: Literal["card", "code", "phone", "number", "staff"]
    code: str | None = None
    id_hmac: str | None = None
    phone_hmac: str | None = None


class SellPlace(Command, frozen=True):
    """现场预约: a place of the hall's own share (shares.py), of the slot named or of one grant.

    `code`: fresh (contract/booking_code.py). Texts masked, HMACs under the hall's key; `sealed` as in `PlaceSold`.
    `readback`: the clerk read the details back, and the customer agreed.
    """

    code: str
    service: str
    name: str
    phone: str
    id_hmac: str | None
    phone_hmac: str | None
    sealed: str
    by: str
    readback: bool
    slot: str | None = None
    grant: str | None = None
    priority_class: str | None = None
    matter: str | None = None
    """One that is published for the service; None: the office takes the service's first."""


class ReturnShare(Command, frozen=True):
    """What is left of a grant goes back to the centre. `by`: a receptionist or supervisor, or "centre"."""

    grant: str
    by: str


class LiftVoid(Command, frozen=True):
    """A supervisor serves a void booking all the same. `consent`: the waiting customers agree."""

    code: str
    by: str
    reason: str
    consent: bool
    token: str
    source: str


class MoveBack(Command, frozen=True):
    """ "I need ten more minutes", with the slip's token. `by`: "slip", "centre" or a clerk."""

    token: str
    by: str


class VerifyIdentity(Command, frozen=True):
    """What a reader or a person found out about who is here; goes with the ticket at `counter`, or with `ticket`.

    `verification`: a fresh id. The number itself never comes this far.
    """

    verification: str
    method: Literal["card", "scan", "typed"]
    id_type: str
    id_hmac: str
    id_masked: str
    name_masked: str | None
    by: str
    counter: str | None = None
    ticket: str | None = None
    reader: str | None = None
    reason: str | None = None
    valid_until: str | None = None


class RateTicket(Command, frozen=True):
    """By `token` (slip) or by `counter` (its evaluator: the ticket finished there last)."""

    level: int
    source: str
    token: str | None = None
    counter: str | None = None
    tags: tuple[str, ...] = ()
    comment: str = ""


# --- the service desk ----------------------------------------------------------


class OpenEnquiry(Command, frozen=True):
    """Somebody asks. `by`: who is at the desk."""

    by: str


class AnswerEnquiry(Command, frozen=True):
    """`outcome` "solved" needs a `summary`. "routed" needs a fresh `token` and a `service`, for a ticket written with
    the answer; or the `number` of the ticket the customer has.
    """

    enquiry: str
    by: str
    outcome: EnquiryOutcome
    summary: str = ""
    """Never a name: what a number of somebody could hide in is refused."""
    service: str | None = None
    token: str | None = None
    priority_class: str | None = None
    journey: str | None = None
    number: str | None = None


# --- counters (field words in domain.md §1) ----------------------------------


class LogIn(Command, frozen=True):
    counter: str
    clerk: str


class LogOut(Command, frozen=True):
    counter: str


class CallNext(Command, frozen=True):
    """顺呼. Finishes or passes nothing silently: a ticket being served is finished first, recorded."""

    counter: str


class CallChosen(Command, frozen=True):
    """特呼: a chosen number, waiting, passed or deferred. `number` as printed, or the ticket id."""

    counter: str
    number: str
    reason: str


class Recall(Command, frozen=True):
    counter: str


class Welcome(Command, frozen=True):
    """欢迎."""

    counter: str


class Start(Command, frozen=True):
    counter: str


class Finish(Command, frozen=True):
    """`then`: services the customer is sent on to with the same ticket, behind those of its journey."""

    counter: str
    then: tuple[str, ...] = ()


class Suspend(Command, frozen=True):
    """挂起 of the case being served; the kinds are those of the event `CaseSuspended`."""

    counter: str
    kind: Literal["papers_out", "papers_kept", "step"]
    reason: str


class Continue(Command, frozen=True):
    """A suspended case goes on at this counter, when nobody else is there."""

    counter: str
    number: str


class Pass(Command, frozen=True):
    """过号."""

    counter: str


class Restore(Command, frozen=True):
    """回叫: a passed number waits again. `number` as printed, or the ticket id."""

    counter: str
    number: str


class Transfer(Command, frozen=True):
    """转移 to another service's queue, or to one counter. `place` None: as the rules say."""

    counter: str
    to_service: str
    to_counter: str | None = None
    place: Literal["original", "end"] | None = None
    reason: str | None = None


class Undo(Command, frozen=True):
    """Takes back this counter's last pass or finish."""

    counter: str


class Pause(Command, frozen=True):
    counter: str
    reason: str
    cover: str | None = None
    reroute: bool = False
    """Tickets that wait for this counter alone may be called by others."""


class Resume(Command, frozen=True):
    counter: str


# --- papers of the window, for the ticket called or served there ---------------


class FixMatter(Command, frozen=True):
    """What the customer wants (S2-10): a published matter of the ticket's service."""

    counter: str
    matter: str


class AnswerQuestions(Command, frozen=True):
    """Question of the fixed matter to choice, or to words in which no number of a person stands."""

    counter: str
    answers: dict[str, str]


class CheckRule(Command, frozen=True):
    counter: str
    rule: str
    passed: bool


class TickStep(Command, frozen=True):
    """`step`: its place in the procedure, from 1."""

    counter: str
    step: int
    done: bool


class CheckMaterials(Command, frozen=True):
    """What is there of the list: `seen` says which are as they must be. Or `checks`, each looked at by itself: the
    others of the list count as not brought.
    """

    counter: str
    seen: tuple[str, ...] = ()
    checks: tuple[MaterialCheck, ...] = ()


class AcceptCase(Command, frozen=True):
    """`days`: working days promised."""

    counter: str
    days: int
    materials: tuple[str, ...] = ()


class GiveNotice(Command, frozen=True):
    counter: str
    items: tuple[Missing, ...]


class TellResult(Command, frozen=True):
    counter: str
    outcome: Literal["success", "failure"]
    failure: str | None = None
    note: str = ""
    collect: str = ""
    oral: bool = True
    printed: bool = False


class RegisterVisitor(Command, frozen=True):
    name_masked: str
    host: str
    purpose: str
    by: str


# --- safety, opening -----------------------------------------------------------


class DeclareEmergency(Command, frozen=True):
    kind: EmergencyKind
    by: str


class EndEmergency(Command, frozen=True):
    by: str


class RaiseAlarm(Command, frozen=True):
    """The same alarm raised again while it is open is refused as "alarm_open"."""

    kind: AlarmKind
    place: str
    by: str


class CloseAlarm(Command, frozen=True):
    alarm: str
    by: str
    note: str


class ClearCrowd(Command, frozen=True):
    """The contact that raised the crowd alarm of `place` has opened again."""

    place: str
    by: str


class TickItem(Command, frozen=True):
    checklist: str
    item: str
    ok: bool
    by: str
    note: str = ""


class CloseChecklist(Command, frozen=True):
    """Refused while a line has not been looked at today."""

    checklist: str
    by: str


# --- facts found by the shell ------------------------------------------------


class Record(Command, frozen=True):
    """A fact that needs no decision: slips, devices, clock, node, directives. Others are refused."""

    event: Event
