"""Asking X, and what its refusals mean: docs.x.com/x-api/fundamentals/response-codes-and-errors."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from crisisapi.common.sentences import sentence as _
from monitoring.rules.x_payloads import parsed
from monitoring.rules.x_posts import mapping_of, objects, text_of
from monitoring.sources.base import Account
from monitoring.sources.http import Answer, Calls, SourceFault, fault_of

API_BASE = "https://api.x.com"
# Whoever wrote it, and what it answers, quotes or repeats, with whoever wrote that.
FIELDS: Mapping[str, str] = {
    "tweet.fields": "author_id,created_at,conversation_id,edit_history_tweet_ids,entities,lang,"
    "note_tweet,public_metrics,referenced_tweets",
    "user.fields": "name,username,public_metrics,verified,verified_type",
    "expansions": "author_id,referenced_tweets.id,referenced_tweets.id.author_id",
}
_LIMITS = ("rate-limit", "app-limit-24hour", "user-limit-24hour")
CROWDED_SECONDS = 60.0


class Session:
    """Calls of one source, with the bearer token of its app."""

    def __init__(self, account: Account, calls: Calls, *, now: datetime) -> None:
        self.account = account
        self.calls = calls
        self.now = now
        self.base = (account.settings.get("api_base") or API_BASE).rstrip("/")

    @property
    def headers(self) -> dict[str, str]:
        """What each call carries; raises `SourceFault` without a token."""
        token = self.account.credentials.get("bearer_token", "")
        if not token:
            sentence = _("The bearer token of the X app is missing.")
            raise SourceFault("credentials_missing", sentence, needs_person=True)
        return {"Authorization": f"Bearer {token}"}

    def get(self, path: str, params: Mapping[str, Any] | None = None) -> Answer:
        """Return an answer that says yes; raises `SourceFault` for any other."""
        answer = self.try_get(path, params)
        if not answer.is_ok:
            raise refusal_of(answer, now=self.now)
        return answer

    def try_get(self, path: str, params: Mapping[str, Any] | None = None) -> Answer:
        """Return whatever is answered."""
        return self.calls.get(f"{self.base}{path}", params=params, headers=self.headers)

    def post(self, path: str, content: Mapping[str, Any]) -> Answer:
        """Post an object; raises `SourceFault` when that is refused."""
        answer = self.calls.post(f"{self.base}{path}", json=content, headers=self.headers)
        if not answer.is_ok:
            raise refusal_of(answer, now=self.now)
        return answer


def said_in(answer: Answer) -> Mapping[str, Any]:
    """Return the object that was answered; raises `SourceFault` for anything else."""
    try:
        found = parsed(answer.body)
    except ValueError as error:
        raise SourceFault.not_understood(answer.body) from error
    if not isinstance(found, Mapping):
        raise SourceFault.not_understood(answer.body)
    return found


def refusal_of(answer: Answer, *, now: datetime) -> SourceFault:
    """Return what a refusal of X means, in words that say what to do."""
    said = _problem_in(answer)
    if found := problem_of(said):
        return found
    if answer.status == 429:
        return SourceFault.rate_limited(_seconds_to_reset(answer, now))
    words = _words_of(said)
    if answer.status == 401:
        sentence = _("X refused the bearer token. Make a new one in the developer console.")
        return SourceFault("credentials_refused", sentence, needs_person=True)
    if answer.status == 403:
        sentence = _("X does not allow the app to do this. It says: %(words)s") % {"words": words}
        return SourceFault("not_allowed", sentence, needs_person=True)
    if answer.status == 400:
        sentence = _("X does not understand what it is asked. It says: %(words)s")
        return SourceFault("query_refused", sentence % {"words": words}, needs_person=True)
    return fault_of(answer)


def problem_of(said: Mapping[str, Any]) -> SourceFault | None:
    """Return what a problem of X means that can come with any status, or inside of a stream."""
    kind = text_of(said.get("type"))
    if kind.endswith("/usage-capped") or said.get("title") == "UsageCapExceeded":
        return quota_used_up()
    if said.get("title") == "CreditsDepleted":
        return quota_used_up()
    if said.get("connection_issue") == "TooManyConnections":
        sentence = _("Something else listens with this X app already. X allows one connection.")
        return SourceFault("too_many_connections", sentence, retry_after=CROWDED_SECONDS)
    if said.get("connection_issue") == "RuleConfigurationIssue":
        return rules_missing()
    return None


def quota_used_up() -> SourceFault:
    """Return that X sells nothing more to the app for now."""
    sentence = _("The posts the X app may read are used up, or it has no credit. Buy more at X.")
    return SourceFault("quota_used_up", sentence, needs_person=True)


def rules_missing() -> SourceFault:
    """Return that a stream has nothing to filter by."""
    sentence = _("The stream of the X app has no rules. Add one, or let us keep them.")
    return SourceFault("rules_missing", sentence, needs_person=True)


def _problem_in(answer: Answer) -> Mapping[str, Any]:
    try:
        return mapping_of(parsed(answer.body))
    except ValueError:
        return {}


def _words_of(said: Mapping[str, Any]) -> str:
    """Return what X says itself, the most exact first, on one line."""
    first = next(objects(said, "errors"), {})
    texts = (first.get("message"), first.get("detail"), said.get("detail"), said.get("title"))
    found = next(filter(None, map(text_of, texts)), "…")
    return " ".join(found.replace("\x00", "").split())[:300]


def _seconds_to_reset(answer: Answer, now: datetime) -> float | None:
    """Return the longest wait among the limits that are used up; the times are Unix seconds."""
    waits = [
        wait
        for limit in _LIMITS
        if answer.headers.get(f"x-{limit}-remaining", "0").strip() == "0"
        and (wait := answer.wait_until(f"x-{limit}-reset", now=now)) is not None
    ]
    return max(waits) if waits else answer.retry_after()
