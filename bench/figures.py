"""One figure of the bench, and how figures are made of samples and shown."""

import statistics
from collections.abc import Sequence
from typing import Literal

import msgspec
from rich.table import Table
from rich.text import Text

Comparison = Literal["ratio", "difference"]


class Figure(msgspec.Struct, frozen=True, kw_only=True):
    """`measured` and `raw` in `unit`; `raw_name` says what the raw limit is. `met` None: only reported."""

    name: str
    measured: float
    unit: str
    raw: float | None = None
    raw_name: str = ""
    comparison: Comparison | None = None
    aim: str = ""
    met: bool | None = None
    note: str = ""

    @property
    def ratio(self) -> float:
        """Measured by raw."""
        assert self.raw, f"{self.name} has no raw limit"
        return self.measured / self.raw

    @property
    def difference(self) -> float:
        """Measured less raw."""
        assert self.raw is not None, f"{self.name} has no raw limit"
        return self.measured - self.raw


def percentile(samples: Sequence[float], percent: int) -> float:
    """The value not exceeded by `percent` (1 to 99) of the samples, of which there are two or more."""
    return statistics.quantiles(samples, n=100, method="inclusive")[percent - 1]


def spread(samples: Sequence[float]) -> str:
    """Lowest and highest of some repeats, for a note."""
    return f"{shown(min(samples))} to {shown(max(samples))} in {len(samples)} repeats"


def shown(value: float) -> str:
    """Three digits that say something, and whole numbers from a hundred on."""
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}" if abs(value) >= 1 else f"{value:.2f}"


def table(figures: Sequence[Figure], load: str) -> Table:
    """All figures, room by room as they came. `load`: how busy the machine was."""
    made = Table(title="Hallkeeper, measured", caption=load, caption_justify="left")
    made.add_column("figure")
    for title in ("measured", "raw limit", ""):
        made.add_column(title, justify="right")
    made.add_column("aim")
    made.add_column("met", justify="center")
    for figure in figures:
        made.add_row(*_row(figure))
    return made


def _row(figure: Figure) -> tuple[Text | str, ...]:
    name = Text(figure.name)
    if figure.note:
        name.append(f"\n{figure.note}", style="dim")
    raw: Text | str = ""
    if figure.raw is not None:
        raw = Text(f"{shown(figure.raw)} {figure.unit}")
        raw.append(f"\n{figure.raw_name}", style="dim")
    met = {True: Text("yes", "green"), False: Text("no", "bold red"), None: Text("")}[figure.met]
    return name, f"{shown(figure.measured)} {figure.unit}", raw, _compared(figure), figure.aim, met


def _compared(figure: Figure) -> str:
    if figure.comparison == "ratio":
        return f"× {figure.ratio:.2f}"
    if figure.comparison == "difference":
        return f"{figure.difference:+.2f} {figure.unit}"
    return ""
