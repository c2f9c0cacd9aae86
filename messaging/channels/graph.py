"""Calls of Meta's Graph API, which Facebook and Instagram share, and what its errors mean.

developers.facebook.com/docs/graph-api/guides/error-handling and …/overview/rate-limiting.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext_lazy

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
    proof_of,
)
from crisisapi.common.sentences import sentence as _
from crisisapi.common.setup import Field, check_address
from messaging.channels.base import Account, Outcome
from messaging.channels.http import Answer, call, rate_limited, refusal_of, refused_credentials
from messaging.channels.platform import Ended, base_of, busy, declined, failed

SEARCHED_PAGES = 5

_PUBLISHING_LIMIT = 2207042
_DUPLICATE = 506

SETTINGS = (
    Field("version", gettext_lazy("version of the Graph API")),
    Field("api_base", gettext_lazy("address of the API"), check=check_address),
)
CREDENTIALS = (
    Field("access_token", gettext_lazy("access token"), required=True, is_secret=True),
    Field(
        "app_secret",
        gettext_lazy("secret of the app"),
        help_text=gettext_lazy("Proves that the calls come from your app; recommended."),
        is_secret=True,
    ),
)


class Graph:
    """Calls with the token of one account."""

    def __init__(self, account: Account) -> None:
        version = account.settings.get("version") or VERSION
        self._base = f"{base_of(account, API_BASE)}/{version}"
        self._token = account.credentials.get("access_token", "")
        self._proof = proof_of(self._token, account.credentials.get("app_secret", ""))

    def get(self, path: str, **asked: str) -> dict[str, Any]:
        """Read an object; ends the attempt at a refusal."""
        return self._said("GET", path, params={**self._proof, **asked})

    def post(self, path: str, fields: Mapping[str, str], **request: Any) -> dict[str, Any]:
        """Write an object, with `files` as httpx has them; ends the attempt at a refusal."""
        return self._said("POST", path, data={**self._proof, **fields}, **request)

    def delete(self, path: str) -> dict[str, Any]:
        """Delete an object; ends the attempt at a refusal."""
        return self._said("DELETE", path, params=self._proof)

    def pages(self, path: str, **asked: str) -> Iterator[dict[str, Any]]:
        """Yield the objects of a list, the newest first, from a bounded number of pages."""
        for _page in range(SEARCHED_PAGES):
            said = self.get(path, **asked)
            yield from (row for row in said.get("data") or [] if isinstance(row, dict))
            paging = said.get("paging") or {}
            following = (paging.get("cursors") or {}).get("after")
            if not following or not paging.get("next"):
                return
            asked["after"] = following

    def _said(self, method: str, path: str, **request: Any) -> dict[str, Any]:
        # The token goes in a header: an address ends up in logs on the way.
        headers = {"Authorization": f"Bearer {self._token}"}
        answer = call(method, f"{self._base}/{path}", headers=headers, **request)
        # Errors come with any status, 200 included.
        if not answer.is_ok or error_of(answer):
            raise GraphRefused(answer)
        return answer.data()


class GraphRefused(Ended):
    """A refusal of the Graph API; `code` and `subcode` are Meta's numbers, 0 without one."""

    def __init__(self, answer: Answer) -> None:
        error = error_of(answer)
        self.code = number_of(error, "code")
        self.subcode = number_of(error, "error_subcode")
        super().__init__(_meaning(answer, self.code, self.subcode))

    @property
    def is_duplicate(self) -> bool:
        """Whether the same text was posted already."""
        return self.code == _DUPLICATE


def error_of(answer: Answer) -> dict[str, Any]:
    """Return the error in an answer, an empty one without."""
    return error_in(answer.data())


def _meaning(answer: Answer, code: int, subcode: int) -> Outcome:
    """Return what a refusal means; 1 and 2 are passing troubles, perhaps after it was done."""
    if code in EXPIRED:
        return refused_credentials()
    if code in RATES or subcode == _PUBLISHING_LIMIT:
        return rate_limited(asked_wait(answer.headers) or answer.retry_after())
    if code in PASSING:
        return Outcome("unknown", code="server_error", error=_("Meta is in trouble."))
    if code:
        return _lasting(code, subcode)
    return busy(answer) if declined(answer) else refusal_of(answer)


def _lasting(code: int, subcode: int) -> Outcome:
    if code in FORBIDDEN:
        return failed("not_allowed", _("Meta does not allow this account to do that."))
    if code == BLOCKED:
        return failed("blocked", _("Meta has blocked this account for a while."))
    if code == _DUPLICATE:
        return failed("duplicate", _("Facebook says that the same text stands there already."))
    number = f"{code}/{subcode}" if subcode else str(code)
    return failed("refused", _("Meta refused it: error %(number)s.") % {"number": number})
