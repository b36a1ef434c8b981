"""The arithmetic of the figures, against hand-computed cases and the standard library."""

import statistics
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from central.metrics.formulas import Rate, mean, percentile, spread

seconds = st.lists(st.integers(min_value=0, max_value=86_400), min_size=1, max_size=200)


def test_nothing_measured_is_none_and_not_zero() -> None:
    empty = spread([])
    assert (empty.n, empty.mean, empty.median, empty.p90, empty.longest) == (0, None, None, None, None)
    assert Rate(0, 0).share is None
    assert Rate(0, 4).share == 0


def test_ninety_percent_of_ten_values_lies_between_the_ninth_and_the_tenth() -> None:
    # h = 9 * 0.9 = 8.1: a tenth of the way from 90 to 100.
    assert percentile([100, 10, 20, 30, 40, 50, 60, 70, 80, 90], 90) == 91


def test_median_of_an_even_number_is_the_middle_of_the_middle_two() -> None:
    assert percentile([1, 9, 4, 6], 50) == 5
    assert mean([1, 2, 2]) == Fraction(5, 3)


def test_a_share_outside_its_bounds_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="percent: 101"):
        percentile([1], 101)


@given(seconds)
def test_mean_and_median_agree_with_the_statistics_module(values: list[int]) -> None:
    fractions = [Fraction(v) for v in values]
    assert mean(values) == statistics.mean(fractions)
    assert percentile(values, 50) == statistics.median(fractions)


@given(st.lists(st.integers(0, 86_400), min_size=2, max_size=200))
def test_every_percentile_is_the_inclusive_quantile(values: list[int]) -> None:
    quantiles = statistics.quantiles([Fraction(v) for v in values], n=100, method="inclusive")
    assert [percentile(values, p) for p in range(1, 100)] == quantiles


@given(seconds)
def test_percentiles_rise_and_stay_within_the_values(values: list[int]) -> None:
    points = [percentile(values, p) for p in range(0, 101, 5)]
    assert points[0] == min(values)
    assert points[-1] == max(values)
    assert points == sorted(points, key=lambda point: point or 0)
