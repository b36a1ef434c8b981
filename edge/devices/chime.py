"""PURE: the 叮咚 before an announcement, and silence, as 16-bit mono samples."""

import array
import math

_STRIKES = ((659.26, 0.0), (523.25, 0.42))
"""E5, then C5: frequency in Hz and when it is struck, seconds."""
_RINGS_S = 1.0
_LENGTH_S = 1.5


def silence(seconds: float, rate: int) -> bytes:
    """Samples of nothing."""
    return bytes(2 * round(seconds * rate))


def chime(rate: int) -> bytes:
    """Two struck tones with their first overtones, at `rate` samples a second."""
    count = round(_LENGTH_S * rate)
    sum_ = [0.0] * count
    for pitch, at in _STRIKES:
        first = round(at * rate)
        for n in range(min(round(_RINGS_S * rate), count - first)):
            t = n / rate
            loud = min(1.0, t / 0.004) * math.exp(-4.5 * t)
            tone = math.sin(math.tau * pitch * t) + 0.35 * math.sin(2 * math.tau * pitch * t) * math.exp(-6 * t)
            sum_[first + n] += loud * tone
    return array.array("h", (round(max(-1.0, min(1.0, 0.45 * one)) * 32767) for one in sum_)).tobytes()
