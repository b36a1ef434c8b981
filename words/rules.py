"""PURE: the rules in force, in plain sentences, for people who never saw the configuration.

Each sentence names the rules it speaks of; together they speak of every one (a test holds them to it).
"""

from collections.abc import Callable, Mapping
from gettext import NullTranslations

import msgspec

from contract.catalogue import Rules
from words import catalogue

Say = Callable[[str], str]


class Sentence(msgspec.Struct, frozen=True):
    """`rules`: the fields of `contract.catalogue.Rules` it speaks of."""

    rules: tuple[str, ...]
    text: str


def sentences(rules: Rules, language: str, classes: Mapping[str, str]) -> tuple[Sentence, ...]:
    """`classes`: id of a priority class to its name in `language`."""
    tongue = catalogue("words", "rules", language)
    say: Say = tongue.gettext
    return (
        *_order(rules, tongue),
        *_bookings(rules, tongue),
        *_returns(rules, tongue),
        *_windows(rules, say),
        *_customers(rules, tongue, classes),
        *_opening(rules, say),
        *_safety(rules, say),
    )


def duration(seconds: int, say: Say) -> str:
    """ "45 s", "15 min", "1 min 30 s", "4 h", "1 h 30 min"."""
    if seconds < 60:
        return say("{n} s").format(n=seconds)
    if seconds < 3600:
        minutes, rest = divmod(seconds, 60)
        return (say("{n} min {s} s") if rest else say("{n} min")).format(n=minutes, s=rest)
    hours, rest = divmod(seconds // 60, 60)
    return (say("{n} h {m} min") if rest else say("{n} h")).format(n=hours, m=rest)


def _tickets(n: int, tongue: NullTranslations) -> str:
    return tongue.ngettext("{n} ticket", "{n} tickets", n).format(n=n)


def _order(rules: Rules, tongue: NullTranslations) -> tuple[Sentence, ...]:
    say = tongue.gettext
    lanes = say(
        "While people wait in both lanes, {priority} of {total} calls go to the priority lane;"
        " within a lane the order is first come."
    )
    aged = say("A ticket that has waited {time} goes before the counter's better groups and out of the deferred list.")
    services = tongue.ngettext(
        "Waiting times are estimated from the last service.",
        "Waiting times are estimated from the last {n} services.",
        rules.eta_window,
    )
    return (
        Sentence(("priority", "ordinary"), lanes.format(
            priority=rules.priority, total=rules.priority + rules.ordinary,
        )),
        Sentence(("ageing_s",), aged.format(time=duration(rules.ageing_s, say)) if rules.ageing_s
                 else say("A long wait alone changes nothing in the order.")),
        Sentence(("choose",), {
            "clerk": say("Every clerk may call a chosen number, with a reason."),
            "supervisor": say("Only a supervisor may call a chosen number, with a reason."),
            "nobody": say("Nobody may call a chosen number."),
        }[rules.choose]),
        Sentence(("transfer_place",), {
            "original": say("A transferred ticket takes the place its time of issue gives it."),
            "end": say("A transferred ticket goes to the end of the queue."),
        }[rules.transfer_place]),
        Sentence(("eta_window",), services.format(n=rules.eta_window)),
    )  # fmt: skip


def _bookings(rules: Rules, tongue: NullTranslations) -> tuple[Sentence, ...]:
    say = tongue.gettext
    late = say(
        "Who comes up to {grace} late waits behind {tickets}; while the wait is longer than {busy},"
        " until nobody else waits. Later the booking is void, and only a supervisor lifts that."
    )
    return (
        Sentence(("checkin_open_s",), say("Check-in opens {time} before the booked time.").format(
            time=duration(rules.checkin_open_s, say))),
        Sentence(("booked",), {
            "priority": say("A booked customer who is on time is called from the priority lane."),
            "ordinary": say("A booked customer who is on time is called from the ordinary lane."),
        }[rules.booked]),
        Sentence(("grace_s", "insert_after", "busy_s"), late.format(
            grace=duration(rules.grace_s, say), busy=duration(rules.busy_s, say),
            tickets=_tickets(rules.insert_after, tongue))),
    )  # fmt: skip


def _returns(rules: Rules, tongue: NullTranslations) -> tuple[Sentence, ...]:
    say = tongue.gettext
    calls = tongue.ngettext("{n} call", "{n} calls", rules.rings).format(n=rules.rings)
    ring = {
        "clerk": say("The clerk repeats a call; after {calls} the terminal offers to pass the number."),
        "auto": say("The hall repeats a call every {time} and passes the number after {calls}."),
    }[rules.ring]
    back = say("For {time} a passed number may be brought back, at most {n}×; it then waits behind {tickets}.")
    return (
        Sentence(("ring", "rings", "ring_s"), ring.format(calls=calls, time=duration(rules.ring_s, say))),
        Sentence(("return_within_s", "returns_max", "return_after"), back.format(
            time=duration(rules.return_within_s, say), n=rules.returns_max,
            tickets=_tickets(rules.return_after, tongue))
            if rules.returns_max else say("A passed number cannot be brought back.")),
        Sentence(("undo_within_s",), say("A wrong pass or finish can be taken back within {time}.").format(
            time=duration(rules.undo_within_s, say))),
        Sentence(("move_back_s", "move_backs_max"), say(
            "A customer may ask for {time} more, at most {n}×, and keeps the number.").format(
            time=duration(rules.move_back_s, say), n=rules.move_backs_max)
            if rules.move_backs_max else say("A customer cannot ask for more time.")),
    )  # fmt: skip


def _windows(rules: Rules, say: Say) -> tuple[Sentence, ...]:
    limit = say(
        "A simple matter may take {simple} at the window, a complex one {complex};"
        " a warning comes {before} before the end."
    )
    return (
        Sentence(("limit_s", "limit_complex_s", "warn_before_s"), limit.format(
            simple=duration(rules.limit_s, say), complex=duration(rules.limit_complex_s, say),
            before=duration(rules.warn_before_s, say))),
        Sentence(("idle_alert_s",), say("A window idle for {time} while people wait is told of.").format(
            time=duration(rules.idle_alert_s, say))),
        Sentence(("pause_max_s",), say("A pause longer than {time} is told of.").format(
            time=duration(rules.pause_max_s, say))),
        Sentence(("adhoc",), say("A window may write a ticket for a customer without one.") if rules.adhoc
                 else say("A window writes no tickets.")),
        Sentence(("verify",), {
            "remind": say("A window is reminded to check who is there, where the service wants it known."),
            "require": say("A window cannot start before it has checked who is there, where the service wants it."),
        }[rules.verify]),
    )  # fmt: skip


def _customers(rules: Rules, tongue: NullTranslations, classes: Mapping[str, str]) -> tuple[Sentence, ...]:
    say = tongue.gettext
    rating = tongue.ngettext(
        "A served customer may rate at the window for {time}, and with the slip for {n} more day.",
        "A served customer may rate at the window for {time}, and with the slip for {n} more days.",
        rules.rating_token_days,
    )
    helped = say("Who fails at the kiosk gets a ticket of the class {name} to a window.")
    fallback = rules.fallback_class
    return (
        Sentence(("consult_s",), say("Who asks at the service desk should have an answer within {time}.").format(
            time=duration(rules.consult_s, say))),
        Sentence(("rating_within_s", "rating_token_days"), rating.format(
            time=duration(rules.rating_within_s, say), n=rules.rating_token_days)),
        Sentence(("reprint_within_s",), say(
            "A slip lost in a power cut is printed again by itself while its ticket is younger than {time}.").format(
            time=duration(rules.reprint_within_s, say))),
        Sentence(("fallback_class",), helped.format(name=classes.get(fallback, fallback)) if fallback
                 else say("Who fails at the kiosk gets an ordinary ticket to a window.")),
    )  # fmt: skip


def _opening(rules: Rules, say: Say) -> tuple[Sentence, ...]:
    return (
        Sentence(("self_test_before_s",), say("The devices test themselves {time} before opening.").format(
            time=duration(rules.self_test_before_s, say))),
        Sentence(("checklist_before_s",), say("The opening checklist should be closed {time} before opening.").format(
            time=duration(rules.checklist_before_s, say))),
    )  # fmt: skip


def _safety(rules: Rules, say: Say) -> tuple[Sentence, ...]:
    return (
        Sentence(("fire_emergency",), say("A fire alarm clears the hall at once.") if rules.fire_emergency
                 else say("After a fire alarm, staff look first and then declare the emergency.")),
    )  # fmt: skip
