"""Calls to platforms: no call without a time limit, no failure without knowing what it means.

Redirects are never followed: a POST that was answered elsewhere is not the one that was asked for.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import httpx
import orjson
import structlog
from django.conf import settings

from crisisapi.common.answers import HttpAnswer
from crisisapi.common.network import ForbiddenHost, GuardedTransport
from crisisapi.common.sentences import sentence as _
from messaging.channels.base import Outcome

log = structlog.get_logger(__name__)

CONNECT_SECONDS = 5.0
ANSWER_BYTES = 1_000_000


class CallFailed(Exception):
    """A call without an answer; `outcome` says whether anything may have come of it."""

    def __init__(self, outcome: Outcome) -> None:
        self.outcome = outcome
        super().__init__(outcome.code)


class NotSent(CallFailed):
    """Surely nothing was read on the other side."""


class MaybeSent(CallFailed):
    """The request was sent, wholly or in part, and its answer did not come whole."""


class Answer(HttpAnswer):
    """What a platform said."""

    def json(self) -> Any:
        """Return the parsed body, None when it is not JSON."""
        try:
            return orjson.loads(self.body)
        except orjson.JSONDecodeError:
            return None

    def data(self) -> dict[str, Any]:
        """Return the object in the body, an empty one when it holds something else."""
        parsed = self.json()
        return parsed if isinstance(parsed, dict) else {}


def call(
    method: str,
    url: str,
    *,
    headers: Mapping[str, str] | None = None,
    patience: float | None = None,
    **content: Any,
) -> Answer:
    """Send one request, with `params`, `json`, `data`, `files` or `content` as httpx has them.

    Raises `NotSent` or `MaybeSent`, each with the outcome of an attempt that ended like this.
    `patience` is in seconds, for each stage; 30 seconds are the end in any case.
    """
    stage = settings.OUTBOUND_PATIENCE_SECONDS if patience is None else patience
    timeout = httpx.Timeout(stage, connect=CONNECT_SECONDS, pool=CONNECT_SECONDS)
    try:
        with (
            httpx.Client(transport=GuardedTransport(), timeout=timeout, trust_env=False) as client,
            client.stream(method, url, headers=_named(headers), **content) as response,
        ):
            body = _read(response.iter_bytes())
            named = {name.lower(): value for name, value in response.headers.items()}
            return Answer(response.status_code, named, body)
    except ForbiddenHost as error:
        raise NotSent(_forbidden()) from error
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
        log.info("channel.not_reached", reason=type(error).__name__)
        raise NotSent(_unreached()) from error
    except (httpx.UnsupportedProtocol, httpx.LocalProtocolError, httpx.InvalidURL) as error:
        raise NotSent(_impossible()) from error
    except (httpx.TransportError, httpx.DecodingError) as error:
        log.info("channel.cut", reason=type(error).__name__)
        raise MaybeSent(_cut()) from error


def refusal_of(answer: Answer) -> Outcome:
    """Return what an answer that is not 2xx means where the platform says nothing better.

    429 and 425 say that it was not done. A 5xx may come after it was done, from behind a gateway
    too: unknown. The rest is a refusal that repeating does not change.
    """
    status = answer.status
    if status in (425, 429):
        return rate_limited(answer.retry_after())
    if status in (401, 403):
        return refused_credentials()
    error = _("The platform answered %(status)s.") % {"status": status}
    if status >= 500 or status == 408:
        return Outcome("unknown", code="server_error", error=error)
    return Outcome("failed", code="refused", error=error)


def rate_limited(retry_after: float | None) -> Outcome:
    """Return that it was not done, because too much was asked; seconds to wait, where known."""
    error = _("The platform asks us to wait.")
    return Outcome("retry", error=error, code="rate_limited", retry_after=retry_after)


def refused_credentials() -> Outcome:
    """Return that the platform does not let this account do it."""
    error = _("The platform refused the credentials of this channel. Test the channel.")
    return Outcome("failed", error=error, code="credentials_refused")


def _read(parts: Iterable[bytes]) -> bytes:
    read = bytearray()
    for part in parts:
        read += part
        if len(read) > ANSWER_BYTES:
            raise httpx.DecodingError("The answer is too long.")
    return bytes(read)


def _named(headers: Mapping[str, str] | None) -> dict[str, str]:
    return {"User-Agent": "CrisisAPI/1", "Accept": "application/json", **(headers or {})}


def _forbidden() -> Outcome:
    error = _("The address is inside of our own network and is not called.")
    return Outcome("failed", error=error, code="host_forbidden")


def _unreached() -> Outcome:
    return Outcome("retry", error=_("The platform could not be reached."), code="not_reached")


def _impossible() -> Outcome:
    return Outcome("failed", error=_("The address cannot be called."), code="address_invalid")


def _cut() -> Outcome:
    error = _("The request was sent, and its answer did not come. Perhaps it is out.")
    return Outcome("unknown", error=error, code="no_answer")
