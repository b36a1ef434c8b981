"""`python -m tests.clauses`: which clause of the regulations and which fault is shown by which test.

Asks pytest itself for the marks, so a test that is not collected covers nothing.
"""

import contextlib
import io
import sys
from collections import defaultdict

import pytest
from rich.console import Console
from rich.table import Table


class Marks:
    """A pytest plug-in that notes `clause` and `fault` marks of all collected tests."""

    def __init__(self) -> None:
        self.shown: dict[str, dict[str, set[str]]] = {"clause": defaultdict(set), "fault": defaultdict(set)}

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        for item in items:
            for kind, shown in self.shown.items():
                for mark in item.iter_markers(kind):
                    for name in mark.args:
                        shown[name].add(item.nodeid.partition("[")[0])


def order(name: str) -> tuple[str, int]:
    """ "S0-12" and "F07" in the order of their numbers."""
    head, _, tail = name.rpartition("-") if "-" in name else (name[0], "", name[1:])
    return head, int(tail) if tail.isdigit() else 0


def main() -> int:
    marks = Marks()
    listing = io.StringIO()
    with contextlib.redirect_stdout(listing):
        outcome = pytest.main(["--collect-only", "-q", "tests"], plugins=[marks])
    if outcome != pytest.ExitCode.OK:
        print(listing.getvalue(), file=sys.stderr)
    console = Console()
    for kind, shown in marks.shown.items():
        title = f"{len(shown)} {kind}s are shown by tests"
        table = Table("id", "shown by", title=title, title_justify="left", min_width=60)
        for name in sorted(shown, key=order):
            table.add_row(name, "\n".join(sorted(shown[name])))
        console.print(table)
    return int(outcome)


if __name__ == "__main__":
    sys.exit(main())
