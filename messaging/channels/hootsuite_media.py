"""Files for messages through Hootsuite: put where it says, then prepared there."""

from functools import partial
from typing import Any
from urllib.parse import quote

from crisisapi.common.sentences import sentence as _
from messaging.channels.base import Attachment, Piece
from messaging.channels.bearer import Bearer
from messaging.channels.http import Answer, call
from messaging.channels.platform import Ended, checked, preparing, unreadable
from messaging.channels.uploads import content_of, refused_media, upload_each, wait_until_ready

TYPES = frozenset({"video/mp4", "image/gif", "image/jpeg", "image/jpg", "image/png"})


def upload_all(session: Bearer, piece: Piece) -> list[str]:
    """Send the files of a piece and return what Hootsuite calls them; nothing is public yet."""
    if any(attachment.mime_type not in TYPES for attachment in piece.attachments):
        raise refused_media(_("Hootsuite takes MP4, GIF, JPEG and PNG."))
    with preparing():
        media_ids = upload_each(piece, partial(_send, session))
        for media_id in media_ids:
            wait_until_ready(partial(_is_ready, session, media_id))
    return media_ids


def _send(session: Bearer, attachment: Attachment) -> str:
    content = content_of(attachment)
    asked = {"sizeBytes": len(content), "mimeType": attachment.mime_type}
    place = _data(checked(session.call("POST", "/v1/media", json=asked)))
    if not place.get("id") or not place.get("uploadUrl"):
        raise Ended(unreadable())
    # The address is signed for storage elsewhere: our token is none of its business.
    headers = {"Content-Type": attachment.mime_type}
    checked(call("PUT", str(place["uploadUrl"]), content=content, headers=headers))
    return str(place["id"])


def _is_ready(session: Bearer, media_id: str) -> bool:
    said = _data(checked(session.call("GET", f"/v1/media/{quote(media_id, safe='')}")))
    return bool(said.get("state") == "READY")


def _data(answer: Answer) -> dict[str, Any]:
    said = answer.data().get("data")
    return said if isinstance(said, dict) else {}
