"""Statuses on Mastodon, and on servers that speak its API.

docs.joinmastodon.org/methods/statuses, /media, /instance. A server remembers an Idempotency-Key for
an hour, from the moment it has stored the status (mastodon#21840): before that a second request
could double it, so that what is not known is looked for first, and only then sent again.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any, ClassVar
from urllib.parse import quote

from django.utils import timezone
from django.utils.translation import gettext_lazy

from crisisapi.common.sentences import sentence as _
from crisisapi.common.setup import Field, Problem, check_address, one_of
from messaging.channels.base import Account, Attachment, BaseWay, Outcome, Piece
from messaging.channels.http import Answer, CallFailed, call, rate_limited, refusal_of
from messaging.channels.platform import (
    SETTLED,
    SKEW,
    Ended,
    absent,
    busy,
    cannot_tell,
    checked,
    declined,
    ends,
    failed,
    gone,
    preparing,
    problems,
    repeatable,
    unreadable,
)
from messaging.channels.uploads import content_of, upload_each, wait_until_ready
from messaging.rules.sameness import is_same_text, text_of_html, without_hosts

VISIBILITIES = {"public": "", "unlisted": "", "private": ""}
SEARCHED_PAGES = 5
PAGE = 40
_NEEDED_SCOPES = (("write", "write:statuses"), ("write", "write:media"), ("read", "read:statuses"))


class MastodonWay(BaseWay):
    """Publishes statuses and threads, with media."""

    kind: ClassVar[str] = "mastodon"
    about = gettext_lazy("Posts to an account of Mastodon, on any server.")
    platforms: ClassVar[frozenset[str]] = frozenset({"mastodon"})
    settles_after: ClassVar[timedelta] = SETTLED
    settings: ClassVar[tuple[Field, ...]] = (
        Field("api_base", gettext_lazy("address of the server"), True, check=check_address),
        Field("visibility", gettext_lazy("visibility"), check=one_of(VISIBILITIES)),
    )
    credentials: ClassVar[tuple[Field, ...]] = (
        Field("access_token", gettext_lazy("access token"), required=True, is_secret=True),
    )

    @ends
    def publish(self, account: Account, piece: Piece) -> Outcome:
        """Post once, under a key that the server answers with the same status for an hour."""
        with preparing():
            media_ids = upload_each(piece, partial(_send, account))
            for media_id in media_ids:
                wait_until_ready(partial(_is_ready, account, media_id))
        headers = {"Idempotency-Key": str(piece.key)}
        status = _status_of(account, piece, media_ids)
        answer = _call(account, "POST", "/api/v1/statuses", json=status, headers=headers)
        return _published(checked(answer, _refusal).data())

    @cannot_tell
    def find(self, account: Account, piece: Piece, *, since: datetime) -> Outcome | None:
        """Look for the text among the account's statuses."""
        for status in _statuses(account, since - SKEW):
            if _is_ours(account, status, piece):
                return _published(status)
        return absent()

    @repeatable
    def withdraw(self, account: Account, external_id: str) -> Outcome:
        """Delete the status; one that is not there is gone already."""
        path = f"/api/v1/statuses/{quote(external_id, safe='')}"
        answer = _call(account, "DELETE", path)
        if answer.status != 404:
            checked(answer, _refusal)
        return gone(external_id)

    @problems
    def test(self, account: Account) -> list[Problem]:
        """Ask whether the token is good, and whether it may write."""
        answer = _call(account, "GET", "/api/v1/accounts/verify_credentials")
        said = checked(answer, _refusal).data()
        if not said.get("id"):
            sentence = _("The server does not answer as Mastodon does.")
            return [Problem("not_understood", sentence, "settings.api_base")]
        return _problems_of_rights(account)

    def limits(self, account: Account) -> dict[str, int]:
        """Return the limits of the server by Mastodon's names; those it does not tell are left out.

        Raises CallFailed.
        """
        answer = checked(_call(account, "GET", "/api/v2/instance"), _refusal)
        configuration = answer.data().get("configuration") or {}
        told = configuration.get("statuses") or {}
        names = ("max_characters", "characters_reserved_per_url", "max_media_attachments")
        return {name: told[name] for name in names if isinstance(told.get(name), int)}


def _call(account: Account, method: str, path: str, **request: Any) -> Answer:
    base = account.settings.get("api_base", "").rstrip("/")
    token = account.credentials.get("access_token", "")
    headers = {"Authorization": f"Bearer {token}", **request.pop("headers", {})}
    return call(method, f"{base}{path}", headers=headers, **request)


def _status_of(account: Account, piece: Piece, media_ids: list[str]) -> dict[str, Any]:
    visibility = piece.options.get("visibility") or account.settings.get("visibility")
    status: dict[str, Any] = {"status": piece.text, "visibility": visibility or "public"}
    if piece.language:
        status["language"] = piece.language.partition("-")[0]
    if piece.reply_to:
        status["in_reply_to_id"] = piece.reply_to
    if media_ids:
        status["media_ids"] = media_ids
    warning = piece.options.get("spoiler_text")
    if warning:
        status["spoiler_text"] = warning
    if piece.options.get("sensitive"):
        status["sensitive"] = True
    return status


def _published(status: Mapping[str, Any]) -> Outcome:
    if not status.get("id"):
        return unreadable()
    url = str(status.get("url") or "")
    return Outcome("published", external_id=str(status["id"]), url=url)


def _refusal(answer: Answer) -> Outcome:
    if answer.status == 429:
        return rate_limited(_seconds_to_reset(answer))
    if declined(answer):
        return busy(answer)
    if answer.status == 403:
        return failed("not_allowed", _("The server does not allow this account to do that."))
    if answer.status == 422:
        return failed("refused", _("The server does not accept this post; too long, perhaps."))
    return refusal_of(answer)


def _seconds_to_reset(answer: Answer) -> float | None:
    """Return the seconds until X-RateLimit-Reset, which Mastodon gives as a time in ISO 8601."""
    try:
        reset_at = datetime.fromisoformat(answer.headers.get("x-ratelimit-reset", ""))
        return max(1.0, (reset_at - timezone.now()).total_seconds())
    except (ValueError, TypeError):
        return answer.retry_after()


def _statuses(account: Account, since: datetime) -> Iterator[dict[str, Any]]:
    me = checked(_call(account, "GET", "/api/v1/accounts/verify_credentials"), _refusal).data()
    asked = {"limit": str(PAGE), "exclude_reblogs": "true"}
    path = f"/api/v1/accounts/{quote(str(me.get('id', '')), safe='')}/statuses"
    for _page in range(SEARCHED_PAGES):
        rows = checked(_call(account, "GET", path, params=asked), _refusal).json()
        if not isinstance(rows, list):
            raise CallFailed(unreadable())
        yield from (row for row in rows if not _is_older(row, since))
        if len(rows) < PAGE or _is_older(rows[-1], since):
            return
        asked["max_id"] = str(rows[-1].get("id"))


def _is_older(status: Mapping[str, Any], since: datetime) -> bool:
    try:
        return datetime.fromisoformat(str(status.get("created_at"))) < since
    except (ValueError, TypeError):
        return False


def _is_ours(account: Account, status: Mapping[str, Any], piece: Piece) -> bool:
    if str(status.get("in_reply_to_id") or "") != piece.reply_to:
        return False
    shown = text_of_html(str(status.get("content") or ""))
    if is_same_text(without_hosts(piece.text), without_hosts(shown)):
        return True
    path = f"/api/v1/statuses/{quote(str(status.get('id')), safe='')}/source"
    source = _call(account, "GET", path)
    return source.is_ok and is_same_text(piece.text, str(source.data().get("text") or ""))


def _send(account: Account, attachment: Attachment) -> str:
    answer = _call(
        account,
        "POST",
        "/api/v2/media",
        files={"file": ("file", content_of(attachment), attachment.mime_type)},
        data={"description": attachment.alt_text},
    )
    media_id = str(checked(answer, _refusal).data().get("id") or "")
    if not media_id:
        raise Ended(unreadable())
    return media_id


def _is_ready(account: Account, media_id: str) -> bool:
    """A server answers 206 while it processes a file, 422 when it could not."""
    answer = _call(account, "GET", f"/api/v1/media/{quote(media_id, safe='')}")
    return checked(answer, _refusal).status != 206


def _problems_of_rights(account: Account) -> list[Problem]:
    answer = _call(account, "GET", "/api/v1/apps/verify_credentials")
    scopes = answer.data().get("scopes")
    if not isinstance(scopes, list):
        return []
    missing = [narrow for wide, narrow in _NEEDED_SCOPES if not {wide, narrow} & set(scopes)]
    if not missing:
        return []
    sentence = _("The token lacks the rights: %(names)s.") % {"names": ", ".join(missing)}
    return [Problem("rights_missing", sentence, "credentials.access_token")]
