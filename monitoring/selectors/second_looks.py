"""What second looks found, counted beside what the first ones did."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Min

from monitoring.models import SecondLook


@dataclass
class Compared:
    """By what was found before and by the second look; "" where the model could not tell."""

    pairs: dict[tuple[str, str], int] = field(default_factory=dict)

    @property
    def looked(self) -> int:
        """How many mentions were looked at again."""
        return sum(self.pairs.values())

    @property
    def undecided(self) -> int:
        """How many of them the model could not judge."""
        return sum(count for (_before, after), count in self.pairs.items() if not after)

    @property
    def agreed(self) -> int:
        """How many of them stayed what they were."""
        return sum(count for (before, after), count in self.pairs.items() if before == after)


def compare_looks(
    *, brand_id: UUID, since: datetime | None = None, until: datetime | None = None
) -> dict[tuple[str, str], Compared]:
    """Return what both looks found, by model and reason, of those finished in a stretch of time."""
    rows = SecondLook.objects.filter(brand_id=brand_id, finished_at__isnull=False)
    if since is not None:
        rows = rows.filter(finished_at__gte=since)
    if until is not None:
        rows = rows.filter(finished_at__lt=until)
    by = ("analyser", "reason", "first_sentiment", "sentiment")
    compared: dict[tuple[str, str], Compared] = defaultdict(Compared)
    for analyser, reason, before, after, count in rows.values_list(*by).annotate(n=Count("pk")):
        compared[analyser, reason].pairs[before, after] = count
    return dict(compared)


def count_waiting(*, brand_id: UUID) -> tuple[int, datetime | None]:
    """Return how many mentions of a brand wait for a second look, and since when."""
    due = SecondLook.objects.due().filter(brand_id=brand_id)
    found = due.aggregate(count=Count("pk"), since=Min("asked_at"))
    return found["count"], found["since"]
