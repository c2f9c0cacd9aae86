"""Files for posts on X: sent in chunks, processed there, described for those who cannot see."""

from functools import partial
from typing import Any
from urllib.parse import quote

from crisisapi.common.sentences import sentence as _
from messaging.channels.base import Attachment, Piece
from messaging.channels.bearer import Bearer
from messaging.channels.http import Answer
from messaging.channels.platform import Ended, checked, preparing, unreadable
from messaging.channels.uploads import (
    content_of,
    is_video,
    refused_media,
    require_pictures_or_one_film,
    upload_each,
    wait_until_ready,
)

MAX_PICTURES = 4
# X takes chunks of up to 5 MB.
CHUNK_BYTES = 4 * 1024 * 1024


def upload_all(session: Bearer, piece: Piece) -> list[str]:
    """Send the files of a piece and return what X calls them; nothing of it is public yet."""
    require_pictures_or_one_film(piece.attachments, pictures=MAX_PICTURES)
    with preparing():
        media_ids = upload_each(piece, partial(_send, session))
        for media_id, attachment in zip(media_ids, piece.attachments, strict=True):
            if is_video(attachment) or attachment.mime_type == "image/gif":
                wait_until_ready(partial(_is_ready, session, media_id))
    return media_ids


def _send(session: Bearer, attachment: Attachment) -> str:
    content = content_of(attachment)
    begun = {
        "media_type": attachment.mime_type,
        "media_category": _category(attachment),
        "total_bytes": len(content),
    }
    media_id = _id_of(checked(session.call("POST", "/2/media/upload/initialize", json=begun)))
    for segment, start in enumerate(range(0, len(content), CHUNK_BYTES)):
        checked(
            session.call(
                "POST",
                f"/2/media/upload/{media_id}/append",
                data={"segment_index": str(segment)},
                files={"media": ("chunk", content[start : start + CHUNK_BYTES])},
            )
        )
    checked(session.call("POST", f"/2/media/upload/{media_id}/finalize"))
    _describe(session, media_id, attachment)
    return media_id


def _describe(session: Bearer, media_id: str, attachment: Attachment) -> None:
    if not attachment.alt_text or is_video(attachment):
        return
    described = {"id": media_id, "metadata": {"alt_text": {"text": attachment.alt_text}}}
    checked(session.call("POST", "/2/media/metadata", json=described))


def _is_ready(session: Bearer, media_id: str) -> bool:
    asked = {"command": "STATUS", "media_id": media_id}
    said = _data(checked(session.call("GET", "/2/media/upload", params=asked)))
    state = (said.get("processing_info") or {}).get("state", "succeeded")
    if state == "failed":
        raise refused_media(_("X could not process a file."))
    return bool(state == "succeeded")


def _category(attachment: Attachment) -> str:
    if is_video(attachment):
        return "tweet_video"
    return "tweet_gif" if attachment.mime_type == "image/gif" else "tweet_image"


def _id_of(answer: Answer) -> str:
    media_id = str(_data(answer).get("id", ""))
    if not media_id:
        raise Ended(unreadable())
    return quote(media_id, safe="")


def _data(answer: Answer) -> dict[str, Any]:
    said = answer.data().get("data")
    return said if isinstance(said, dict) else {}
