"""Calls to platforms that are listened to: guarded, bounded in time and size.

http and https only; no address inside of our network, after resolving and after each redirect; a
body is read and unpacked piece by piece and broken off at the limit.
"""

import time
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import Any
from urllib.parse import urljoin, urlsplit

import httpx
from django.conf import settings

from crisisapi.common.network import ForbiddenHost, GuardedTransport
from crisisapi.common.numbers import whole_number
from crisisapi.common.sentences import sentence as _
from monitoring.sources.answers import Answer, SourceFault, fault_of
from monitoring.sources.hearing import reading
from monitoring.sources.unpacking import Cut, UnknownPacking, unpacked

__all__ = ["Answer", "Calls", "SourceFault", "StreamRefused", "fault_of"]

CONNECT_SECONDS = 5.0
WHOLE_SECONDS = 30.0
ANSWER_BYTES = 32 * 1024 * 1024
LINE_BYTES = 1024 * 1024
# How long a stream is listened to in one go, unless somebody says otherwise.
STREAM_SECONDS = 40.0
REDIRECTS = 5
# What may be told to the host of a redirect; anything else may be a secret of the first.
_HARMLESS = frozenset({"accept", "accept-language", "if-modified-since", "if-none-match"})


def _nothing() -> None:
    """Do nothing before a call: nobody counts."""


def _go_on(_heard: bool) -> bool:  # noqa: FBT001 - a callback with one fact
    """Listen until the time is over: nobody waits for an end."""
    return True


class Calls:
    """Makes the calls of one source; `before` runs ahead of each and may raise `SourceFault`.

    An answer may take `whole_seconds`, redirects included, however slowly it drips. A stream is
    listened to for `stream_seconds`. About each second `goes_on` hears whether
    anything came since, and says whether to listen on.
    """

    def __init__(
        self,
        before: Callable[[], None] = _nothing,
        *,
        goes_on: Callable[[bool], bool] = _go_on,
        stream_seconds: float = STREAM_SECONDS,
        whole_seconds: float = WHOLE_SECONDS,
    ) -> None:
        self._before = before
        self.made = 0
        self._goes_on = goes_on
        self.stream_seconds = stream_seconds
        self._whole_seconds = whole_seconds

    def get(
        self,
        url: str,
        *,
        params: Any = None,
        headers: Mapping[str, str] | None = None,
        limit: int = ANSWER_BYTES,
    ) -> Answer:
        """Get an address, following up to five redirects; raises `SourceFault`.

        Another host than the first hears nothing of Authorization or the like. `limit` in bytes,
        unpacked.
        """
        named = dict(headers or {})
        end = time.monotonic() + self._whole_seconds
        for _hop in range(REDIRECTS + 1):
            left = max(0.0, end - time.monotonic())
            answer = self._call("GET", url, left, headers=named, limit=limit, params=params)
            target = answer.headers.get("location", "")
            if answer.status not in (301, 302, 303, 307, 308) or not target:
                return answer
            moved, params = _moved(answer.url, target), None
            if urlsplit(moved)[:2] != urlsplit(answer.url)[:2]:
                named = {name: one for name, one in named.items() if name.lower() in _HARMLESS}
            url = moved
        sentence = _("The address leads from one place to the next without an end.")
        raise SourceFault("too_many_redirects", sentence, needs_person=True)

    def post(
        self,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        limit: int = ANSWER_BYTES,
        **content: Any,
    ) -> Answer:
        """Post `json`, `data` or `content`; redirects are answers, not followed."""
        seconds = self._whole_seconds
        return self._call("POST", url, seconds, headers=dict(headers or {}), limit=limit, **content)

    def lines(
        self,
        url: str,
        *,
        params: Any = None,
        headers: Mapping[str, str] | None = None,
        seconds: float,
        silence: float,
    ) -> Iterator[bytes]:
        """Yield the lines of a long answer, empty ones too, for `seconds` at most.

        An empty line comes as well for each second of silence, so that the caller can let go of
        what it has gathered. Ends by itself when the time is over or nobody wants more; what was
        read by then is yielded first. Raises `SourceFault` when the connection breaks, or when
        nothing at all came for `silence` seconds; an answer that is not 2xx is raised as
        `StreamRefused`.
        """
        self._before()
        self.made += 1
        end = time.monotonic() + seconds
        with reading(partial(_stream_lines, url, params, headers, seconds, silence)) as heard:
            yield from heard.lines(lambda came: time.monotonic() < end and self._goes_on(came))

    def _call(
        self, method: str, url: str, seconds: float, *, headers: Any, limit: int, **content: Any
    ) -> Answer:
        self._before()
        self.made += 1
        with (
            _faults(),
            _client(seconds, settings.OUTBOUND_PATIENCE_SECONDS) as client,
            client.stream(method, _checked(url), headers=_named(headers), **content) as response,
        ):
            return _answer_of(response, b"".join(_unpacked(response, limit)))


class StreamRefused(Exception):
    """A stream was not opened; `answer` says why."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        super().__init__(answer.status)


def _stream_lines(
    url: str,
    params: Any,
    headers: Mapping[str, str] | None,
    seconds: float,
    silence: float,
    is_over: Callable[[], bool],
) -> Iterator[bytes | None]:
    """Yield the lines of an answer as they come, None once it is open."""
    with (
        _faults(),
        _client(seconds + silence, silence, is_over) as client,
        client.stream(
            "GET", _checked(url), params=params, headers=_named(headers or {})
        ) as response,
    ):
        if not response.is_success:
            body = b"".join(_unpacked(response, ANSWER_BYTES))
            raise StreamRefused(_answer_of(response, body))
        yield None
        kept = b""
        for part in _unpacked(response, None):
            *whole, kept = (kept + part).split(b"\n")
            if len(kept) > LINE_BYTES:
                raise SourceFault.too_large()
            for line in whole:
                yield line.rstrip(b"\r")


def _client(
    whole: float, patience: float, is_over: Callable[[], bool] | None = None
) -> httpx.Client:
    timeout = httpx.Timeout(patience, connect=CONNECT_SECONDS, pool=CONNECT_SECONDS)
    transport = GuardedTransport(whole, is_over=is_over)
    return httpx.Client(transport=transport, timeout=timeout, trust_env=False)


def _checked(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or "@" in parts.netloc:
        raise httpx.UnsupportedProtocol(parts.scheme)
    return url


def _moved(url: str, target: str) -> str:
    """Return where a redirect leads; raises `SourceFault` for what is no address at all."""
    with _faults():
        return _checked(urljoin(url, target))


def _named(headers: Mapping[str, str]) -> dict[str, str]:
    if not all(value.isascii() and value.isprintable() for value in headers.values()):
        # Pasted with a mark that nobody sees, say; headers of ours hold nothing else of people.
        sentence = _("A credential has a character that cannot be sent. Copy it anew.")
        raise SourceFault("credentials_unsendable", sentence, needs_person=True)
    ours = {"User-Agent": "CrisisAPI/1", "Accept": "*/*", "Accept-Encoding": "gzip, deflate"}
    return ours | dict(headers)


def _answer_of(response: httpx.Response, body: bytes) -> Answer:
    named = {name.lower(): value for name, value in response.headers.items()}
    return Answer(response.status_code, named, body, str(response.url))


def _unpacked(response: httpx.Response, limit: int | None) -> Iterator[bytes]:
    """Yield what was packed in pieces of bounded size; raises when it is more than `limit`."""
    announced = whole_number(response.headers.get("content-length", ""))
    if limit is not None and announced is not None and announced > limit:
        raise SourceFault.too_large()
    packing = response.headers.get("content-encoding", "")
    read = 0
    for part in unpacked(packing, response.iter_raw(), may_be_cut=limit is None):
        read += len(part)
        if limit is not None and read > limit:
            raise SourceFault.too_large()
        yield part


@contextmanager
def _faults() -> Iterator[None]:
    """Turn what the network does into what people can act on."""
    try:
        yield
    except ForbiddenHost as error:
        sentence = _("The address is inside of our own network and is not called.")
        raise SourceFault("host_forbidden", sentence, needs_person=True) from error
    except (
        httpx.UnsupportedProtocol,
        httpx.LocalProtocolError,
        httpx.InvalidURL,
        ValueError,
    ) as error:
        # ValueError is what the standard library says of addresses, httpx of headers.
        sentence = _("The address cannot be called. Give one that begins with https://.")
        raise SourceFault("address_invalid", sentence, needs_person=True) from error
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
        raise SourceFault("not_reached", _("The platform could not be reached.")) from error
    except httpx.TimeoutException as error:
        raise SourceFault("timed_out", _("The platform took too long to answer.")) from error
    except UnknownPacking as error:
        sentence = _("The answer is packed in a way that cannot be read here.")
        raise SourceFault("not_understood", sentence) from error
    except (httpx.TransportError, httpx.DecodingError, zlib.error, Cut) as error:
        raise SourceFault("cut", _("The answer of the platform broke off.")) from error
