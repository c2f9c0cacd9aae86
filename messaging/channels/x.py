"""Posts on X, through its API version 2 as the user who gave consent.

What X says about itself: docs.x.com/x-api (posts, media, fundamentals/rate-limits).
"""

import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar
from urllib.parse import quote

from django.utils.translation import gettext_lazy

from crisisapi.common.sentences import sentence as _
from crisisapi.common.setup import Field, Problem, check_address
from messaging.channels import x_media
from messaging.channels.base import Account, BaseWay, Outcome, Piece
from messaging.channels.bearer import Bearer, renewed_by_oauth
from messaging.channels.http import Answer, rate_limited, refusal_of
from messaging.channels.platform import (
    SETTLED,
    SKEW,
    absent,
    base_of,
    busy,
    cannot_tell,
    checked,
    declined,
    ends,
    failed,
    gone,
    problems,
    repeatable,
    unreadable,
)
from messaging.rules.record_keys import made_at
from messaging.rules.sameness import is_same_reply, is_same_text, text_of_post

API_BASE = "https://api.x.com"
SEARCHED_PAGES = 5
NEEDED_SCOPES = frozenset({"tweet.read", "tweet.write", "users.read", "offline.access"})


class XWay(BaseWay):
    """Publishes posts and threads, with pictures or a film."""

    kind: ClassVar[str] = "x"
    about = gettext_lazy("Posts to an account of X, in threads, with pictures or a film.")
    platforms: ClassVar[frozenset[str]] = frozenset({"x"})
    settles_after: ClassVar[timedelta] = SETTLED
    settings: ClassVar[tuple[Field, ...]] = (
        Field("username", gettext_lazy("user name"), help_text=gettext_lazy("Without the @.")),
        Field("api_base", gettext_lazy("address of the API"), check=check_address),
    )
    credentials: ClassVar[tuple[Field, ...]] = (
        Field("client_id", gettext_lazy("client id of the app"), required=True),
        Field("client_secret", gettext_lazy("client secret of the app"), is_secret=True),
        Field("access_token", gettext_lazy("access token"), is_secret=True),
        Field("refresh_token", gettext_lazy("refresh token"), required=True, is_secret=True),
        Field("expires_at", gettext_lazy("when the access token ends, in Unix seconds")),
        Field("scope", gettext_lazy("what the token may do")),
    )

    @ends
    def publish(self, account: Account, piece: Piece) -> Outcome:
        """Post once; a refusal as a duplicate is looked into, for the post may be ours."""
        session = _session(account)
        media_ids = x_media.upload_all(session, piece)
        answer = session.call("POST", "/2/tweets", json=_post_of(piece, media_ids))
        if _is_duplicate(answer):
            return self._explain_duplicate(session, account, piece)
        post = checked(answer, _refusal).data().get("data")
        if not isinstance(post, dict) or not post.get("id"):
            return unreadable()
        return _published(account, str(post["id"]))

    @cannot_tell
    def find(self, account: Account, piece: Piece, *, since: datetime) -> Outcome | None:
        """Look for the text among what the account posted."""
        found = _look_for(_session(account), piece, since)
        return _published(account, found) if found else absent()

    @repeatable
    def withdraw(self, account: Account, external_id: str) -> Outcome:
        """Delete the post; one that is not there is gone already."""
        answer = _session(account).call("DELETE", f"/2/tweets/{quote(external_id, safe='')}")
        if answer.status == 404:
            return gone(external_id)
        said = checked(answer, _refusal).data().get("data")
        if isinstance(said, dict) and said.get("deleted") is True:
            return gone(external_id)
        return unreadable(external_id)

    @problems
    def test(self, account: Account) -> list[Problem]:
        """Ask who the token is, and whether it may write."""
        session = _session(account)
        answer = checked(session.call("GET", "/2/users/me"), _refusal)
        return [
            *_problems_of_name(account, answer),
            *_problems_of_rights(session.credentials, answer),
        ]

    def _explain_duplicate(self, session: Bearer, account: Account, piece: Piece) -> Outcome:
        since = made_at(piece.key)
        found = _look_for(session, piece, since) if since else None
        if found:
            return _published(account, found)
        return failed("duplicate", _("X says that the same text stands there already."))


def _session(account: Account) -> Bearer:
    base = base_of(account, API_BASE)
    return Bearer(account, base=base, renew=renewed_by_oauth(f"{base}/2/oauth2/token"))


def _post_of(piece: Piece, media_ids: list[str]) -> dict[str, Any]:
    post: dict[str, Any] = {"text": piece.text}
    if parent := _parent(piece):
        post["reply"] = {"in_reply_to_tweet_id": parent}
    if piece.options.get("quote"):
        post["quote_tweet_id"] = piece.options["quote"]
    if media_ids:
        post["media"] = {"media_ids": media_ids}
    if piece.options.get("reply_settings"):
        post["reply_settings"] = piece.options["reply_settings"]
    return post


def _parent(piece: Piece) -> str:
    """Return the post this one answers: the one before it in the thread, or another's."""
    return piece.reply_to or str(piece.options.get("reply_to") or "")


def _published(account: Account, post_id: str) -> Outcome:
    name = account.settings.get("username", "").removeprefix("@") or "i/web"
    url = f"https://x.com/{name}/status/{post_id}"
    return Outcome("published", external_id=post_id, url=url)


def _is_duplicate(answer: Answer) -> bool:
    """X says it in words only: 403, with `duplicate content` in the detail."""
    return answer.status == 403 and "duplicate" in str(answer.data().get("detail", "")).lower()


def _refusal(answer: Answer) -> Outcome:
    if answer.status == 429:
        return rate_limited(_seconds_to_reset(answer))
    if declined(answer):
        return busy(answer)
    if answer.status == 402:
        return failed("payment_required", _("The account of the X app has no credit left."))
    if answer.status == 403:
        return failed("not_allowed", _("X does not allow this account to do that."))
    return refusal_of(answer)


def _seconds_to_reset(answer: Answer) -> float | None:
    """Return the longest wait among the limits that are used up; the times are Unix seconds."""
    waits = [
        float(at) - time.time()
        for limit in ("rate-limit", "app-limit-24hour", "user-limit-24hour")
        if (at := answer.headers.get(f"x-{limit}-reset", "")).isdecimal()
        and answer.headers.get(f"x-{limit}-remaining", "0") == "0"
    ]
    return max(1.0, *waits) if waits else answer.retry_after()


def _look_for(session: Bearer, piece: Piece, since: datetime) -> str | None:
    start = (since - SKEW).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    asked = {
        "start_time": start,
        "max_results": "100",
        "exclude": "retweets",
        "tweet.fields": "created_at,entities,referenced_tweets,note_tweet",
    }
    path = f"/2/users/{_user_id(session)}/tweets"
    for _page in range(SEARCHED_PAGES):
        said = checked(session.call("GET", path, params=asked), _refusal).data()
        for post in said.get("data") or []:
            if _is_ours(post, piece):
                return str(post["id"])
        following = (said.get("meta") or {}).get("next_token")
        if not following:
            break
        asked = {**asked, "pagination_token": following}
    return None


def _is_ours(post: Mapping[str, Any], piece: Piece) -> bool:
    long = post.get("note_tweet") or {}
    said = long if long.get("text") else post
    urls = (said.get("entities") or {}).get("urls") or []
    text = text_of_post(str(said.get("text", "")), urls)
    answered = {
        str(other.get("id"))
        for other in post.get("referenced_tweets") or []
        if other.get("type") == "replied_to"
    }
    if parent := _parent(piece):
        return parent in answered and is_same_reply(piece.text, text)
    return not answered and is_same_text(piece.text, text)


def _user_id(session: Bearer) -> str:
    said = checked(session.call("GET", "/2/users/me"), _refusal).data().get("data") or {}
    return quote(str(said.get("id", "")), safe="")


def _problems_of_name(account: Account, answer: Answer) -> list[Problem]:
    name = str((answer.data().get("data") or {}).get("username", ""))
    wanted = account.settings.get("username", "").removeprefix("@")
    if wanted and name.lower() != wanted.lower():
        sentence = _("The token is that of @%(name)s.") % {"name": name}
        return [Problem("other_account", sentence, "settings.username")]
    return []


def _problems_of_rights(held: Mapping[str, str], answer: Answer) -> list[Problem]:
    found = []
    scope = held.get("scope", "").split()
    missing = sorted(NEEDED_SCOPES.difference(scope)) if scope else []
    if missing:
        sentence = _("The token lacks the rights: %(names)s.") % {"names": ", ".join(missing)}
        found.append(Problem("rights_missing", sentence, "credentials.access_token"))
    if answer.headers.get("x-access-level") == "read":
        sentence = _("The X app may only read. Give it the right to write, then connect anew.")
        found.append(Problem("read_only", sentence))
    return found
