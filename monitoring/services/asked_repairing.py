"""Repairing who asks what: whoever is missing or too many is looked at again."""

from uuid import UUID

from django.db import connection

from monitoring.models import Mention
from monitoring.selectors.asked_recount import find_falsely_asking, find_unfolded
from monitoring.services.asked import asking_mentions
from monitoring.services.asked_due import look_at

_BATCH = 500


def find_false_asking(brand_id: UUID) -> list[UUID]:
    """Return the mentions that belong to a question and should not, or the other way round."""
    missing = find_unfolded(brand_id)
    found = find_falsely_asking(brand_id)
    for start in range(0, len(missing), _BATCH):
        rows = Mention.objects.filter(pk__in=missing[start : start + _BATCH])
        found += sorted(asking_mentions(rows))
    return found


def repair_asking(brand_id: UUID) -> None:
    """Have those looked at again that are missing or too many."""
    with connection.cursor() as cursor:
        look_at(cursor, find_false_asking(brand_id))
