"""PURE: the coming and going of one node: when to say hello, whose welcome counts, when to say it again.

Times are monotonic seconds given by the caller.
"""

from contract.messages import Welcome

HELLO_S = 3.0
"""A hello without a welcome is said again after this long, doubled each time."""
LONGEST_S = 60.0
AGAIN_S = 5.0
"""A hello that the centre gives rise to keeps this distance from the one before …"""
ASIDE_S = 60.0
"""How often a node that stands aside asks whether the office has decided."""
SPREAD_S = 2.0
"""… and is spread over this time, since all halls hear the same notice."""


class Session:
    """One boot of the node. `conn` is None while offline; `generation` is None until welcomed."""

    def __init__(self, boot: str) -> None:
        self.boot = boot
        self.conn: int | None = None
        self.generation: str | None = None
        self._next_hello: float | None = None
        self._said_at = float("-inf")
        self._tries = 0

    def up(self, conn: int, now: float) -> None:
        self.down()
        self.conn, self._next_hello, self._tries = conn, now, 0

    def down(self) -> None:
        self.conn = self.generation = self._next_hello = None

    def wakes(self) -> float | None:
        """When the next hello is due; None: none is."""
        return self._next_hello

    def said(self, now: float, jitter: float) -> None:
        """A hello has left. `jitter` 0..1 shortens or stretches the wait for its welcome by a quarter."""
        self._said_at = now
        self._next_hello = now + min(HELLO_S * 2.0**self._tries, LONGEST_S) * (0.75 + 0.5 * jitter)
        self._tries += 1

    def names(self, boot: str, conn: int) -> bool:
        """Whether what came down is meant for this very connection; else it is ignored."""
        return conn == self.conn and boot == self.boot

    def welcomed(self, welcome: Welcome) -> None:
        """A welcome that `names` this connection."""
        self.generation = welcome.generation
        self._next_hello, self._tries = None, 0

    def put_aside(self, now: float, jitter: float) -> None:
        """A welcome that lets nothing through; the question is put again later."""
        self.generation = None
        self._next_hello, self._tries = now + ASIDE_S * (0.75 + 0.5 * jitter), 0

    def hold(self) -> None:
        """No hello is due before `again`."""
        self.generation = self._next_hello = None

    def notice(self, generation: str, now: float, jitter: float) -> bool:
        """The centre's retained notice; True when its life is another one, so that hello is due again.

        While waiting for a welcome, it is a sign that the centre is there: the wait is cut short.
        """
        if self.conn is None or generation == self.generation:
            return False
        if self.generation is None:
            if self._next_hello is not None:
                self._next_hello = min(self._next_hello, self._soon(now, jitter))
            return False
        self.again(now, jitter)
        return True

    def again(self, now: float, jitter: float) -> None:
        """Hello is due again on the same connection."""
        self.generation = None
        self._next_hello, self._tries = self._soon(now, jitter), 0

    def _soon(self, now: float, jitter: float) -> float:
        return max(now + SPREAD_S * jitter, self._said_at + AGAIN_S)
