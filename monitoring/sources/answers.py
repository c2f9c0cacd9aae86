"""Answers of platforms, and what they mean where nothing was heard."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

import orjson

from crisisapi.common.answers import HttpAnswer
from crisisapi.common.sentences import sentence as _

# A header may say anything, and more than a day is a mistake.
WAIT_LIMIT = 24 * 3600.0


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
    def too_large(cls) -> Self:
        """Return that an answer was broken off at its limit."""
        sentence = _("The answer is too large and was broken off.")
        return cls("too_large", sentence, needs_person=True)

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
class Answer(HttpAnswer):
    """What a platform said; `url` after redirects."""

    url: str

    def data(self) -> dict[str, Any]:
        """Return the object in the body; raises `SourceFault` when it holds something else."""
        try:
            parsed = orjson.loads(self.body)
        except orjson.JSONDecodeError as error:
            raise SourceFault.not_understood(self.body) from error
        if not isinstance(parsed, dict):
            raise SourceFault.not_understood(self.body)
        return parsed

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
