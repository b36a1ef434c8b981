"""PURE: when to publish the state: at most once a second, and at least every thirty (protocol.md, "Topics")."""

SHORTEST_S = 1.0
LONGEST_S = 30.0


class Beat:
    """Times are monotonic seconds given by the caller."""

    def __init__(self) -> None:
        self._last = float("-inf")
        self._changed = True

    def changed(self) -> None:
        self._changed = True

    def wakes(self) -> float:
        """When the next one is due."""
        return self._last + (SHORTEST_S if self._changed else LONGEST_S)

    def sent(self, now: float) -> None:
        self._last, self._changed = now, False

    def restart(self) -> None:
        """A new connection: the state goes out at once, because what is retained names the connection before."""
        self._last, self._changed = float("-inf"), True
