"""One request to a partner's server: only to addresses that are allowed, no redirects, little time, little read."""

import asyncio
import logging
import socket
import ssl
from collections.abc import Mapping
from ipaddress import ip_network
from urllib.parse import urlsplit

import httpx

from central.config_hooks import Webhooks
from central.errors import CentralError, ConfigError
from central.hooks.address import Allowed, Target, target
from central.hooks.claim import Answer

log = logging.getLogger(__name__)

READ = 512
"""Bytes of an answer that are read: what is in them is for people who look for a fault."""
ADDRESSES = 3
"""Of a name that has many, so many are tried."""


class Post:
    """Any thread may send. Raises ConfigError where the configuration cannot be used."""

    def __init__(self, settings: Webhooks) -> None:
        self.allowed = allowed(settings)
        self._timeout_s = settings.timeout_s
        self._tls = httpx.create_ssl_context()
        self._tls.load_default_certs()
        if settings.ca_file is not None:
            try:
                self._tls.load_verify_locations(settings.ca_file)
            except (OSError, ssl.SSLError) as error:
                raise ConfigError(f"webhooks.ca_file {settings.ca_file} cannot be used: {error}", "ca_file") from None

    def send(self, url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        """Never raises: whatever goes wrong is in the answer. Name, connection and answer together have `timeout_s`."""
        return asyncio.run(self._in_time(url, body, headers))

    async def _in_time(self, url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        try:
            async with asyncio.timeout(self._timeout_s):
                return await self._send(target(url, self.allowed), url, body, headers)
        except TimeoutError:
            return Answer(None, f"timeout {self._timeout_s:g}")
        except Exception as error:
            # a library may raise anything on an odd answer; it keeps only this message back
            return Answer(None, _why(error, url))

    async def _send(self, to: Target, url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        addresses = await self._addresses(to)
        if not addresses:
            return Answer(None, f"private {to.host}")
        for address in addresses[:-1]:
            try:
                return await self._ask(to, address, url, body, headers)
            except httpx.ConnectError:
                continue
        return await self._ask(to, addresses[-1], url, body, headers)

    async def _addresses(self, to: Target) -> list[str]:
        """Of its name; none where one of them is not allowed: the name is not trusted then."""
        loop = asyncio.get_running_loop()
        found = await loop.getaddrinfo(to.host, to.port, type=socket.SOCK_STREAM)
        addresses = list(dict.fromkeys(str(address[0]) for *_, address in found))[:ADDRESSES]
        return addresses if all(map(self.allowed.to, addresses)) else []

    async def _ask(self, to: Target, address: str, url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        """The address is the one that was looked at: a name that now leads elsewhere changes nothing."""
        pinned = httpx.URL(url).copy_with(host=address, port=to.port)
        async with (
            httpx.AsyncClient(verify=self._tls, trust_env=False, timeout=None) as client,
            client.stream(
                "POST", pinned, content=body, headers={**headers, "Host": to.named},
                extensions={"sni_hostname": to.host},
            ) as response,
        ):  # fmt: skip
            if response.is_success:
                return Answer(response.status_code)
            return Answer(response.status_code, await _said(response), _retry_after(response))


def allowed(settings: Webhooks) -> Allowed:
    """Raises ConfigError."""
    try:
        return Allowed(settings.allow_loopback, [ip_network(text) for text in settings.allow_networks])
    except ValueError as error:
        raise ConfigError(f"webhooks.allow_networks: {error}; write 10.20.0.0/16", "allow_networks") from None


async def _said(response: httpx.Response) -> str:
    """Its status and the beginning of its words."""
    if response.is_redirect:
        return f"redirect {response.status_code}"
    kept = b""
    async for chunk in response.aiter_raw():
        kept += chunk
        if len(kept) >= READ:
            break
    words = "".join(one if one.isprintable() else " " for one in kept[:READ].decode("utf-8", "replace"))
    return " ".join(f"http {response.status_code} {words}".split())


def _why(error: Exception, url: str) -> str:
    """A word and its facts (claim.py `Answer`)."""
    match error:
        case socket.gaierror():
            return f"nameless {urlsplit(url).hostname}"
        case httpx.ConnectError() if "SSL" in str(error):
            return f"tls {error}"
        case httpx.ConnectError():
            return f"away {urlsplit(url).hostname}"
        case CentralError():
            return f"failed {error.detail}"
    log.info("a webhook could not be sent", exc_info=error)
    return f"failed {type(error).__name__}: {error}".splitlines()[0]


def _retry_after(response: httpx.Response) -> int:
    text = response.headers.get("retry-after", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0
