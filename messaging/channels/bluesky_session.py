"""Sessions on Bluesky: made with an app password, prolonged while they last."""

import time
from collections.abc import Mapping

from crisisapi.common.sentences import sentence as _
from messaging.channels.base import Account, Outcome
from messaging.channels.bearer import Bearer, Renewal
from messaging.channels.http import Answer, call, rate_limited, refusal_of, refused_credentials
from messaging.channels.platform import Ended, base_of, busy, checked, declined, failed, unreadable

API_BASE = "https://bsky.social"

_EXPIRED = frozenset({"ExpiredToken", "InvalidToken"})
_SUSPENDED = frozenset({"AccountTakedown", "AccountDeactivated", "AccountSuspended"})


def of(account: Account) -> Bearer:
    """Return the session of an account, a new one only when it has none that works.

    Servers allow 30 new sessions in five minutes and 300 a day, hence the kept one.
    """
    base = base_of(account, API_BASE)
    handle = account.settings.get("handle", "").removeprefix("@")
    session = Bearer(
        account,
        base=base,
        renew=_renewal(base, handle),
        needs="app_password",
        is_expired=_is_expired,
    )
    session.begin()
    return session


def refusal(answer: Answer) -> Outcome:
    """Return what an answer means that says no."""
    error = answer.data().get("error")
    if answer.status == 429:
        return rate_limited(_seconds_to_reset(answer))
    if declined(answer):
        return busy(answer)
    return _named_refusal(str(error)) or refusal_of(answer)


def _named_refusal(error: str) -> Outcome | None:
    if error in _EXPIRED:
        return refused_credentials()
    if error in _SUSPENDED:
        return failed("suspended", _("The account is not active."))
    if error == "AuthFactorTokenRequired":
        sentence = _("This is the password of the account. Make an app password and give that.")
        return failed("credentials_refused", sentence)
    if error == "BlobTooLarge":
        return failed("media_refused", _("A file is too large for Bluesky."))
    return None


def _renewal(base: str, handle: str) -> Renewal:
    def renew(stored: Mapping[str, str]) -> Mapping[str, str]:
        prolonged = _prolonged(base, stored.get("refresh_token", ""))
        if prolonged:
            return prolonged
        asked = {"identifier": handle, "password": stored.get("app_password", "")}
        answer = call("POST", f"{base}/xrpc/com.atproto.server.createSession", json=asked)
        tokens = _tokens(checked(answer, refusal))
        if tokens is None:
            raise Ended(unreadable())
        return tokens

    return renew


def _prolonged(base: str, refresh_token: str) -> dict[str, str] | None:
    if not refresh_token:
        return None
    headers = {"Authorization": f"Bearer {refresh_token}"}
    answer = call("POST", f"{base}/xrpc/com.atproto.server.refreshSession", headers=headers)
    return _tokens(answer) if answer.is_ok else None


def _tokens(answer: Answer) -> dict[str, str] | None:
    said = answer.data()
    if not said.get("accessJwt") or not said.get("did"):
        return None
    return {
        "access_token": str(said["accessJwt"]),
        "refresh_token": str(said.get("refreshJwt") or ""),
        "did": str(said["did"]),
    }


def _is_expired(answer: Answer) -> bool:
    """An expired token is answered with 400, other ones with 401."""
    return answer.status == 401 or str(answer.data().get("error")) in _EXPIRED


def _seconds_to_reset(answer: Answer) -> float | None:
    reset_at = answer.headers.get("ratelimit-reset", "")
    if not reset_at.isdecimal():
        return answer.retry_after()
    return max(1.0, float(reset_at) - time.time())
