"""Calls to platforms that are listened to: guarded, bounded in time and size.

http and https only; no address inside of our network, after resolving and after each redirect; a
body is read and unpacked piece by piece and broken off at the limit.
"""

import time
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import partial
from typing import Any, Self
from urllib.parse import urljoin, urlsplit

import httpx
import orjson
from django.conf import settings
from django.utils.translation import gettext as _

from crisisapi.common.network import ForbiddenHost, GuardedTransport
from monitoring.sources.hearing import reading

CONNECT_SECONDS = 5.0
WHOLE_SECONDS = 30.0
ANSWER_BYTES = 32 * 1024 * 1024
LINE_BYTES = 1024 * 1024
# How long a stream is listened to in one go, unless somebody says otherwise.
STREAM_SECONDS = 40.0
REDIRECTS = 5
WAIT_LIMIT = 24 * 3600.0
_UNPACKED_AT_ONCE = 1024 * 1024


class SourceFault(Exception):
    """Why nothing could be heard; the sentence is for the people who can mend it.

    `retry_after` in seconds, where the platform named a time. With `needs_person` asking again
    helps nobody before somebody has changed something.
    """

    def __init__(
        self,
        code: str,
        sentence: str,
        *,
        retry_after: float | None = None,
        needs_person: bool = False,
        body: bytes = b"",
    ) -> None:
        self.code = code
        self.sentence = sentence
        # A header may say anything, and more than a day is a mistake.
        self.retry_after = None if retry_after is None else min(retry_after, WAIT_LIMIT)
        self.needs_person = needs_person
        self.body = body
        super().__init__(code)

    @classmethod
    def rate_limited(cls, retry_after: float | None) -> Self:
        """Return that too much was asked; seconds to wait, where known."""
        return cls("rate_limited", _("The platform asks us to wait."), retry_after=retry_after)

    @classmethod
    def refused_credentials(cls) -> Self:
        """Return that the platform does not let this account listen."""
        sentence = _("The platform refused the credentials. Renew them, then test the source.")
        return cls("credentials_refused", sentence, needs_person=True)

    @classmethod
    def not_understood(cls, body: bytes) -> Self:
        """Return that the answer is not what the platform documents."""
        sentence = _("The platform answered with something else than it documents.")
        return cls("not_understood", sentence, body=body)

    @classmethod
    def broken(cls) -> Self:
        """Return that our own code broke down on what the platform said."""
        sentence = _("Our own code broke down on what the platform said. The log tells more.")
        return cls("provider_failed", sentence)

    @classmethod
    def gone(cls) -> Self:
        """Return that the platform does not show a post any more."""
        sentence = _("The platform does not show this post: it is deleted, or not public.")
        return cls("post_gone", sentence, needs_person=True)

    @classmethod
    def unresolvable(cls) -> Self:
        """Return that an id alone leads nowhere."""
        sentence = _("What stands behind this id cannot be asked for.")
        return cls("unresolvable", sentence, needs_person=True)


@dataclass(frozen=True)
class Answer:
    """What a server said; `headers` by their lower-case names, `url` after redirects."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    url: str

    @property
    def is_ok(self) -> bool:
        """Whether the status says that it was done."""
        return 200 <= self.status < 300

    def data(self) -> dict[str, Any]:
        """Return the object in the body; raises `SourceFault` when it holds something else."""
        try:
            parsed = orjson.loads(self.body)
        except orjson.JSONDecodeError as error:
            raise SourceFault.not_understood(self.body) from error
        if not isinstance(parsed, dict):
            raise SourceFault.not_understood(self.body)
        return parsed

    def retry_after(self) -> float | None:
        """Return the seconds of Retry-After, given as seconds or as a date; None without it."""
        said = self.headers.get("retry-after", "").strip()
        if said.isascii() and said.isdigit():
            return float(said)
        try:
            until = parsedate_to_datetime(said)
        except ValueError:
            return None
        aware = until if until.tzinfo else until.replace(tzinfo=UTC)
        return max(0.0, (aware - datetime.now(UTC)).total_seconds())

    def wait_until(self, header: str, *, now: datetime) -> float | None:
        """Return the seconds until the Unix time in a header; None without one."""
        try:
            return max(0.0, float(self.headers[header]) - now.timestamp())
        except (KeyError, ValueError):
            return None


def fault_of(answer: Answer, *, wait: float | None = None) -> SourceFault:
    """Return what an answer that is not 2xx means where the platform says nothing better.

    `wait` in seconds is what a header of the platform's own says of a 429.
    """
    status = answer.status
    if status in (425, 429):
        return SourceFault.rate_limited(answer.retry_after() if wait is None else wait)
    if status in (401, 403):
        return SourceFault.refused_credentials()
    if status == 402:
        sentence = _("The plan or its quota is used up. Renew it with the platform.")
        return SourceFault("quota_used_up", sentence, needs_person=True)
    if status in (404, 410):
        sentence = _("There is nothing at this address any more. Check the settings.")
        return SourceFault("not_found", sentence, needs_person=True)
    sentence = _("The platform answered %(status)s.") % {"status": status}
    if status >= 500 or status == 408:
        return SourceFault("server_error", sentence, retry_after=answer.retry_after())
    return SourceFault("refused", sentence, needs_person=True)


def _nothing() -> None:
    """Do nothing before a call: nobody counts."""


def _go_on(_heard: bool) -> bool:  # noqa: FBT001 - a callback with one fact
    """Listen until the time is over: nobody waits for an end."""
    return True


class Calls:
    """Makes the calls of one source; `before` runs ahead of each and may raise `SourceFault`.

    A stream is listened to for `stream_seconds`. About each second `goes_on` hears whether
    anything came since, and says whether to listen on.
    """

    def __init__(
        self,
        before: Callable[[], None] = _nothing,
        *,
        goes_on: Callable[[bool], bool] = _go_on,
        stream_seconds: float = STREAM_SECONDS,
    ) -> None:
        self._before = before
        self.made = 0
        self._goes_on = goes_on
        self.stream_seconds = stream_seconds

    def get(
        self,
        url: str,
        *,
        params: Any = None,
        headers: Mapping[str, str] | None = None,
        limit: int = ANSWER_BYTES,
    ) -> Answer:
        """Get an address, following up to five redirects; raises `SourceFault`.

        Authorization is not shown to another host than the first. `limit` in bytes, unpacked.
        """
        named = dict(headers or {})
        for _hop in range(REDIRECTS + 1):
            answer = self._call("GET", url, headers=named, limit=limit, params=params)
            target = answer.headers.get("location", "")
            if answer.status not in (301, 302, 303, 307, 308) or not target:
                return answer
            moved, params = urljoin(answer.url, target), None
            if urlsplit(moved)[:2] != urlsplit(url)[:2]:
                named = {k: v for k, v in named.items() if k.lower() != "authorization"}
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
        return self._call("POST", url, headers=dict(headers or {}), limit=limit, **content)

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

    def _call(self, method: str, url: str, *, headers: Any, limit: int, **content: Any) -> Answer:
        self._before()
        self.made += 1
        with (
            _faults(),
            _client(WHOLE_SECONDS, settings.CHANNELS_PATIENCE_SECONDS) as client,
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
                raise _too_large()
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
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username:
        raise httpx.UnsupportedProtocol(parts.scheme)
    return url


def _named(headers: Mapping[str, str]) -> dict[str, str]:
    ours = {"User-Agent": "CrisisAPI/1", "Accept": "*/*", "Accept-Encoding": "gzip, deflate"}
    return ours | dict(headers)


def _answer_of(response: httpx.Response, body: bytes) -> Answer:
    named = {name.lower(): value for name, value in response.headers.items()}
    return Answer(response.status_code, named, body, str(response.url))


def _unpacked(response: httpx.Response, limit: int | None) -> Iterator[bytes]:
    """Yield what was packed in pieces of bounded size; raises when it is more than `limit`."""
    read = 0
    for part in _pieces(response.headers.get("content-encoding", ""), response.iter_raw()):
        read += len(part)
        if limit is not None and read > limit:
            raise _too_large()
        yield part


def _pieces(encoding: str, packed: Iterable[bytes]) -> Iterator[bytes]:
    if encoding.strip().lower() in ("", "identity"):
        yield from packed
        return
    if encoding.strip().lower() not in ("gzip", "deflate", "x-gzip"):
        raise httpx.DecodingError(encoding)
    # 32 lets zlib tell gzip from zlib by itself.
    unpacker = zlib.decompressobj(wbits=zlib.MAX_WBITS | 32)
    for part in packed:
        yield unpacker.decompress(part, _UNPACKED_AT_ONCE)
        while unpacker.unconsumed_tail:
            yield unpacker.decompress(unpacker.unconsumed_tail, _UNPACKED_AT_ONCE)


def _too_large() -> SourceFault:
    sentence = _("The answer is too large and was broken off.")
    return SourceFault("too_large", sentence, needs_person=True)


@contextmanager
def _faults() -> Iterator[None]:
    """Turn what the network does into what people can act on."""
    try:
        yield
    except ForbiddenHost as error:
        sentence = _("The address is inside of our own network and is not called.")
        raise SourceFault("host_forbidden", sentence, needs_person=True) from error
    except (httpx.UnsupportedProtocol, httpx.LocalProtocolError, httpx.InvalidURL) as error:
        sentence = _("The address cannot be called. Give one that begins with https://.")
        raise SourceFault("address_invalid", sentence, needs_person=True) from error
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
        raise SourceFault("not_reached", _("The platform could not be reached.")) from error
    except httpx.TimeoutException as error:
        raise SourceFault("timed_out", _("The platform took too long to answer.")) from error
    except (httpx.TransportError, httpx.DecodingError, zlib.error) as error:
        raise SourceFault("cut", _("The answer of the platform broke off.")) from error
