"""Which authors are the brand itself: its accounts, and whoever wrote what it published."""

from uuid import UUID

from messaging.models import Channel, Publication, PublicationPart
from monitoring.models import Mention, Source
from monitoring.rules.forgetting import plain_handle

# The latest publications, and as many parts of them, by which an account is known as ours.
PUBLICATIONS_LIMIT = 500


def own_authors(brand_id: UUID) -> set[int]:
    """Return the numbers of the accounts of a brand, as far as mentions tell.

    An account is known by the `handle` in the settings of a channel, or as the author of one of
    our posts.
    """
    said = Mention.objects.filter(brand_id=brand_id, author_key__isnull=False)
    found: set[int | None] = set()
    for platform, handle in _handles(brand_id):
        by_us = said.filter(platform=platform).by_handle(handle)
        found |= set(by_us.order_by().values_list("author_key", flat=True).distinct())
    for platform, names in _published(brand_id).items():
        # By source, since that is what the index of ids begins with.
        sources = Source.objects.filter(brand_id=brand_id)
        ours = said.filter(platform=platform, source__in=sources, external_id__in=names)
        found |= set(ours.values_list("author_key", flat=True))
    return {key for key in found if key is not None}


def _handles(brand_id: UUID) -> set[tuple[str, str]]:
    channels = Channel.objects.filter(brand_id=brand_id, settings__has_key="handle")
    rows = channels.values_list("platform", "settings__handle")
    return {(platform, plain_handle(str(handle))) for platform, handle in rows if handle}


def _published(brand_id: UUID) -> dict[str, list[str]]:
    """Return what the latest publications are called, by platform."""
    whole = Publication.objects.filter(brand_id=brand_id).exclude(external_id="")
    parts = PublicationPart.objects.filter(publication__brand_id=brand_id).exclude(external_id="")
    rows = [
        *whole.order_by("-pk").values_list("channel__platform", "external_id")[:PUBLICATIONS_LIMIT],
        *parts.order_by("-pk").values_list("publication__channel__platform", "external_id")[
            :PUBLICATIONS_LIMIT
        ],
    ]
    found: dict[str, list[str]] = {}
    for platform, external_id in rows:
        found.setdefault(platform, []).append(external_id)
    return found
