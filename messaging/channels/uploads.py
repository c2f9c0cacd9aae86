"""Files that go to a platform before the post that shows them."""

import time
from collections.abc import Callable, Sequence

from django.conf import settings
from django.core.cache import cache

from crisisapi.common.sentences import sentence as _
from messaging.channels.base import Attachment, Outcome, Piece
from messaging.channels.platform import Ended

# Shorter than any platform forgets an upload that no post shows (X: a day).
KEPT_SECONDS = 30 * 60
COME_AGAIN_SECONDS = 30.0


def upload_each(piece: Piece, upload: Callable[[Attachment], str]) -> list[str]:
    """Return what the platform calls each file, from an earlier attempt where there was one.

    Only saves a second upload: when the cache has forgotten, the file is sent again.
    """
    return [
        _upload_once(f"channel-upload:{piece.key}:{number}", attachment, upload)
        for number, attachment in enumerate(piece.attachments)
    ]


def _upload_once(name: str, attachment: Attachment, upload: Callable[[Attachment], str]) -> str:
    known: str | None = cache.get(name)
    if known is None:
        known = upload(attachment)
        cache.set(name, known, KEPT_SECONDS)
    return known


def wait_until_ready(is_ready: Callable[[], bool], *, pause: float = 1.0) -> None:
    """Ask until a file is processed; end the attempt, to come again, when that takes long.

    An attempt waits as long for a file as for an answer.
    """
    end = time.monotonic() + settings.OUTBOUND_PATIENCE_SECONDS
    while not is_ready():
        if time.monotonic() + pause > end:
            error = _("The platform is still processing a file.")
            raise Ended(
                Outcome(
                    "retry", code="media_processing", error=error, retry_after=COME_AGAIN_SECONDS
                )
            )
        time.sleep(pause)


def content_of(attachment: Attachment) -> bytes:
    """Return the bytes of a file; ends the attempt, before anything is sent, when they are lost."""
    try:
        return attachment.open()
    except Exception as lost:
        error = _("A file that goes with the post cannot be read.")
        raise Ended(Outcome("retry", code="media_lost", error=error)) from lost


def is_video(attachment: Attachment) -> bool:
    """Say whether a file is a film."""
    return attachment.mime_type.startswith("video/")


def is_image(attachment: Attachment) -> bool:
    """Say whether a file is a picture, moving ones included."""
    return attachment.mime_type.startswith("image/")


def refused_media(error: str) -> Ended:
    """Return the end of an attempt whose files the platform cannot show."""
    return Ended(Outcome("failed", code="media_refused", error=error))


def require_pictures_or_one_film(attachments: Sequence[Attachment], *, pictures: int) -> None:
    """Refuse what cannot stand in one post: too many pictures, two films, or both kinds."""
    films = sum(map(is_video, attachments))
    others = len(attachments) - films
    if sum(map(is_image, attachments)) != others:
        raise refused_media(_("Only pictures and films can go with a post."))
    if films > 1 or (films and others) or others > pictures:
        raise refused_media(
            _("One post takes %(pictures)s pictures or one film.") % {"pictures": pictures}
        )
