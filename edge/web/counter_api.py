"""The counter's calls: every key of a clerk's caller as a step, and what a counter may be asked beside."""

import asyncio
from collections.abc import Callable
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from contract.events import Event
from edge.hall.commands import (
    CallNext,
    Command,
    Finish,
    LogIn,
    LogOut,
    Pass,
    Pause,
    Recall,
    Restore,
    Resume,
    Start,
    Transfer,
    Undo,
)
from edge.web.answers import HttpError, answer
from edge.web.bodies import (
    Body,
    ClerkBody,
    Nothing,
    NumberBody,
    PauseBody,
    TransferBody,
    body,
    idempotency_key,
)
from edge.web.guard import require
from edge.web.house import house

COUNTER_STEPS: dict[str, tuple[type[Body], Callable[[str, Any], Command]]] = {
    "login": (ClerkBody, lambda counter, sent: LogIn(counter, sent.clerk)),
    "logout": (Nothing, lambda counter, sent: LogOut(counter)),
    "next": (Nothing, lambda counter, sent: CallNext(counter)),
    "recall": (Nothing, lambda counter, sent: Recall(counter)),
    "start": (Nothing, lambda counter, sent: Start(counter)),
    "finish": (Nothing, lambda counter, sent: Finish(counter)),
    "undo": (Nothing, lambda counter, sent: Undo(counter)),
    "pass": (Nothing, lambda counter, sent: Pass(counter)),
    "restore": (NumberBody, lambda counter, sent: Restore(counter, sent.number)),
    "transfer": (
        TransferBody,
        lambda counter, sent: Transfer(counter, sent.to_service, sent.to_counter, sent.place),
    ),
    "pause": (PauseBody, lambda counter, sent: Pause(counter, sent.reason, sent.cover)),
    "resume": (Nothing, lambda counter, sent: Resume(counter)),
}


async def counter_step(request: Request) -> Response:
    """POST /api/counters/{counter}/{step} → 200 {events, counter}."""
    counter, step = request.path_params["counter"], request.path_params["step"]
    if step not in COUNTER_STEPS:
        raise HttpError(404, "not_found", f"A counter knows no {step!r}; it knows {', '.join(COUNTER_STEPS)}.")
    require(request, "staff", counter)
    kind, command_of = COUNTER_STEPS[step]
    sent = await body(request, kind)
    command, key = command_of(counter, sent), idempotency_key(request)
    wires = house(request)

    def submit() -> asyncio.Future[Any]:
        return asyncio.wrap_future(wires.line.submit(command, key=key))

    # A key of the caller's own says what is a repetition; without one the repeat time does.
    future = submit() if key else wires.pressed.at(counter, command, submit)
    outcome = await asyncio.shield(future)
    now = next((one for one in wires.line.view.counters if one.id == counter), None)
    return answer({"events": [_told(recorded.event) for recorded in outcome.events], "counter": now})


def _told(event: Event) -> dict[str, Any]:
    """An event for the terminal; the slip's secret stays on the slip."""
    fields: dict[str, Any] = msgspec.to_builtins(event)
    fields.pop("token", None)
    return {"type": type(event).__name__, **fields}
