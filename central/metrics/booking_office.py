"""What the office did about bookings: reviewed, changed, told, called; and how it dealt with closures."""

from collections.abc import Iterable, Sequence

import msgspec

from central.metrics.booking_facts import CallFacts, CaseFacts, ChangeFacts, ClosureFacts, NoticeFacts, ReviewFacts
from central.metrics.formulas import Rate, Spread, spread

SENT = ("sent", "delivered", "failed")
"""States of notices the outbox is done with; waiting ones are not sent yet, dropped ones never had to be."""
RESOLVED = ("rebooked", "cancelled", "kept")
"""Outcomes the customer agreed to; one who cannot be reached has agreed to nothing."""


class OfficeFigures(msgspec.Struct, frozen=True):
    """What was done about one set of bookings."""

    review: Spread
    review_in_time: Rate
    approval: Spread
    undecided: int
    sms: Rate
    notices: dict[str, "ChannelFigures"]
    called: Rate
    called_in_time: Rate
    closures: Spread
    closures_in_time: Rate
    contacted_in_time: Rate
    resolved: Rate
    unreachable: int


class ChannelFigures(msgspec.Struct, frozen=True):
    """Notices of one channel."""

    sent: int
    delivered: int
    failed: int
    waiting: int


def review_time(reviews: Iterable[ReviewFacts]) -> Spread:
    """线下预约审核时长: from taking the call, or opening the form, to the decision. (S0-25)"""
    return spread([r.took_s for r in reviews])


def reviews_in_time(reviews: Sequence[ReviewFacts]) -> Rate:
    """Offline applications decided within booking.offline_review_sla / those measured. (S0-25)"""
    return Rate(sum(r.took_s <= r.limit_s for r in reviews), len(reviews))


def approval_time(changes: Iterable[ChangeFacts]) -> Spread:
    """变更审批时长 = decided − asked, of the changes approved or refused. (S0-48)"""
    return spread([c.took_s for c in changes if c.took_s is not None])


def undecided(changes: Iterable[ChangeFacts]) -> int:
    """Changes that wait for a reviewer: n(status = asked). (S0-48)"""
    return sum(c.status == "asked" for c in changes)


def delivery_rate(notices: Iterable[NoticeFacts], channel: str) -> Rate:
    """短信送达率 = delivered / sent, of one channel. (S0-23)

    Sent are those handed over, and those given up after every try; only a delivery report makes one delivered.
    """
    found = channel_figures([n for n in notices if n.channel == channel])
    return Rate(found.delivered, found.sent)


def channel_figures(notices: Sequence[NoticeFacts]) -> ChannelFigures:
    """n(state) of each kind; `sent` counts what was delivered or given up too. (S0-23)"""

    def count(*states: str) -> int:
        return sum(n.n for n in notices if n.state in states)

    return ChannelFigures(count(*SENT), count("delivered"), count("failed"), count("waiting"))


def calls_completed(calls: Iterable[CallFacts]) -> Rate:
    """电话确认完成率 = telephone confirmations done / those to be done. (S0-28)

    A task whose booking was over before the call is in neither number.
    """
    due = [c for c in calls if c.state != "dropped"]
    return Rate(sum(c.n for c in due if c.state == "done"), sum(c.n for c in due))


def calls_in_time(calls: Iterable[CallFacts]) -> Rate:
    """Done by when they were due / done. (S0-28)"""
    done = [c for c in calls if c.state == "done"]
    return Rate(sum(c.n for c in done if c.in_time), sum(c.n for c in done))


def contacts_in_time(contacts: Iterable[CallFacts]) -> Rate:
    """Of closures: affected customers contacted within closure.contact_within / to be contacted. (S0-52)"""
    due = [c for c in contacts if c.state != "dropped"]
    return Rate(sum(c.n for c in due if c.in_time), sum(c.n for c in due))


def closure_latency(closures: Iterable[ClosureFacts]) -> Spread:
    """停办通知时延 = published − known to the office. (S0-51)"""
    return spread([c.took_s for c in closures])


def closures_in_time(closures: Sequence[ClosureFacts]) -> Rate:
    """Closures published within closure.publish_within / closures. (S0-51)"""
    return Rate(sum(c.took_s <= c.limit_s for c in closures), len(closures))


def resolved_rate(cases: Sequence[CaseFacts]) -> Rate:
    """受影响预约解决率 = affected bookings rebooked, cancelled or kept by agreement / affected bookings. (S0-52)"""
    return Rate(sum(c.n for c in cases if c.outcome in RESOLVED), sum(c.n for c in cases))


def unreachable(cases: Iterable[CaseFacts]) -> int:
    """Affected customers who could not be reached: n(outcome = unreachable). (S0-52)"""
    return sum(c.n for c in cases if c.outcome == "unreachable")


def office_figures(
    reviews: Sequence[ReviewFacts],
    changes: Sequence[ChangeFacts],
    notices: Sequence[NoticeFacts],
    calls: Sequence[CallFacts],
    closures: Sequence[ClosureFacts],
    contacts: Sequence[CallFacts],
    cases: Sequence[CaseFacts],
) -> OfficeFigures:
    """All of them."""
    channels = sorted({n.channel for n in notices})
    return OfficeFigures(
        review=review_time(reviews),
        review_in_time=reviews_in_time(reviews),
        approval=approval_time(changes),
        undecided=undecided(changes),
        sms=delivery_rate(notices, "sms"),
        notices={name: channel_figures([n for n in notices if n.channel == name]) for name in channels},
        called=calls_completed(calls),
        called_in_time=calls_in_time(calls),
        closures=closure_latency(closures),
        closures_in_time=closures_in_time(closures),
        contacted_in_time=contacts_in_time(contacts),
        resolved=resolved_rate(cases),
        unreachable=unreachable(cases),
    )
