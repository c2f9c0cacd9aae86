"""What the ways to platforms share: how attempts end early, and the sentences they end with."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from functools import wraps
from typing import ParamSpec

from crisisapi.common.sentences import sentence as _
from crisisapi.common.setup import Problem
from messaging.channels.base import Account, Outcome, Piece
from messaging.channels.http import Answer, CallFailed, refusal_of

# Lists of platforms lag behind what they accepted.
SETTLED = timedelta(minutes=2)
# Clocks differ: what we look for may be dated a little before we began.
SKEW = timedelta(minutes=1)

_Given = ParamSpec("_Given")


class Ended(CallFailed):
    """An attempt that is over before its last call; carries its outcome."""


def ends(
    attempt: Callable[_Given, Outcome],
) -> Callable[_Given, Outcome]:
    """Let an attempt end at whichever of its calls fails, with the outcome of that call."""

    @wraps(attempt)
    def run(*args: _Given.args, **kwargs: _Given.kwargs) -> Outcome:
        try:
            return attempt(*args, **kwargs)
        except CallFailed as failed:
            return failed.outcome

    return run


def cannot_tell(
    search: Callable[_Given, Outcome | None],
) -> Callable[_Given, Outcome | None]:
    """Let a search that fails at any of its calls say that it cannot tell."""

    @wraps(search)
    def run(*args: _Given.args, **kwargs: _Given.kwargs) -> Outcome | None:
        try:
            return search(*args, **kwargs)
        except CallFailed:
            return None

    return run


def repeatable(
    attempt: Callable[_Given, Outcome],
) -> Callable[_Given, Outcome]:
    """Let an attempt that does no harm twice be tried again when its end is not known."""

    @wraps(attempt)
    def run(*args: _Given.args, **kwargs: _Given.kwargs) -> Outcome:
        outcome = ends(attempt)(*args, **kwargs)
        return replace(outcome, result="retry") if outcome.result == "unknown" else outcome

    return run


def problems(
    test: Callable[_Given, list[Problem]],
) -> Callable[_Given, list[Problem]]:
    """Turn a call that fails during a test into the problem it shows."""

    @wraps(test)
    def run(*args: _Given.args, **kwargs: _Given.kwargs) -> list[Problem]:
        try:
            return test(*args, **kwargs)
        except CallFailed as failed:
            return [Problem(failed.outcome.code, failed.outcome.error)]

    return run


@contextmanager
def preparing() -> Iterator[None]:
    """Mark calls after which nothing is public yet: one that was cut is simply tried again."""
    try:
        yield
    except CallFailed as failed:
        if failed.outcome.result != "unknown":
            raise
        error = _("The platform did not answer while the post was being prepared.")
        raise Ended(replace(failed.outcome, result="retry", error=error)) from failed


def checked(answer: Answer, refusal: Callable[[Answer], Outcome] = refusal_of) -> Answer:
    """Return an answer that says yes; end the attempt at any other."""
    if not answer.is_ok:
        raise Ended(refusal(answer))
    return answer


def failed(code: str, error: str) -> Outcome:
    """Return that surely nothing got out, and that repeating does not change it."""
    return Outcome("failed", code=code, error=error)


def unreadable(external_id: str = "") -> Outcome:
    """Return that the platform said yes in words nobody can read: it may be out."""
    error = _("The platform answered something that cannot be read. Perhaps it is out.")
    return Outcome("unknown", code="unreadable", error=error, external_id=external_id)


def declined(answer: Answer) -> bool:
    """Say whether a server that is too busy said so itself, and so has done nothing.

    503 with Retry-After is such an answer. Without it, it may come from a gateway that had passed
    the request on.
    """
    return answer.status == 503 and answer.retry_after() is not None


def busy(answer: Answer) -> Outcome:
    """Return that a server declined for now."""
    error = _("The platform is too busy.")
    return Outcome("retry", code="busy", error=error, retry_after=answer.retry_after())


def absent() -> Outcome:
    """Return that it is not there."""
    return failed("not_found", _("The platform does not have it."))


def gone(external_id: str) -> Outcome:
    """Return that a post is taken down, or was already."""
    return Outcome("published", external_id=external_id)


def text_with_link(piece: Piece) -> str:
    """Return the text with the link of the post after it, where the platform is told no link."""
    link = str(piece.options.get("link") or "")
    if not link or link in piece.text:
        return piece.text
    return f"{piece.text}\n\n{link}".strip()


def base_of(account: Account, default: str) -> str:
    """Return the address of the platform's API, without a slash at its end."""
    return (account.settings.get("api_base") or default).rstrip("/")
