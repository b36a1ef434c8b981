"""One turn of the line: commands decided and applied one after the other, to be made durable together."""

from collections.abc import Callable, Sequence
from hashlib import sha256

import msgspec

from contract.directives import Directive
from contract.events import DayPlan, DirectiveAnswered, DirectiveTaken, Event
from edge.clock import Clock
from edge.config import Settings
from edge.errors import Invalid, Refused, Settled
from edge.hall.apply import apply
from edge.hall.commands import CheckIn, Command, IssueTicket, LiftVoid, PassTime, Record, SellPlace, VerifyIdentity
from edge.hall.days import plan_day
from edge.hall.decide import decide
from edge.hall.due import next_due
from edge.hall.state import State
from edge.journal import Cursor, Journal, Recorded
from edge.stamp import Stamp
from edge.taking import content, meaning


class Turn:
    """Changes `state` ahead of the commit; who begins a turn throws the state away when it cannot be committed."""

    def __init__(
        self,
        state: State,
        journal: Journal,
        clock: Clock,
        settings: Settings,
        due: Callable[[State], int | None] = next_due,
    ) -> None:
        """`due` is `next_due`, or remembers what it said of a state that has not changed since."""
        self._state, self._journal, self._clock, self._settings = state, journal, clock, settings
        self._due = due
        self.draft = journal.draft()

    def do(self, command: Command, stamp: Stamp | None = None) -> tuple[Recorded, ...]:
        """Decides and applies. Raises Refused, Unknown or Invalid; then nothing has changed."""
        stamp = stamp or self._clock.stamp()
        return self.add(decide(self._state, command, stamp.at), stamp)

    def add(self, events: Sequence[Event], stamp: Stamp) -> tuple[Recorded, ...]:
        recorded = self.draft.add(events, stamp)
        for record in recorded:
            apply(self._state, record.event, seq=record.seq, at=record.at)
        return recorded

    def do_once(self, command: Command, key: str | None) -> tuple[Recorded, ...]:
        """As `do`; a `key` that has led to something already gives that again."""
        if key is None:
            return self.do(command)
        asked = fingerprint(command)
        known = self.draft.answered(key)
        if known is None and (kept := self._journal.answer(key)):
            known = kept.command, kept.events
        if known is None:
            recorded = self.do(command)
            self.draft.answer(key, asked, recorded, self._clock.stamp().at)
            return recorded
        if known[0] != asked:
            raise Invalid("This Idempotency-Key was used for another request; take a fresh one.", "key", "key_reused")
        return known[1]

    def pass_time(self) -> None:
        """Whatever the clock has reached, in order; and a clock that was set is recorded first."""
        if correction := self._clock.step(self._journal.boot):
            self.do(Record(correction.event), correction.stamp)
        while (due := self._due(self._state)) is not None:
            stamp = self._clock.stamp()
            if due > stamp.at:
                return
            try:
                self.do(PassTime(self.plan(stamp.at)), stamp)
            except Refused:
                return

    def plan(self, at: int) -> DayPlan:
        """The business day that holds `at`, by the configuration."""
        catalogue = self._state.catalogue
        services = catalogue.services if catalogue else ()
        return plan_day(at, self._settings.day, self._settings.hall.timezone, services)

    # --- the centre's directives ---------------------------------------------

    @property
    def cursor(self) -> Cursor:
        return self.draft.cursor or self._journal.directive_cursor

    def take(self, generation: str, directives: Sequence[Directive], waited_s: float) -> Cursor:
        """Takes what follows the cursor, in order; a gap ends it, what was taken before is passed over."""
        for directive in directives:
            cursor = self.cursor
            expected = cursor.seq + 1 if generation == cursor.generation else 1
            if directive.seq > expected or (directive.seq < expected and generation != cursor.generation):
                break
            if directive.seq == expected:
                self.draft.cursor = Cursor(generation, directive.seq)
                self._take_one(generation, directive, waited_s)
        return self.cursor

    def _take_one(self, generation: str, directive: Directive, waited_s: float) -> None:
        if directive.id in self.draft.taken or self._journal.taken(directive.id):
            return
        data = content(directive)
        meant = meaning(directive, data, waited_s)
        taken = DirectiveTaken(
            generation, directive.seq, directive.id[:128], directive.kind, directive.type[:128], data or {}
        )
        try:
            recorded = self.do(Record(taken))
        except Invalid as err:
            recorded = self.do(Record(msgspec.structs.replace(taken, data={})))
            meant = DirectiveAnswered(directive.id, "refused", err.detail)
        self.draft.taken[directive.id] = recorded[0].place
        answer = self._carry_out(directive.id, meant) if isinstance(meant, Command) else meant
        if answer is not None:
            self.do(Record(msgspec.structs.replace(answer, id=answer.id[:128], detail=answer.detail[:500])))

    def _carry_out(self, id_: str, command: Command) -> DirectiveAnswered:
        try:
            self.do(command)
        except Settled as err:
            return DirectiveAnswered(id_, "done", err.detail)
        except Refused as err:
            return DirectiveAnswered(id_, "refused", _refusal(err))
        return DirectiveAnswered(id_, "done", "")


def _refusal(err: Refused) -> str:
    """The sentence with the field in front and, where it tells more than the class, first the code."""
    code = err.code if err.code != type(err).code else None
    return ": ".join(part for part in (code, err.field, err.detail) if part)


class Due:
    """`next_due` of a state, worked out once for each event: so not again while somebody waits for a press."""

    def __init__(self) -> None:
        self._state: State | None = None
        self._seq = 0
        self._due: int | None = None

    def __call__(self, state: State) -> int | None:
        if state is not self._state or state.seq != self._seq:
            self._state, self._seq, self._due = state, state.seq, next_due(state)
        return self._due


def fingerprint(command: Command) -> bytes:
    """What makes two commands the same request: all of it but what is fresh each time, such as a ticket's token."""
    if isinstance(command, (IssueTicket, CheckIn, LiftVoid)):
        command = msgspec.structs.replace(command, token="")
    elif isinstance(command, VerifyIdentity):
        command = msgspec.structs.replace(command, verification="")
    elif isinstance(command, SellPlace):
        command = msgspec.structs.replace(command, code="", sealed="")
    return sha256(type(command).__name__.encode() + b" " + msgspec.json.encode(command)).digest()
