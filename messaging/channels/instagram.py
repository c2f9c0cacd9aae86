"""Posts on Instagram: a container is made, processed there, and only then published.

developers.facebook.com/docs/instagram-platform/content-publishing. A container is published once
at most, so that what is not known can be asked, and asked for again.
"""

import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any, ClassVar
from urllib.parse import quote

from django.utils.translation import gettext_lazy

from crisisapi.common.sentences import sentence as _
from crisisapi.common.setup import Field, Problem, check_number
from messaging.channels.base import Account, Attachment, BaseWay, Outcome, Piece, cannot_withdraw
from messaging.channels.graph import CREDENTIALS, SETTINGS, Graph, GraphRefused
from messaging.channels.http import CallFailed
from messaging.channels.platform import (
    SETTLED,
    Ended,
    absent,
    cannot_tell,
    ends,
    failed,
    gone,
    preparing,
    problems,
    repeatable,
    unreadable,
)
from messaging.channels.uploads import (
    is_image,
    is_video,
    refused_media,
    upload_each,
    wait_until_ready,
)
from messaging.rules.sameness import is_same_text

MAX_ITEMS = 10
_CONTAINER = "container:"
_COMMENT = "comment:"
_NOT_ALLOWED = "not_allowed"


class InstagramWay(BaseWay):
    """Publishes pictures, films and carousels; the later pieces of a thread are comments."""

    kind: ClassVar[str] = "instagram"
    about = gettext_lazy("Posts pictures and films to an Instagram account.")
    platforms: ClassVar[frozenset[str]] = frozenset({"instagram"})
    settles_after: ClassVar[timedelta] = SETTLED
    follow_publishes: ClassVar[bool] = True
    settings: ClassVar[tuple[Field, ...]] = (
        Field("ig_user_id", gettext_lazy("id of the account"), required=True, check=check_number),
        *SETTINGS,
    )
    credentials: ClassVar[tuple[Field, ...]] = CREDENTIALS

    @ends
    def publish(self, account: Account, piece: Piece) -> Outcome:
        """Make the container; nothing is public before `follow` finds it ready and publishes it."""
        graph = Graph(account)
        if piece.reply_to:
            return _commented(graph, piece)
        if not piece.attachments:
            return failed("media_missing", _("Instagram takes no post without a picture or film."))
        container = _container(graph, account.settings.get("ig_user_id", ""), piece)
        # The text comes along as a digest: what is published is recognised by it afterwards.
        external_id = f"{_CONTAINER}{container}:{_digest(piece.text)}"
        return Outcome("accepted", external_id=external_id)

    @ends
    def follow(self, account: Account, external_id: str) -> Outcome:
        """Publish a container that is ready; ask again about one whose publishing is not known."""
        graph, user = Graph(account), account.settings.get("ig_user_id", "")
        container, _colon, digest = external_id.removeprefix(_CONTAINER).partition(":")
        state = graph.get(quote(container, safe=""), fields="status_code").get("status_code")
        if state == "PUBLISHED":
            out = Outcome("published", external_id=external_id)
            return _published_as(graph, user, digest) or out
        if state == "FINISHED":
            return _publish_container(graph, user, container, external_id)
        if state in {"ERROR", "EXPIRED"}:
            return failed("media_refused", _("Instagram could not process a file."))
        return Outcome("accepted", external_id=external_id)

    @cannot_tell
    def find(self, account: Account, piece: Piece, *, since: datetime) -> Outcome | None:
        """Look for the text, and ask the container where one is known; publishes nothing."""
        graph = Graph(account)
        if piece.reply_to:
            return _comment_like(graph, piece) or absent()
        user = account.settings.get("ig_user_id", "")
        found = _published_as(graph, user, _digest(piece.text), since)
        if found is None and _is_out(graph, piece.external_id):
            found = Outcome("published", external_id=piece.external_id)
        return found or absent()

    @repeatable
    def withdraw(self, account: Account, external_id: str) -> Outcome:
        """Delete the post or comment, where Meta lets this account."""
        graph = Graph(account)
        if external_id.startswith(_CONTAINER):
            return cannot_withdraw() if _is_out(graph, external_id) else gone(external_id)
        try:
            said = graph.delete(quote(external_id.removeprefix(_COMMENT), safe=""))
        except GraphRefused as refused:
            # Deleting came in 2026 for accounts connected through Facebook, with a right of its
            # own; without it Meta says that it is not allowed, or that there is no such call.
            if refused.outcome.code in {_NOT_ALLOWED, "refused"}:
                return cannot_withdraw()
            raise
        return gone(external_id) if said.get("success") is True else unreadable(external_id)

    @problems
    def test(self, account: Account) -> list[Problem]:
        """Ask whose the token is, and how many posts are left of today's."""
        graph, user = Graph(account), account.settings.get("ig_user_id", "")
        graph.get(user, fields="id,username")
        said = graph.get(f"{user}/content_publishing_limit", fields="quota_usage,config")
        return _problems_of_quota((said.get("data") or [{}])[0])


def _commented(graph: Graph, piece: Piece) -> Outcome:
    if piece.attachments:
        raise refused_media(_("A comment on Instagram takes no files."))
    media = quote(piece.root or piece.reply_to, safe="")
    comment_id = graph.post(f"{media}/comments", {"message": piece.text}).get("id")
    return _as_comment(comment_id) if comment_id else unreadable()


def _as_comment(comment_id: object) -> Outcome:
    return Outcome("published", external_id=f"{_COMMENT}{comment_id}")


def _comment_like(graph: Graph, piece: Piece) -> Outcome | None:
    media = quote(piece.root or piece.reply_to, safe="")
    for comment in graph.pages(f"{media}/comments", fields="id,text", limit="50"):
        if is_same_text(piece.text, str(comment.get("text") or "")):
            return _as_comment(comment.get("id"))
    return None


def _container(graph: Graph, user: str, piece: Piece) -> str:
    with preparing():
        if len(piece.attachments) == 1:
            fields = {**_item(piece.attachments[0]), **_shown_in(piece), "caption": piece.text}
            return _made(graph, user, fields)
        return _carousel(graph, user, piece)


def _carousel(graph: Graph, user: str, piece: Piece) -> str:
    if len(piece.attachments) > MAX_ITEMS:
        raise refused_media(_("A post on Instagram takes ten files."))
    children = upload_each(piece, lambda item: _made(graph, user, _child(item)))
    for child in children:
        wait_until_ready(partial(_is_finished, graph, child))
    fields = {"media_type": "CAROUSEL", "children": ",".join(children), "caption": piece.text}
    return _made(graph, user, fields)


def _item(attachment: Attachment) -> dict[str, str]:
    if is_video(attachment):
        return {"media_type": "REELS", "video_url": attachment.url}
    if not is_image(attachment):
        raise refused_media(_("Only pictures and films can go with a post."))
    described = {"alt_text": attachment.alt_text} if attachment.alt_text else {}
    return {"image_url": attachment.url, **described}


def _shown_in(piece: Piece) -> dict[str, str]:
    """Return whether a film shows among the pictures too; Instagram's own habit unless said."""
    chosen = piece.options.get("share_to_feed")
    if chosen is None or not is_video(piece.attachments[0]):
        return {}
    return {"share_to_feed": str(bool(chosen)).lower()}


def _child(attachment: Attachment) -> dict[str, str]:
    kind = {"media_type": "VIDEO"} if is_video(attachment) else {}
    return {**_item(attachment), **kind, "is_carousel_item": "true"}


def _made(graph: Graph, user: str, fields: Mapping[str, str]) -> str:
    container = str(graph.post(f"{user}/media", fields).get("id") or "")
    if not container.isdigit():
        raise Ended(unreadable())
    return container


def _is_finished(graph: Graph, container: str) -> bool:
    state = graph.get(container, fields="status_code").get("status_code")
    if state in {"ERROR", "EXPIRED"}:
        raise refused_media(_("Instagram could not process a file."))
    return bool(state == "FINISHED")


def _is_out(graph: Graph, external_id: str) -> bool:
    if not external_id.startswith(_CONTAINER):
        return False
    container = external_id.removeprefix(_CONTAINER).partition(":")[0]
    said = graph.get(quote(container, safe=""), fields="status_code")
    return bool(said.get("status_code") == "PUBLISHED")


def _publish_container(graph: Graph, user: str, container: str, external_id: str) -> Outcome:
    """Publish; when its end is not known the container tells it next time."""
    try:
        media_id = graph.post(f"{user}/media_publish", {"creation_id": container}).get("id")
    except CallFailed as error:
        if error.outcome.result in {"unknown", "retry"}:
            return Outcome("accepted", external_id=external_id)
        raise
    if not media_id:
        return Outcome("accepted", external_id=external_id)
    return Outcome("published", external_id=str(media_id), url=_address(graph, str(media_id)))


def _address(graph: Graph, media_id: str) -> str:
    try:
        return str(graph.get(quote(media_id, safe=""), fields="permalink").get("permalink") or "")
    except CallFailed:
        return ""


def _published_as(
    graph: Graph, user: str, digest: str, since: datetime | None = None
) -> Outcome | None:
    for media in graph.pages(f"{user}/media", fields="id,caption,permalink,timestamp", limit="25"):
        if since and _is_older(media, since):
            return None
        if _digest(str(media.get("caption") or "")) == digest:
            url = str(media.get("permalink") or "")
            return Outcome("published", external_id=str(media.get("id") or ""), url=url)
    return None


def _is_older(media: Mapping[str, Any], since: datetime) -> bool:
    try:
        made = datetime.fromisoformat(str(media.get("timestamp")))
    except ValueError:
        return False
    return made < since.replace(microsecond=0)


def _digest(text: str) -> str:
    return hashlib.sha256(" ".join(text.split()).encode()).hexdigest()[:16]


def _problems_of_quota(said: Mapping[str, Any]) -> list[Problem]:
    total = (said.get("config") or {}).get("quota_total")
    used = said.get("quota_usage")
    if isinstance(total, int) and isinstance(used, int) and used >= total:
        sentence = _("All %(total)s posts of a day are used up.") % {"total": total}
        return [Problem("limit_reached", sentence)]
    return []
