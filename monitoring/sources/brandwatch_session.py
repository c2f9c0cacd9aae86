"""Signed in at Brandwatch: a token that lasts about a year, and thirty calls in ten minutes."""

from collections.abc import Sequence

from crisisapi.common.numbers import whole_number
from crisisapi.common.sentences import sentence as _
from monitoring.rules.brandwatch import error_in
from monitoring.sources.base import Account
from monitoring.sources.http import Answer, Calls, SourceFault, fault_of

API = "https://api.brandwatch.com"
# Brandwatch says how many calls are used, not when the next is free: of a rolling window some
# are after a while.
FULL_SECONDS, REFUSED_SECONDS = 60.0, 120.0
# All programs sign in under this name.
PROGRAM = "brandwatch-api-client"
_TOKEN = "access_token"  # noqa: S105 - the name of one
_TOKEN_ERRORS = ("invalid_token", "unauthorized", "expired_token")


def api_base(account: Account) -> str:
    """Return the address of the API, without a slash at its end."""
    return (account.settings.get("api_base") or API).rstrip("/")


class Session:
    """Asks in the name of an account; signs in when there is no token, or once when it is refused.

    Stops when Brandwatch says that the calls of the client are used up, by whomever.
    """

    def __init__(self, account: Account, calls: Calls) -> None:
        self._account = account
        self._calls = calls
        self._base = api_base(account)
        self._token = account.tokens.get(_TOKEN, "")
        self._is_used_up = False
        self._has_signed_in = False

    def get(self, path: str, params: Sequence[tuple[str, str]]) -> Answer:
        """Return an answer that is well; raises `SourceFault`."""
        if not self._token:
            self._sign_in()
        answer = self._call(path, params)
        if _is_token_refused(answer) and self._take_later():
            answer = self._call(path, params)
        if _is_token_refused(answer) and not self._has_signed_in:
            self._sign_in()
            answer = self._call(path, params)
        if not answer.is_ok:
            raise _fault(answer)
        return answer

    def _call(self, path: str, params: Sequence[tuple[str, str]]) -> Answer:
        self._stop_when_used_up()
        headers = {"Authorization": f"bearer {self._token}", "Accept": "application/json"}
        answer = self._calls.get(f"{self._base}{path}", params=list(params), headers=headers)
        self._count(answer)
        return answer

    def _take_later(self) -> bool:
        """Take the token that somebody else has signed in for meanwhile, if there is one."""
        later = self._account.latest().get(_TOKEN, "")
        is_later = bool(later) and later != self._token
        self._token = later if is_later else self._token
        return is_later

    def _sign_in(self) -> None:
        self._stop_when_used_up()
        account = self._account
        params = {
            "username": account.credentials.get("username", ""),
            "grant_type": "api-password",
            "client_id": PROGRAM,
        }
        if client_id := account.settings.get("client_id"):
            params["platform_client_id"] = client_id
        # The password alone goes into the body: addresses are written into logs on the way.
        answer = self._calls.post(
            f"{self._base}/oauth/token",
            params=params,
            data={"password": account.credentials.get("password", "")},
        )
        self._count(answer)
        self._token, self._has_signed_in = _token_in(answer), True
        account.keep({_TOKEN: self._token})

    def _count(self, answer: Answer) -> None:
        used = whole_number(answer.headers.get("x-rate-limit-used", ""))
        limit = whole_number(answer.headers.get("x-rate-limit", "").partition("/")[0].strip())
        if used is not None and limit is not None:
            self._is_used_up = used >= limit > 0

    def _stop_when_used_up(self) -> None:
        if self._is_used_up:
            sentence = _("All calls that the Brandwatch client has in ten minutes are used up.")
            raise SourceFault("rate_limited", sentence, retry_after=FULL_SECONDS)


def refused(reason: str) -> SourceFault:
    """Return that what was asked makes no sense to Brandwatch, in its words."""
    sentence = _("Brandwatch refused the question: %(reason)s") % {"reason": reason}
    return SourceFault("refused", sentence, needs_person=True)


def _token_in(answer: Answer) -> str:
    if answer.status in (400, 401, 403):
        sentence = _(
            "Brandwatch refused the user name or the password. Renew them, then test the source."
        )
        raise SourceFault("credentials_refused", sentence, needs_person=True)
    if not answer.is_ok:
        raise _fault(answer)
    try:
        token = answer.data().get(_TOKEN)
    except SourceFault as fault:
        # What answers a password is kept nowhere.
        raise SourceFault.not_understood(b"") from fault
    if not isinstance(token, str) or not token.isascii() or not token.isprintable() or not token:
        raise SourceFault.not_understood(b"")
    return token


def _is_token_refused(answer: Answer) -> bool:
    if answer.status == 401:
        return True
    return answer.status in (400, 403) and error_in(answer.body)[0].lower() in _TOKEN_ERRORS


def _fault(answer: Answer) -> SourceFault:
    """Return what Brandwatch means; 429 comes without a time to wait."""
    if answer.status == 429:
        waited = answer.retry_after()
        return SourceFault.rate_limited(REFUSED_SECONDS if waited is None else waited)
    if answer.status == 403:
        sentence = _("Brandwatch does not let this user see the project. Give the user the right.")
        return SourceFault("forbidden", sentence, needs_person=True)
    if answer.status == 404:
        sentence = _("Brandwatch knows no such project or query. Check their numbers.")
        return SourceFault("not_found", sentence, needs_person=True)
    reason = error_in(answer.body)[1]
    if answer.status in (400, 422) and reason:
        return refused(reason)
    return fault_of(answer)
