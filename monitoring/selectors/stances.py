"""What an author said day by day, and how they stand."""

from dataclasses import dataclass, fields
from datetime import date

from monitoring.models import Author, AuthorDay
from monitoring.rules.intervals import Share, share
from monitoring.rules.stance import alignment_of, stance_of

DAYS_SHOWN = 90


@dataclass(frozen=True)
class StanceDay:
    """What was said on one day, of UTC; the shares are of what was read and felt something."""

    day: date
    mentions: int
    positive: int
    neutral: int
    negative: int
    repeats: int
    agrees: int
    disputes: int

    @property
    def alignment(self) -> Share | None:
        """The share that repeats a key message and does not dispute it."""
        return alignment_of(repeats=self.repeats, disputes=self.disputes, mentions=self.mentions)

    @property
    def negative_share(self) -> Share | None:
        """The share of negative mentions among those of known sentiment."""
        return share(self.negative, self.positive + self.neutral + self.negative)

    @property
    def positive_share(self) -> Share | None:
        """The share of positive mentions among those of known sentiment."""
        return share(self.positive, self.positive + self.neutral + self.negative)


def read_stance_days(author: Author) -> list[StanceDay]:
    """Return the last ninety days on which an author was heard, the first of them first."""
    days = AuthorDay.objects.filter(brand_id=author.brand_id, author_key=author.key)
    rows = days.filter(mentions__gt=0).order_by("-day")[:DAYS_SHOWN]
    names = [field.name for field in fields(StanceDay)]
    return [StanceDay(**{name: getattr(row, name) for name in names}) for row in reversed(rows)]


def overall_stance(author: Author) -> str:
    """Return how an author stands, from all that is counted of them."""
    return stance_of(positive=author.positive, neutral=author.neutral, negative=author.negative)
