"""The arithmetic under every figure. Durations are whole seconds; results are exact until they are shown."""

from collections.abc import Sequence
from fractions import Fraction

import msgspec


def mean(values: Sequence[int]) -> Fraction | None:
    """Σ values / n, exact; None where nothing was measured (never 0)."""
    return Fraction(sum(values), len(values)) if values else None


def percentile(values: Sequence[int], percent: int) -> Fraction | None:
    """The `percent`-th percentile (0..100), exact; None where nothing was measured.

    Linear between the two nearest ranks: with the values sorted as x[0..n-1] and h = (n - 1) * percent / 100,
    it is x[⌊h⌋] + (h - ⌊h⌋) * (x[⌊h⌋ + 1] - x[⌊h⌋]). The 50th is thus the ordinary median. It is what a
    spreadsheet's PERCENTILE.INC, PostgreSQL's percentile_cont and statistics.quantiles(method="inclusive")
    give, so an auditor can check any figure with the tools at hand.
    """
    if not 0 <= percent <= 100:
        raise ValueError(f"percent: {percent} is not between 0 and 100")
    if not values:
        return None
    ordered = sorted(values)
    rank = Fraction((len(ordered) - 1) * percent, 100)
    below = int(rank)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (rank - below) * (ordered[above] - ordered[below])


class Spread(msgspec.Struct, frozen=True):
    """How a duration was distributed over `n` measurements, seconds."""

    n: int
    mean: Fraction | None
    median: Fraction | None
    p90: Fraction | None
    longest: int | None


def spread(values: Sequence[int]) -> Spread:
    """Mean, median, P90 and the longest of `values` (s)."""
    longest = max(values) if values else None
    return Spread(len(values), mean(values), percentile(values, 50), percentile(values, 90), longest)


class Rate(msgspec.Struct, frozen=True):
    """`part` of `whole`, kept as both numbers so that a share of three tickets is not mistaken for a trend."""

    part: int
    whole: int

    @property
    def share(self) -> Fraction | None:
        """part / whole, exact; None where there is no whole: 0 of 0 is neither good nor bad."""
        return Fraction(self.part, self.whole) if self.whole else None
