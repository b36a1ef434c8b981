"""PURE. How pressing a piece of work is, as a colour of its line: nothing, soon, now, or over."""

HOUR = 3_600_000
SOON_MS = 24 * HOUR
NOW_MS = 4 * HOUR
"""Staff have this long to review a change (booking.change_lead); what is nearer is pressing."""
WAITED_MS = 24 * HOUR
"""Nobody should wait longer for an answer, however far the time is."""


def of_review(left_ms: int, waited_ms: int) -> str:
    """`left_ms`: until the booked time; `waited_ms`: since it was asked."""
    if left_ms <= 0:
        return "over"
    if left_ms <= NOW_MS:
        return "now"
    return "soon" if left_ms <= SOON_MS or waited_ms >= WAITED_MS else ""


def of_task(left_ms: int) -> str:
    """`left_ms`: until it is due."""
    if left_ms < 0:
        return "over"
    return "now" if left_ms <= HOUR else "soon" if left_ms <= NOW_MS else ""
