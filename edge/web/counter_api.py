"""The counter's calls: every key of a clerk's caller as a step, and what a counter may be asked beside."""

import asyncio
from collections.abc import Callable
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from contract.events import Event
from edge.errors import Refused, Unknown
from edge.hall.commands import (
    AnswerQuestions,
    CallChosen,
    CallNext,
    CheckRule,
    Command,
    Continue,
    Finish,
    FixMatter,
    LogIn,
    LogOut,
    Pass,
    Pause,
    RaiseAlarm,
    Recall,
    Restore,
    Resume,
    Start,
    Suspend,
    TickStep,
    Transfer,
    Undo,
    Welcome,
)
from edge.hall.view import CounterView
from edge.people.checkin import verification
from edge.web.answers import HttpError, answer
from edge.web.bodies import (
    AnswersBody,
    Body,
    ChosenBody,
    ClerkBody,
    FinishBody,
    HelpBody,
    MatterBody,
    Nothing,
    NumberBody,
    PauseBody,
    RuleBody,
    StepBody,
    SuspendBody,
    TransferBody,
    VerifyBody,
    body,
    idempotency_key,
)
from edge.web.guard import require
from edge.web.house import house

SECRET = ("token", "id_hmac")

COUNTER_STEPS: dict[str, tuple[type[Body], Callable[[str, Any], Command]]] = {
    "login": (ClerkBody, lambda counter, sent: LogIn(counter, sent.clerk)),
    "logout": (Nothing, lambda counter, sent: LogOut(counter)),
    "next": (Nothing, lambda counter, sent: CallNext(counter)),
    "recall": (Nothing, lambda counter, sent: Recall(counter)),
    "call": (ChosenBody, lambda counter, sent: CallChosen(counter, sent.number, sent.reason)),
    "welcome": (Nothing, lambda counter, sent: Welcome(counter)),
    "start": (Nothing, lambda counter, sent: Start(counter)),
    "finish": (FinishBody, lambda counter, sent: Finish(counter, sent.then)),
    "undo": (Nothing, lambda counter, sent: Undo(counter)),
    "pass": (Nothing, lambda counter, sent: Pass(counter)),
    "restore": (NumberBody, lambda counter, sent: Restore(counter, sent.number)),
    "transfer": (
        TransferBody,
        lambda counter, sent: Transfer(counter, sent.to_service, sent.to_counter, sent.place, sent.reason),
    ),
    "suspend": (SuspendBody, lambda counter, sent: Suspend(counter, sent.kind, sent.reason)),
    "continue": (NumberBody, lambda counter, sent: Continue(counter, sent.number)),
    "pause": (PauseBody, lambda counter, sent: Pause(counter, sent.reason, sent.cover, sent.reroute)),
    "resume": (Nothing, lambda counter, sent: Resume(counter)),
    "matter": (MatterBody, lambda counter, sent: FixMatter(counter, sent.matter)),
    "answers": (AnswersBody, lambda counter, sent: AnswerQuestions(counter, sent.answers)),
    "rule": (RuleBody, lambda counter, sent: CheckRule(counter, sent.rule, sent.passed)),
    "procedure": (StepBody, lambda counter, sent: TickStep(counter, sent.step, sent.done)),
}


async def counter_step(request: Request) -> Response:
    """POST /api/counters/{counter}/{step} → 200 {events, counter}."""
    counter, step = request.path_params["counter"], request.path_params["step"]
    if step not in COUNTER_STEPS:
        raise HttpError(404, "not_found", f"A counter knows no {step!r}; it knows {', '.join(COUNTER_STEPS)}.")
    asking = require(request, "staff", counter)
    kind, command_of = COUNTER_STEPS[step]
    sent = await body(request, kind)
    if isinstance(sent, ClerkBody):
        await asyncio.to_thread(house(request).staff.prove, sent.clerk, sent.pin, asking.id)
    return await _carried_out(request, counter, command_of(counter, sent))


async def alarm(request: Request) -> Response:
    """POST /api/counters/{counter}/alarm {kind} → 200 {events, counter}: help wanted here, aloud or silently."""
    counter = request.path_params["counter"]
    require(request, "staff", counter)
    sent = await body(request, HelpBody)
    by = _counter(request, counter).clerk or f"counter:{counter}"
    return await _carried_out(request, counter, RaiseAlarm(sent.kind, f"counter:{counter}", by))


async def verify(request: Request) -> Response:
    """POST /api/counters/{counter}/verify {id_type, number, reason} → 200 {events, counter}: a number typed by hand is
    checked, fingerprinted and forgotten; how it compares stands in the event and the counter's view.
    """
    counter = request.path_params["counter"]
    require(request, "staff", counter)
    sent = await body(request, VerifyBody)
    reception = house(request).reception
    if reception is None:
        raise Refused("This node compares no documents.", code="no_reception")
    by = _counter(request, counter).clerk
    if by is None:
        raise Refused(f"Counter {counter} is closed: log in first.", "counter", "counter_closed")
    shown = reception.checkins.typed(sent.id_type, sent.number, sent.reason)
    return await _carried_out(request, counter, verification(shown, by, counter=counter))


async def _carried_out(request: Request, counter: str, command: Command) -> Response:
    wires, key = house(request), idempotency_key(request)

    def submit() -> asyncio.Future[Any]:
        return asyncio.wrap_future(wires.line.submit(command, key=key))

    # A key of the caller's own says what is a repetition; without one the repeat time does.
    future = submit() if key else wires.pressed.at(counter, command, submit)
    outcome = await asyncio.shield(future)
    now = next((one for one in wires.line.view.counters if one.id == counter), None)
    return answer({"events": [_told(recorded.event) for recorded in outcome.events], "counter": now})


def _counter(request: Request, counter: str) -> CounterView:
    """Raises Unknown."""
    for one in house(request).line.view.counters:
        if one.id == counter:
            return one
    raise Unknown(f"There is no counter {counter} in this hall.", "counter")


def _told(event: Event) -> dict[str, Any]:
    """An event for the terminal; the slip's secret stays on the slip, the fingerprint of a number on the node."""
    fields: dict[str, Any] = msgspec.to_builtins(event)
    return {"type": type(event).__name__, **{name: fields[name] for name in fields if name not in SECRET}}
