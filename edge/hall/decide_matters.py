"""Deciding about the matter of who is at the window: what it is, its questions, its rules, its procedure."""

from contract.events import Event, MatterFixed, QuestionsAnswered, RuleChecked, StepTicked
from contract.matters import Matter, Question
from edge.errors import Refused, Unknown
from edge.hall import check, find
from edge.hall.commands import AnswerQuestions, CheckRule, FixMatter, TickStep
from edge.hall.state import CounterState, State, Ticket


def fix(state: State, command: FixMatter, at: int) -> tuple[Event, ...]:
    """S2-10. One of another service is a transfer first."""
    desk, ticket = find.customer(state, command.counter)
    found = find.matter(state, command.matter, ticket.service)
    return (MatterFixed(ticket.id, desk.id, find.desk_clerk(desk), found.id, found.version),)


def answer(state: State, command: AnswerQuestions, at: int) -> tuple[Event, ...]:
    """S2-54. Those answered now; what was answered before stays."""
    desk, ticket, matter = _at_work(state, command.counter)
    asked = {each.id: each for each in matter.questions}
    for id_ in command.answers:
        if id_ not in asked:
            text = f"{matter.id} has no question {id_!r}; it has: {', '.join(asked) or 'none'}."
            raise Unknown(text, "answers", "unknown_question")
    answers = {id_: _answer(asked[id_], said) for id_, said in command.answers.items()}
    if not answers:
        raise Refused("Nothing is answered: give at least one answer.", "answers", "no_answers")
    clerk = find.desk_clerk(desk)
    return (QuestionsAnswered(ticket.id, desk.id, clerk, matter.id, matter.version, answers),)


def check_rule(state: State, command: CheckRule, at: int) -> tuple[Event, ...]:
    """S2-12."""
    desk, ticket, matter = _at_work(state, command.counter)
    known = [each.id for each in matter.review_rules]
    if command.rule not in known:
        text = f"{matter.id} has no review rule {command.rule!r}; it has: {', '.join(known) or 'none'}."
        raise Unknown(text, "rule", "unknown_rule")
    clerk = find.desk_clerk(desk)
    return (RuleChecked(ticket.id, desk.id, clerk, matter.id, matter.version, command.rule, command.passed),)


def tick_step(state: State, command: TickStep, at: int) -> tuple[Event, ...]:
    """S2-15."""
    desk, ticket, matter = _at_work(state, command.counter)
    if not matter.steps:
        raise Unknown(f"{matter.id} has no steps.", "step", "unknown_step")
    step = check.number(command.step, "step", 1, len(matter.steps))
    clerk = find.desk_clerk(desk)
    return (StepTicked(ticket.id, desk.id, clerk, matter.id, matter.version, step, command.done),)


def _at_work(state: State, counter: str) -> tuple[CounterState, Ticket, Matter]:
    """Raises Refused "no_matter" where the clerk has not fixed one, or it is published no more."""
    desk, ticket = find.customer(state, counter)
    matter = state.shelf.fixed(ticket.matter, ticket.matter_version)
    if matter is None:
        raise Refused("Fix the matter first.", "counter", "no_matter")
    return desk, ticket, matter


def _answer(question: Question, said: str) -> str:
    if not question.choices:
        return check.said(said, "answers")
    known = [each.id for each in question.choices]
    if said not in known:
        raise Unknown(f"{question.id} is answered by one of: {', '.join(known)}.", "answers", "unknown_choice")
    return said
