"""Posts on a Facebook Page.

developers.facebook.com/docs/pages-api/posts and …/docs/graph-api/reference/page/feed.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any, ClassVar
from urllib.parse import quote

from django.utils.translation import gettext_lazy

from crisisapi.common.sentences import sentence as _
from crisisapi.common.setup import Field, Problem, check_number
from messaging.channels.base import Account, Attachment, BaseWay, Outcome, Piece
from messaging.channels.graph import CREDENTIALS, SETTINGS, Graph, GraphRefused
from messaging.channels.platform import (
    SETTLED,
    SKEW,
    Ended,
    absent,
    cannot_tell,
    ends,
    failed,
    gone,
    preparing,
    problems,
    repeatable,
    text_with_link,
    unreadable,
)
from messaging.channels.uploads import (
    content_of,
    is_video,
    refused_media,
    require_pictures_or_one_film,
    upload_each,
)
from messaging.rules.record_keys import made_at
from messaging.rules.sameness import is_same_text

MAX_PICTURES = 10
_FILM = "video:"


class FacebookWay(BaseWay):
    """Publishes posts with pictures or a film; the later pieces of a thread are comments."""

    kind: ClassVar[str] = "facebook"
    about = gettext_lazy("Posts to a Facebook Page, with pictures or a film.")
    platforms: ClassVar[frozenset[str]] = frozenset({"facebook"})
    settles_after: ClassVar[timedelta] = SETTLED
    settings: ClassVar[tuple[Field, ...]] = (
        Field("page_id", gettext_lazy("id of the Page"), required=True, check=check_number),
        *SETTINGS,
    )
    credentials: ClassVar[tuple[Field, ...]] = CREDENTIALS

    @ends
    def publish(self, account: Account, piece: Piece) -> Outcome:
        """Post once; a refusal as a duplicate is looked into, for the post may be ours."""
        graph = Graph(account)
        require_pictures_or_one_film(piece.attachments, pictures=MAX_PICTURES)
        try:
            return _post(graph, account, piece)
        except GraphRefused as refused:
            since = made_at(piece.key)
            if not refused.is_duplicate or since is None:
                raise
            return _look_for(graph, account, piece, since) or refused.outcome

    @cannot_tell
    def find(self, account: Account, piece: Piece, *, since: datetime) -> Outcome | None:
        """Look for the text among what the Page posted."""
        return _look_for(Graph(account), account, piece, since) or absent()

    @ends
    def follow(self, account: Account, external_id: str) -> Outcome:
        """Ask how far the processing of a film is."""
        video_id = external_id.removeprefix(_FILM)
        said = Graph(account).get(quote(video_id, safe=""), fields="status,permalink_url")
        status = said.get("status") or {}
        state = status.get("video_status") if isinstance(status, dict) else status
        if state == "ready":
            return Outcome("published", external_id=video_id, url=_address(said, video_id))
        if state in {"error", "expired"}:
            return failed("media_refused", _("Facebook could not process a file."))
        return Outcome("accepted", external_id=external_id)

    @repeatable
    def withdraw(self, account: Account, external_id: str) -> Outcome:
        """Delete the post or comment."""
        said = Graph(account).delete(quote(external_id.removeprefix(_FILM), safe=""))
        return gone(external_id) if said.get("success") is True else unreadable(external_id)

    @problems
    def test(self, account: Account) -> list[Problem]:
        """Ask whose the token is, and whether it may post for the Page."""
        graph, page = Graph(account), account.settings.get("page_id", "")
        said = graph.get("me", fields="id,name")
        if str(said.get("id")) != page:
            sentence = _("The token is not the Page's own, but that of: %(name)s.")
            named = sentence % {"name": said.get("name") or said.get("id")}
            return [Problem("other_account", named, "settings.page_id")]
        return _problems_of_page(graph, page)


def _post(graph: Graph, account: Account, piece: Piece) -> Outcome:
    page = account.settings.get("page_id", "")
    if piece.reply_to:
        return _commented(graph, piece)
    if any(map(is_video, piece.attachments)):
        return _filmed(graph, page, piece)
    fields = {"message": _message_of(piece), **_attached(graph, page, piece)}
    if piece.options.get("link") and not piece.attachments:
        fields["link"] = str(piece.options["link"])
    said = graph.post(f"{page}/feed", fields)
    return _published(said)


def _message_of(piece: Piece) -> str:
    """Return the text; pictures and films leave no place for the preview of a link."""
    return text_with_link(piece) if piece.attachments else piece.text


def _commented(graph: Graph, piece: Piece) -> Outcome:
    if len(piece.attachments) > 1 or any(map(is_video, piece.attachments)):
        raise refused_media(_("A comment takes one picture."))
    fields = {"message": piece.text}
    if piece.attachments:
        fields["attachment_url"] = piece.attachments[0].url
    return _published(
        graph.post(f"{quote(piece.root or piece.reply_to, safe='')}/comments", fields)
    )


def _filmed(graph: Graph, page: str, piece: Piece) -> Outcome:
    film = piece.attachments[0]
    fields = {"description": _message_of(piece), "file_url": film.url}
    if piece.title:
        fields["title"] = piece.title
    said = graph.post(f"{page}/videos", fields)
    if not said.get("id"):
        return unreadable()
    return Outcome("accepted", external_id=f"{_FILM}{said['id']}")


def _attached(graph: Graph, page: str, piece: Piece) -> dict[str, str]:
    """Send the pictures unpublished, and return the fields that show them in a post."""
    with preparing():
        ids = upload_each(piece, partial(_send, graph, page))
    return {
        f"attached_media[{number}]": f'{{"media_fbid":"{media_id}"}}'
        for number, media_id in enumerate(ids)
    }


def _send(graph: Graph, page: str, picture: Attachment) -> str:
    fields = {"published": "false"}
    if picture.alt_text:
        fields["alt_text_custom"] = picture.alt_text
    files = {"source": ("picture", content_of(picture), picture.mime_type)}
    media_id = graph.post(f"{page}/photos", fields, files=files).get("id")
    if not isinstance(media_id, str) or not media_id.isdigit():
        raise Ended(unreadable())
    return media_id


def _look_for(graph: Graph, account: Account, piece: Piece, since: datetime) -> Outcome | None:
    start = str(int((since - SKEW).timestamp()))
    asked = {"limit": "100", "fields": "id,message,created_time,permalink_url"}
    if piece.reply_to:
        path = f"{quote(piece.root or piece.reply_to, safe='')}/comments"
        asked |= {"filter": "stream", "order": "reverse_chronological"}
    else:
        path = f"{account.settings.get('page_id', '')}/published_posts"
        asked |= {"since": start}
    for post in graph.pages(path, **asked):
        if is_same_text(_message_of(piece), str(post.get("message") or "")):
            return _published(post)
    return None


def _published(said: Mapping[str, Any]) -> Outcome:
    # A single picture is answered with `id` and `post_id`.
    post_id = str(said.get("post_id") or said.get("id") or "")
    if not post_id:
        return unreadable()
    return Outcome("published", external_id=post_id, url=_address(said, post_id))


def _address(said: Mapping[str, Any], post_id: str) -> str:
    address = str(said.get("permalink_url") or post_id)
    return address if "://" in address else f"https://www.facebook.com/{address.lstrip('/')}"


def _problems_of_page(graph: Graph, page: str) -> list[Problem]:
    try:
        said = graph.get(page, fields="id,is_published,can_post")
    except GraphRefused as refused:
        # Not every token may ask this; one that may not can post all the same.
        if refused.outcome.code in {"refused", "not_allowed"}:
            return []
        raise
    found = []
    if said.get("is_published") is False:
        found.append(Problem("page_hidden", _("The Page is not published.")))
    if said.get("can_post") is False:
        sentence = _("The token may not create content for the Page.")
        found.append(Problem("rights_missing", sentence, "credentials.access_token"))
    return found
