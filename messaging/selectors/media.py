"""The bytes of pictures and films, read only where somebody needs them."""

from uuid import UUID

from messaging.models import OPEN_STATUSES, MediaAsset, MediaFile, Publication


def file_of(asset: MediaAsset) -> bytes | None:
    """Return the content of a file kept here, None for one at an address of its own."""
    stored = MediaFile.objects.filter(asset=asset).first()
    return None if stored is None else bytes(stored.content)


def needed_now(token: UUID) -> MediaAsset | None:
    """Return the file behind a public address while a publication on its way shows it."""
    asset = MediaAsset.objects.filter(token=token, url="").first()
    if asset is None:
        return None
    messages = asset.uses.values("variant__message_id")
    on_their_way = Publication.objects.filter(message_id__in=messages, status__in=OPEN_STATUSES)
    return asset if on_their_way.exists() else None
