"""When a message that did not arrive is tried again."""

from central.hooks import backoff


def test_tries_spread_over_about_a_day_and_end() -> None:
    steps = [backoff.delay_ms(tries, 0.5) for tries in range(1, 10)]
    assert steps[-1] is None and steps[0] == 5000
    told = [step for step in steps if step is not None]
    assert told == sorted(told) and 23 * 3_600_000 < sum(told) <= 24.5 * 3_600_000


def test_tries_are_spread_by_a_fifth() -> None:
    assert (backoff.delay_ms(2, 0.0), backoff.delay_ms(2, 0.999999)) == (48_000, 71_999)


def test_a_receiver_may_ask_for_later_but_not_for_ever() -> None:
    assert backoff.delay_ms(1, 0.5, 60) == 60_000
    assert backoff.delay_ms(1, 0.5, 10**8) == 7_200_000
    assert backoff.delay_ms(5, 0.5, 1) == 7_200_000
