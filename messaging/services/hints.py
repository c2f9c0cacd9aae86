"""Hints that something happened to a post: the platform is asked at once what it was."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from messaging.models import PartStatus, PublicationPart

# Asking about these does no harm, and their outcome is still open.
_ASKED_ABOUT = (PartStatus.ACCEPTED, PartStatus.UNKNOWN)


def ask_soon(*, brand_id: UUID, kind: str, external_ids: Sequence[str], now: datetime) -> int:
    """Have the platform asked now what became of posts of these ids; returns how many.

    A hint changes no status: it may come from anybody who knows the address it comes to.
    """
    later = Q(next_attempt_at__isnull=True) | Q(next_attempt_at__gt=now)
    hinted = PublicationPart.objects.filter(
        later,
        publication__brand_id=brand_id,
        publication__channel__kind=kind,
        external_id__in=external_ids,
        status__in=_ASKED_ABOUT,
    )
    return hinted.update(next_attempt_at=now)
