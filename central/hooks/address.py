"""PURE: which addresses are sent to. A webhook must not reach what only the centre can reach (SSRF)."""

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import NamedTuple
from urllib.parse import SplitResult, urlsplit

from central.api.sentences import ApiRefused

Network = IPv4Network | IPv6Network
LONGEST = 500
_EMBEDDING = IPv6Network("64:ff9b::/96")
"""NAT64: the last 32 bits are an IPv4 address."""


class Allowed(NamedTuple):
    """What a configuration lets through besides the public network. `loopback`: this machine too, also without TLS."""

    loopback: bool = False
    networks: Sequence[Network] = ()

    def to(self, address: str) -> bool:
        """Whether that IP address is sent to."""
        found = _plain(ip_address(address.partition("%")[0]))
        if found.is_loopback:
            return self.loopback
        if any(found.version == network.version and found in network for network in self.networks):
            return True
        return found.is_global and not found.is_multicast


class Target(NamedTuple):
    """Where a webhook's URL leads. `path` with the query."""

    https: bool
    host: str
    port: int
    path: str

    @property
    def named(self) -> str:
        """For the Host header."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == (443 if self.https else 80) else f"{host}:{self.port}"


def target(url: str, allowed: Allowed) -> Target:
    """Raises ApiRefused for what is never sent to. What a name resolves to is looked at when it is sent."""
    parts = _split(url)
    host = (parts.hostname or "").encode("idna").decode()
    literal = _literal(host)
    if parts.scheme == "http" and not (allowed.loopback and (host == "localhost" or (literal and literal.is_loopback))):
        raise ApiRefused("url_https", "url")
    if literal is not None and not allowed.to(str(literal)):
        raise ApiRefused("url_private", "url")
    https = parts.scheme == "https"
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(https, host, parts.port or (443 if https else 80), path)


def _split(url: str) -> SplitResult:
    odd = len(url) > LONGEST or not url.isprintable() or " " in url or "\\" in url
    try:
        parts = urlsplit(url)
        (parts.hostname or "").encode("idna")
        known = parts.scheme in ("https", "http") and parts.hostname and parts.port != 0
    except ValueError:  # UnicodeError is one
        known = False
    if odd or not known or parts.username is not None or parts.password is not None or parts.fragment:
        raise ApiRefused("url_strange", "url")
    return parts


def _literal(host: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(host.partition("%")[0])
    except ValueError:
        return None


def _plain(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """An IPv4 address that is written as an IPv6 one."""
    if isinstance(address, IPv4Address):
        return address
    if address in _EMBEDDING:
        return IPv4Address(int(address) & 0xFFFF_FFFF)
    return address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None) or address
