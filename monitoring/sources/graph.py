"""Reading from Meta's Graph API, which Facebook and Instagram share, and what its errors mean.

developers.facebook.com/docs/graph-api/guides/error-handling and …/overview/rate-limiting.
"""

import re
from collections.abc import Mapping
from typing import Any

import orjson

from crisisapi.common.graph import (
    API_BASE,
    BLOCKED,
    EXPIRED,
    FORBIDDEN,
    PASSING,
    RATES,
    VERSION,
    asked_wait,
    error_in,
    number_of,
    percent_used,
    proof_of,
)
from crisisapi.common.sentences import sentence as _
from monitoring.rules.incoming import with_whole_characters
from monitoring.sources.base import Account
from monitoring.sources.http import Answer, Calls, SourceFault, fault_of

# From here on a run ends by itself, before Meta refuses what others publish with the same app.
NEARLY_USED_UP = 95.0
# Meta counts over an hour, and does not always say how long to wait.
WAIT_SECONDS = 600.0
_TOO_MUCH_DATA = "reduce the amount of data"
_NO_SUCH_OBJECT = {(100, 33), (803, 0), (24, 0)}
_NO_LONGER_OURS = {459, 460, 464, 492}
_SECRETS = re.compile(rb'((?:access_token|appsecret_proof)=)[^&"\s]*?(?=&|\\u0026|"|\s|$)')


class Graph:
    """Calls with the token of one account."""

    def __init__(self, account: Account, calls: Calls) -> None:
        base = (account.settings.get("api_base") or API_BASE).rstrip("/")
        self._base = f"{base}/{account.settings.get('version') or VERSION}"
        self._token = account.credentials.get("access_token", "")
        self._proof = proof_of(self._token, account.credentials.get("app_secret", ""))
        self._calls = calls

    def get(self, path: str, params: Mapping[str, str]) -> Answer:
        """Read an object, its body without secrets; raises `SourceFault` at a refusal.

        Meta writes the token into the addresses of further pages.
        """
        answer = self._calls.get(
            f"{self._base}/{path}",
            params={**params, **self._proof},
            headers={"Authorization": f"Bearer {self._token}"},
        )
        clean = Answer(answer.status, answer.headers, self._cleaned(answer.body), answer.url)
        # Errors come with any status, 200 included.
        if not clean.is_ok or error_in(clean.data()):
            raise _fault(clean)
        return clean

    def read(self, path: str, **params: str) -> dict[str, Any]:
        """Return an object; raises `SourceFault`."""
        return self.get(path, params).data()

    def _cleaned(self, body: bytes) -> bytes:
        body = _SECRETS.sub(rb"\1-", body)
        for secret in filter(None, (self._token, *self._proof.values())):
            body = body.replace(secret.encode(), b"-")
        return _whole(body)


def _whole(body: bytes) -> bytes:
    """Return JSON without halves of characters, as they stand where a text was cut."""
    try:
        orjson.loads(body)
    except orjson.JSONDecodeError:
        return with_whole_characters(body)
    return body


class TooMuchData(SourceFault):
    """Meta wants to be asked for less at once."""


def wait_of(answer: Answer) -> float | None:
    """Return in seconds how long to leave Meta alone; None while there are calls left."""
    if percent_used(answer.headers) < NEARLY_USED_UP:
        return None
    return asked_wait(answer.headers) or WAIT_SECONDS


def _fault(answer: Answer) -> SourceFault:
    error = _error_of(answer)
    code, subcode = number_of(error, "code"), number_of(error, "error_subcode")
    words = str(error.get("message") or "")
    if code in RATES:
        asked = asked_wait(answer.headers) or answer.retry_after()
        return SourceFault.rate_limited(asked or wait_of(answer))
    if _TOO_MUCH_DATA in words:
        return TooMuchData("too_large", _("Meta asks to be asked for less at once."))
    if code in PASSING or error.get("is_transient") is True:
        return SourceFault("server_error", _("Meta is in trouble."))
    return _lasting(code, subcode, words) if code else fault_of(answer)


def _error_of(answer: Answer) -> dict[str, Any]:
    try:
        return error_in(answer.data())
    except SourceFault:
        return {}


def _lasting(code: int, subcode: int, words: str) -> SourceFault:
    if "appsecret_proof" in words:
        sentence = _("The secret of the app is not that of the app the token was made with.")
        return SourceFault("app_secret_wrong", sentence, needs_person=True)
    if code in EXPIRED:
        return SourceFault("credentials_refused", _of_token(subcode), needs_person=True)
    if code in FORBIDDEN:
        sentence = _(
            "Meta does not let this token read that. The rights it needs are in docs/sources."
        )
        return SourceFault("rights_missing", sentence, needs_person=True)
    if code == BLOCKED:
        return SourceFault("blocked", _("Meta has blocked this account for a while."))
    if (code, subcode) in _NO_SUCH_OBJECT:
        sentence = _("Meta has nothing of this id, or does not show it to this token.")
        return SourceFault("not_found", sentence, needs_person=True)
    number = f"{code}/{subcode}" if subcode else str(code)
    sentence = _("Meta refused it: error %(number)s.") % {"number": number}
    return SourceFault("refused", sentence, needs_person=True)


def _of_token(subcode: int) -> str:
    if subcode == 463:
        return _("The access token has expired. Make a new one; one of a Page need not expire.")
    if subcode in _NO_LONGER_OURS:
        return _("The access token ended, as when a password is changed. Make a new one.")
    return _("Meta does not know the access token. Make a new one, then test the source.")
