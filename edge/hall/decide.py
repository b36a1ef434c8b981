"""What follows from a command: `decide(state, command, at) -> events`. Reads the state, never changes it."""

from collections.abc import Callable
from typing import Any

from contract.events import Event
from edge.errors import Invalid
from edge.hall import (
    commands,
    decide_bookings,
    decide_cases,
    decide_chosen,
    decide_counters,
    decide_days,
    decide_desk,
    decide_facts,
    decide_identity,
    decide_lists,
    decide_materials,
    decide_matters,
    decide_moves,
    decide_papers,
    decide_returns,
    decide_safety,
    decide_settings,
    decide_shares,
    decide_tickets,
)
from edge.hall.commands import Command
from edge.hall.state import State

_BY_TYPE: dict[type[Command], Callable[[State, Any, int], tuple[Event, ...]]] = {
    commands.ChangeCatalogue: decide_settings.change_catalogue,
    commands.ChangeRules: decide_settings.change_rules,
    commands.PassTime: decide_days.pass_time,
    commands.SuspendHall: decide_days.suspend,
    commands.ResumeHall: decide_days.resume,
    commands.IssueTicket: decide_tickets.issue,
    commands.CheckIn: decide_bookings.check_in,
    commands.LiftVoid: decide_bookings.lift_void,
    commands.SellPlace: decide_shares.sell,
    commands.ReturnShare: decide_shares.return_,
    commands.MoveBack: decide_moves.move_back,
    commands.RateTicket: decide_tickets.rate,
    commands.OpenEnquiry: decide_desk.open_,
    commands.AnswerEnquiry: decide_desk.answer,
    commands.LogIn: decide_counters.log_in,
    commands.LogOut: decide_counters.log_out,
    commands.CallNext: decide_counters.call_next,
    commands.CallChosen: decide_chosen.call_chosen,
    commands.Recall: decide_counters.recall,
    commands.Start: decide_counters.start,
    commands.Finish: decide_counters.finish,
    commands.Pass: decide_counters.pass_,
    commands.Restore: decide_returns.restore,
    commands.Transfer: decide_returns.transfer,
    commands.Undo: decide_returns.undo,
    commands.Pause: decide_counters.pause,
    commands.Resume: decide_counters.resume,
    commands.Welcome: decide_cases.welcome,
    commands.Suspend: decide_cases.suspend,
    commands.Continue: decide_cases.continue_,
    commands.VerifyIdentity: decide_identity.verify,
    commands.FixMatter: decide_matters.fix,
    commands.AnswerQuestions: decide_matters.answer,
    commands.CheckRule: decide_matters.check_rule,
    commands.TickStep: decide_matters.tick_step,
    commands.CheckMaterials: decide_materials.check_materials,
    commands.AcceptCase: decide_papers.accept,
    commands.GiveNotice: decide_papers.give_notice,
    commands.TellResult: decide_papers.tell_result,
    commands.RegisterVisitor: decide_papers.register_visitor,
    commands.DeclareEmergency: decide_safety.declare,
    commands.EndEmergency: decide_safety.end,
    commands.RaiseAlarm: decide_safety.raise_alarm,
    commands.CloseAlarm: decide_safety.close_alarm,
    commands.ClearCrowd: decide_safety.clear_crowd,
    commands.TickItem: decide_lists.tick,
    commands.CloseChecklist: decide_lists.close,
    commands.Record: decide_facts.record,
}


def decide(state: State, command: Command, at: int) -> tuple[Event, ...]:
    """The events to append, in order, at least one. `at`: wall time in ms, recorded with them.

    Raises Unknown for a name that does not exist, Invalid for a value that can never be right, Refused
    for what the rules do not allow now; each with a stable `code` and, where one is at fault, a `field`.
    """
    decider = _BY_TYPE.get(type(command))
    if decider is None:
        raise Invalid(f"Not a command: {type(command).__name__}.", "command", "unknown_command")
    return decider(state, command, at)
