"""Calls to Mention (mention.com), and what its refusals mean.

dev.mention.com/current: appendix/Errors, appendix/Ratelimits. Only 200 and 400 promise JSON; a 429
names the Unix time at which to go on.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from crisisapi.common.sentences import sentence as _
from monitoring.rules.incoming import Unreadable
from monitoring.rules.mention_fields import mapping, words
from monitoring.rules.mention_payloads import whole_json
from monitoring.sources.base import Account
from monitoring.sources.http import Answer, Calls, SourceFault, fault_of

API_BASE = "https://api.mention.net/api"
VERSION = "1.21"
# Faults that concern one alert, and not the account.
OF_AN_ALERT = frozenset({"not_found", "refused", "alert_refused"})
_REASONS = 5


def alerts_of(said: str) -> list[str]:
    """Return the numbers in a list with commas, each once."""
    return list(dict.fromkeys(one.strip() for one in said.split(",") if one.strip()))


class Api:
    """Asks Mention as the account of a source."""

    def __init__(self, account: Account, calls: Calls) -> None:
        self._account = account
        self._calls = calls
        self._account_id = account.settings.get("account") or account.tokens.get("account", "")
        self.settings = account.settings
        self.headers = {
            "Authorization": f"Bearer {account.credentials.get('access_token', '').strip()}",
            "Accept": "application/json",
            "Accept-Version": VERSION,
        }

    def account_id(self) -> str:
        """Return the account's id, asked for once; raises `SourceFault`."""
        if not self._account_id:
            self._account_id = self.own_account()
            self._account.keep({"account": self._account_id})
        return self._account_id

    def own_account(self) -> str:
        """Return whose token it is; raises `SourceFault`."""
        answer = self._get("/accounts/me", {})
        if not answer.is_ok:
            raise refusal(answer)
        data = mapping(data_of(answer))
        own = words(mapping(data.get("account")) or data, "id")
        if not own:
            raise SourceFault.not_understood(answer.body)
        return own

    def mentions(self, account_id: str, alert: str, params: Mapping[str, str]) -> Answer:
        """Ask for a page of an alert's mentions."""
        return self._get(f"/accounts/{account_id}/alerts/{alert}/mentions", params)

    def children(self, account_id: str, alert: str, parent: str, cursor: str) -> Answer:
        """Ask for a page of what is grouped under a mention."""
        params = {"limit": "1000", **({"cursor": cursor} if cursor else {})}
        return self._get(
            f"/accounts/{account_id}/alerts/{alert}/mentions/{parent}/children", params
        )

    def fault_of_alert(self, account_id: str, alert: str) -> SourceFault | None:
        """Return why an alert cannot be read, None when it can."""
        try:
            answer = self._get(f"/accounts/{account_id}/alerts/{alert}", {})
            if not answer.is_ok:
                raise refusal(answer, alert)
        except SourceFault as fault:
            return fault
        return None

    def _get(self, path: str, params: Mapping[str, str]) -> Answer:
        base = (self.settings.get("api_base") or API_BASE).rstrip("/")
        return self._calls.get(base + path, params=dict(params), headers=self.headers)


def data_of(answer: Answer) -> Any:
    """Return the JSON of an answer, half characters and all; raises `SourceFault`."""
    try:
        return whole_json(answer.body)
    except Unreadable as error:
        raise SourceFault.not_understood(answer.body) from error


def refusal(answer: Answer, alert: str = "") -> SourceFault:
    """Return what an answer that is not 2xx means; `alert` is what was asked for."""
    named = {"alert": alert}
    if answer.status == 429:
        return fault_of(answer, wait=answer.wait_until("x-rate-limit-reset", now=datetime.now(UTC)))
    if answer.status == 402:
        sentence = _("The plan at Mention does not cover the API, or its quota is used up.")
        return SourceFault("quota_used_up", sentence, needs_person=True)
    if answer.status in (404, 410) and alert:
        sentence = _("This account at Mention has no alert %(alert)s. Check the settings.") % named
        return SourceFault("not_found", sentence, needs_person=True)
    if answer.status == 403 and alert:
        sentence = _("The token may not read alert %(alert)s. Let the alert be shared with it.")
        return SourceFault("alert_refused", sentence % named, needs_person=True)
    if answer.status == 400:
        sentence = _("Mention refused the question: %(reasons)s") % {"reasons": _reasons(answer)}
        return SourceFault("refused", sentence, needs_person=True)
    return fault_of(answer)


def _reasons(answer: Answer) -> str:
    """Return what a refused form says, field by field: texts that are meant to be shown."""
    try:
        data = mapping(whole_json(answer.body))
    except Unreadable:
        return str(answer.status)
    form = mapping(data.get("form"))
    said = _texts(form.get("errors"))
    for name, child in mapping(form.get("children")).items():
        said += [f"{name}: {text}" for text in _texts(mapping(child).get("errors"))]
    said += [text for text in [words(data, "error_description", "message")] if text]
    return " ".join(said[:_REASONS]) or str(answer.status)


def _texts(value: Any) -> list[str]:
    found = value if isinstance(value, list) else []
    return [one[:200] for one in found if isinstance(one, str)]
