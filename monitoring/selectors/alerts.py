"""What is shown of an alert: who drives it, and what it is about."""

from collections.abc import Iterable
from uuid import UUID

from monitoring.models import Alert, Author, Mention


def authors_of(alert: Alert) -> list[Author]:
    """Return who drives an alert, the most first; without those who are forgotten."""
    rows = Author.objects.heard().filter(brand_id=alert.brand_id, key__in=alert.author_keys)
    found = {author.key: author for author in rows.select_related("brand").named()}
    named = (found.get(key) for key in alert.author_keys)
    return [author for author in named if author is not None and author.known]  # type: ignore[attr-defined]  # by named()


def examples_of(alert: Alert) -> list[Mention]:
    """Return mentions that show what an alert is about, as far as they are still there."""
    rows = Mention.objects.filter(brand_id=alert.brand_id, removed_at=None).exclude(text="")
    found = rows.select_related("brand").in_bulk(_ids(alert.example_ids))
    return [found[pk] for pk in _ids(alert.example_ids) if pk in found]


def _ids(said: Iterable[str]) -> list[UUID]:
    return [UUID(one) for one in said]
