"""PURE: when a message is tried again, and when no more. As Standard Webhooks advises: soon, then ever later."""

AFTER_S = (5, 60, 300, 1800, 7200, 14_400, 28_800, 32_400)
"""Seconds after each try that came to nothing; with the last one a day has passed."""
_JITTER = 0.2


def delay_ms(tries: int, spin: float, asked_s: int = 0) -> int | None:
    """Ms until the next try; None: given up. `tries`: made so far; `spin` in [0, 1) spreads them by a fifth.

    `asked_s`: what the receiver's Retry-After asks for; it may only be later, by two hours at most.
    """
    if tries > len(AFTER_S):
        return None
    step = AFTER_S[tries - 1] * (1 + _JITTER * (2 * spin - 1))
    return int(1000 * max(step, min(asked_s, 7200)))
