"""Calls with a bearer token that expires and is renewed by a token that works once."""

import base64
import time
from collections.abc import Callable, Mapping
from typing import Any

from messaging.channels.base import Account, Outcome
from messaging.channels.http import Answer, call, refused_credentials
from messaging.channels.platform import Ended, checked, preparing

# Renewed this long before its end, so that no call begins with a token about to expire.
EARLY_SECONDS = 60.0

Renewal = Callable[[Mapping[str, str]], Mapping[str, str]]


class Bearer:
    """The credentials of an account during one attempt, renewed when they have run out.

    `renew` asks the platform, given the stored credentials, and returns the new ones by name;
    `needs` names the credential without which nothing is renewed. `is_expired` tells the answer
    that says so.
    """

    def __init__(
        self,
        account: Account,
        *,
        base: str,
        renew: Renewal,
        needs: str = "refresh_token",
        is_expired: Callable[[Answer], bool] = lambda answer: answer.status == 401,
    ) -> None:
        self._account = account
        self._held: Mapping[str, str] = account.credentials
        self._renew = renew
        self._needs = needs
        self._is_expired = is_expired
        self.base = base

    @property
    def credentials(self) -> Mapping[str, str]:
        """What the account holds now."""
        return self._held

    def begin(self) -> None:
        """Renew the token when it is known to have run out; nothing public comes of it."""
        with preparing():
            if self._has_run_out():
                self._take_new()

    def call(self, method: str, path: str, **request: Any) -> Answer:
        """Call the platform; once more when the token has expired, for then nothing was done."""
        self.begin()
        answer = self._call(method, path, request)
        if self._is_expired(answer) and self._held.get(self._needs):
            with preparing():
                self._take_new()
            answer = self._call(method, path, request)
        return answer

    def _call(self, method: str, path: str, request: dict[str, Any]) -> Answer:
        headers = {
            "Authorization": f"Bearer {self._held.get('access_token', '')}",
            **request.get("headers", {}),
        }
        url = path if path.startswith(("http://", "https://")) else f"{self.base}{path}"
        return call(method, url, **{**request, "headers": headers})

    def _has_run_out(self) -> bool:
        if not self._held.get(self._needs):
            return False
        expires_at = self._held.get("expires_at", "")
        is_known = expires_at.isascii() and expires_at.isdigit()
        is_over = is_known and float(expires_at) - EARLY_SECONDS < time.time()
        return is_over or not self._held.get("access_token")

    def _take_new(self) -> None:
        """Renew alone, and keep what came at once: the token that renews works one time only.

        Who waited while another worker renewed takes what that one stored.
        """
        mine = self._held.get("access_token")
        with self._account.renewing() as stored:
            if stored.get("access_token") != mine:
                self._held = stored
                return
            renewed = self._renew(stored)
            self._account.keep(renewed)
            self._held = {**stored, **renewed}


def renewed_by_oauth(url: str, *, always_basic: bool = False) -> Renewal:
    """Return how tokens are renewed after RFC 6749, section 6; Basic where there is a secret."""

    def renew(stored: Mapping[str, str]) -> Mapping[str, str]:
        form = {"grant_type": "refresh_token", "refresh_token": stored.get("refresh_token", "")}
        headers: dict[str, str] = {}
        if always_basic or stored.get("client_secret"):
            headers["Authorization"] = _basic(stored)
        else:
            form["client_id"] = stored.get("client_id", "")
        answer = checked(call("POST", url, data=form, headers=headers), _refusal)
        return _tokens(answer.data(), stored)

    return renew


def _basic(stored: Mapping[str, str]) -> str:
    pair = f"{stored.get('client_id', '')}:{stored.get('client_secret', '')}"
    return f"Basic {base64.b64encode(pair.encode()).decode()}"


def _tokens(said: Mapping[str, Any], stored: Mapping[str, str]) -> dict[str, str]:
    if not isinstance(said.get("access_token"), str):
        raise Ended(refused_credentials())
    renewed = {
        "access_token": said["access_token"],
        # Platforms that let a token be used again do not name it again.
        "refresh_token": str(said.get("refresh_token") or stored.get("refresh_token", "")),
        "scope": str(said.get("scope") or stored.get("scope", "")),
    }
    lasts = said.get("expires_in")
    renewed["expires_at"] = str(int(time.time() + lasts)) if isinstance(lasts, int | float) else ""
    return renewed


def _refusal(answer: Answer) -> Outcome:
    """400 invalid_grant is how RFC 6749 says that the token does not work any more."""
    if answer.status in (400, 401, 403):
        return refused_credentials()
    if answer.status == 429:
        return Outcome("retry", code="rate_limited", retry_after=answer.retry_after())
    return Outcome("retry", code="server_error")
