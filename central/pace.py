"""How often somebody may ask: an address, or a key of the API. What is known costs little, a guess that finds nothing
costs its address much. Counted in this process: a centre of several workers lets through as many times as much.
"""

import threading
from collections import OrderedDict
from ipaddress import IPv6Address, ip_address

from contract.stream import Bucket

PER_MINUTE = 600
"""Many phones of one hall share an address, and each asks four times a minute."""
MISS = 10
"""A guess that finds nothing counts as ten questions of its address: sixty guesses a minute."""
KEPT = 10_000
"""Clients remembered; the longest unseen is forgotten first."""


class Pace:
    """Called from any thread. `client`: a network address or another name. `now` in seconds, monotonic."""

    def __init__(self, per_minute: int = PER_MINUTE) -> None:
        self.per_minute = per_minute
        self._buckets: OrderedDict[str, Bucket] = OrderedDict()
        self._lock = threading.Lock()

    def admit(self, client: str, now: float) -> bool:
        """Whether `client` may ask now; the question is counted."""
        return self.wait_s(client, now) == 0

    def wait_s(self, client: str, now: float, per_minute: int | None = None) -> float:
        """Seconds until `client` may ask; 0: now, and the question is counted. `per_minute`: where it has its own."""
        with self._lock:
            bucket = self._bucket(client, per_minute)
            if bucket.level(now) < 1:
                return max(0.001, bucket.ready_at(now) - now)
            bucket.take(1, now)
            return 0

    def missed(self, client: str, now: float) -> None:
        """The question was for something nobody knows."""
        with self._lock:
            self._bucket(client, None).take(MISS - 1, now)

    def _bucket(self, client: str, per_minute: int | None) -> Bucket:
        name, burst = network(client), per_minute or self.per_minute
        bucket = self._buckets.pop(name, None)
        if bucket is None or bucket.burst != burst:
            bucket = Bucket(burst / 60, burst)
        self._buckets[name] = bucket
        if len(self._buckets) > KEPT:
            self._buckets.popitem(last=False)
        return bucket


def network(client: str) -> str:
    """Who shares one allowance: an IPv4 address, or the 64 bits of an IPv6 one that a household owns."""
    try:
        address = ip_address(client.partition("%")[0])
    except ValueError:
        return client
    if isinstance(address, IPv6Address):
        return str(address.ipv4_mapped or int(address) >> 64)
    return str(address)
