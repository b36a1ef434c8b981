"""PURE: the picture of the hall for screens the public stands before: nothing of customers, staff's troubles or alarms.

The pages there would not show it; but what is never sent cannot be read off the wire either.
"""

from msgspec.structs import replace

from edge.hall.view import CounterView, DeskView, HallView


def public(view: HallView) -> HallView:
    """Open alarms above all: a silent one must be nowhere that the person it is about may look."""
    return replace(
        view,
        counters=tuple(_public_counter(one) for one in view.counters),
        alarms=(),
        checklists=(),
        self_test={},
        self_test_at=0,
        desk=DeskView(),
        lost=None,
    )


def _public_counter(one: CounterView) -> CounterView:
    return replace(
        one,
        lane=None,
        priority_class=None,
        issued_at=None,
        waited_ms=None,
        why=None,
        cover=None,
        next_up=(),
        passed=(),
        undo=None,
        rate_ticket=None,
        rate_number=None,
        rate_until=0,
        warned=(),
        booking=None,
        slot_at=None,
        customer=None,
        verified="",
        name_match="",
        verify_due=False,
        stages=(),
        then=(),
        matter=None,
        matter_version=0,
        answers={},
        checks=(),
        rules={},
        steps=(),
        materials=(),
        seen=(),
        acceptance=None,
        notices=0,
        result="",
        suspended_cases=(),
    )
