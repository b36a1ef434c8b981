"""One service, one window, and the few commands that move somebody in its line: what takes several of them in a row
comes up in every other example."""

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from contract.catalogue import Rules
from edge.errors import Refused
from edge.hall import commands as c
from tests.hall_model import Model
from tests.halls import Bench, check_places

RULES = Rules(priority=2, ordinary=1, ageing_s=60, move_backs_max=9, returns_max=9)
STEPS = {
    "take": 3, "take first": 2, "book": 3, "book first": 1, "next": 6, "start": 2, "finish": 2, "pass": 1, "undo": 3,
    "move back": 2, "wait 1": 1, "wait 25": 3, "wait 61": 1,
}  # fmt: skip
"""How often each comes up beside the others."""
STEP = st.sampled_from([step for step, often in STEPS.items() for _ in range(often)])


class Line:
    """A window with its line, and the model beside it."""

    def __init__(self) -> None:
        self.bench, self.model = Bench(), Model()
        self.bench.do(c.ChangeRules(RULES))
        self.bench.open("1")
        self.seen = 0
        self.look()

    def do(self, step: str) -> None:
        try:
            self._do(step)
        except Refused:
            return
        self.look()

    def _do(self, step: str) -> None:
        what, _, how = step.partition(" ")
        bench, class_ = self.bench, "elderly" if how == "first" else None
        bench.at += 1
        match what:
            case "take":
                bench.take("deposit", class_)
            case "book":
                code = f"K{len(bench.log)}"
                bench.book(code, in_s=20, priority_class=class_)
                bench.check_in(code)
            case "wait":
                bench.wait(int(how))
            case "move":
                for id_ in bench.state.queues["deposit"][:1]:
                    bench.do(c.MoveBack(bench.state.tickets[id_].token, "slip"))
            case _:
                steps = {"next": c.CallNext, "start": c.Start, "finish": c.Finish, "pass": c.Pass, "undo": c.Undo}
                bench.do(steps[what]("1"))

    def look(self) -> None:
        for happened in self.bench.log[self.seen :]:
            self.model.see(happened.event, happened.at)
        self.seen = len(self.bench.log)
        check_places(self.bench.state)


@settings(max_examples=150, deadline=None)
@given(st.lists(STEP, min_size=12, max_size=30))
def test_whoever_moves_in_the_line_is_called_in_turn_and_when_it_is_time(steps: list[str]) -> None:
    line = Line()
    for step in steps:
        line.do(step)
    for _ in line.bench.state.tickets:
        line.do("next")
    assert msgspec.json.encode(line.bench.replayed()) == msgspec.json.encode(line.bench.state)
