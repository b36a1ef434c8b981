"""How often one address may ask. A page that is known costs little, a guess that finds nothing much."""

import threading
from collections import OrderedDict
from ipaddress import IPv6Address, ip_address

from contract.stream import Bucket

PER_MINUTE = 600
"""Many phones of one hall share an address, and each asks four times a minute."""
MISS = 10
"""An unknown slip counts as ten questions: sixty guesses a minute."""
KEPT = 10_000
"""Addresses remembered; the longest unseen is forgotten first."""


class Pace:
    """Called from any thread. `now` in seconds, monotonic."""

    def __init__(self, per_minute: int = PER_MINUTE) -> None:
        self._burst = per_minute
        self._buckets: OrderedDict[str, Bucket] = OrderedDict()
        self._lock = threading.Lock()

    def admit(self, client: str, now: float) -> bool:
        """Whether `client` may ask now; the question is counted."""
        with self._lock:
            bucket = self._bucket(client)
            if bucket.level(now) < 1:
                return False
            bucket.take(1, now)
            return True

    def missed(self, client: str, now: float) -> None:
        """The question was for a slip nobody knows."""
        with self._lock:
            self._bucket(client).take(MISS - 1, now)

    def _bucket(self, client: str) -> Bucket:
        name = network(client)
        bucket = self._buckets.pop(name, None) or Bucket(self._burst / 60, self._burst)
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
