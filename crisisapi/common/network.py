"""Connections to hosts that people typed: only to public addresses, and never for long."""

import ipaddress
import socket
import ssl
import time
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any

import httpcore
import httpx
from django.conf import settings

# Seconds a connection may last in all, however slowly the other side drips.
WHOLE_SECONDS = 30.0
LOOKS_EVERY = 1.0

IsOver = Callable[[], bool]


class ForbiddenHost(Exception):
    """The host is inside of our own network, or nowhere."""


def addresses_of(host: str, port: int) -> list[str]:
    """Return the addresses of a host; refuses internal ones, and raises OSError without any.

    One internal address among public ones is enough to refuse: which one is called is not ours
    to say. The answer is what is connected to, so that a name cannot change in between.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = [str(row[4][0]) for row in found]
    if not settings.OUTBOUND_ALLOW_PRIVATE_HOSTS and not all(map(_is_public, addresses)):
        raise ForbiddenHost(host)
    return addresses


def _is_public(address: str) -> bool:
    parsed = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed in _SITE_LOCAL or parsed.teredo:
            return False
        parsed = _within(parsed) or parsed
    return parsed.is_global and not parsed.is_multicast


_SITE_LOCAL = ipaddress.ip_network("fec0::/10")
# Networks whose last 32 bits are an address of IPv4: compatible, translated, and NAT64.
_HOLDING_IPV4 = tuple(
    map(ipaddress.ip_network, ("::/96", "::ffff:0:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48"))
)


def _within(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """Return the address of IPv4 that a gateway would make of one of IPv6; None without one."""
    if any(address in network for network in _HOLDING_IPV4):
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour


class _BoundedStream(httpcore.NetworkStream):
    """A stream that ends when the time of its connection is over, or nobody reads it any more."""

    def __init__(self, inner: httpcore.NetworkStream, end: float, is_over: IsOver | None) -> None:
        self._inner = inner
        self._end = end
        self._is_over = is_over

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        if self._is_over is None:
            return self._inner.read(max_bytes, self._left(timeout, httpcore.ReadTimeout))
        end = time.monotonic() + self._left(timeout, httpcore.ReadTimeout)
        while True:
            left = end - time.monotonic()
            if left <= 0 or self._is_over():
                raise httpcore.ReadTimeout
            try:
                return self._inner.read(max_bytes, min(left, LOOKS_EVERY))
            except httpcore.ReadTimeout:
                continue

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, self._left(timeout, httpcore.WriteTimeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: Any, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        left = self._left(timeout, httpcore.ConnectTimeout)
        inner = self._inner.start_tls(ssl_context, server_hostname, left)
        return _BoundedStream(inner, self._end, self._is_over)

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)

    def _left(self, timeout: float | None, over: type[Exception]) -> float:
        left = self._end - time.monotonic()
        if left <= 0:
            raise over
        return left if timeout is None else min(timeout, left)


class _GuardedBackend(httpcore.SyncBackend):
    """Resolves a name itself, and connects to what it has checked; open for `seconds` at most."""

    def __init__(self, seconds: float, is_over: IsOver | None) -> None:
        super().__init__()
        self._seconds = seconds
        self._is_over = is_over

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        end = time.monotonic() + self._seconds
        try:
            addresses = addresses_of(host, port)
        except (OSError, UnicodeError) as error:
            raise httpcore.ConnectError(str(error)) from error
        stream = self._first_reached(addresses, port, timeout, socket_options)
        return _BoundedStream(stream, end, self._is_over)

    def _first_reached(
        self, addresses: list[str], port: int, timeout: float | None, options: Any
    ) -> httpcore.NetworkStream:
        for address in addresses[:-1]:
            try:
                return super().connect_tcp(address, port, timeout, None, options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                continue
        return super().connect_tcp(addresses[-1], port, timeout, None, options)


@lru_cache(maxsize=1)
def _trust() -> ssl.SSLContext:
    """Reading the certificates takes some forty milliseconds, too long for every call."""
    return httpx.create_ssl_context(trust_env=False)


class GuardedTransport(httpx.HTTPTransport):
    """A connection of its own for every request: one kept open may be cut under the next.

    Each ends after `seconds`, however slowly the other side drips. Whoever waits for bytes
    looks each second whether it `is_over`.
    """

    def __init__(self, seconds: float = WHOLE_SECONDS, *, is_over: IsOver | None = None) -> None:
        super().__init__(verify=_trust(), trust_env=False)
        self._pool = httpcore.ConnectionPool(
            ssl_context=_trust(),
            max_keepalive_connections=0,
            network_backend=_GuardedBackend(seconds, is_over),
        )
