"""What a query would find: tried on the newest mentions, before it is saved."""

from datetime import datetime, timedelta
from itertools import accumulate
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models.functions import Left

from monitoring.models import Mention
from monitoring.rules.intervals import Share, share
from monitoring.rules.queries import Compiled, Reading
from monitoring.rules.queries.highlighting import marked
from monitoring.rules.queries.words import Span
from monitoring.rules.windows import HOUR, align
from monitoring.selectors.documents import document_of
from monitoring.selectors.metrics import read_counts

# So many mentions are read at most, so much of each and of all of them, and so many shown.
READ = 5_000
CHARACTERS, ALL_CHARACTERS = 4_000, 4_000_000
SHOWN = 10
EXCERPT, BEFORE = 600, 100


class Example(NamedTuple):
    """A mention that matches; `marks` are places in the excerpt, counted in characters."""

    id: UUID
    platform: str
    author_handle: str
    published_at: datetime
    excerpt: str
    marks: list[Span]


class Preview(NamedTuple):
    """What was found among the mentions read; `read_from` is when the oldest of them was said.

    `share` and `per_day` have 95 % intervals; both are None when nothing was read.
    """

    mentions: int
    read: int
    read_from: datetime | None
    matched: int
    share: Share | None
    per_day: Share | None
    examples: list[Example]


def preview_query(*, query: Compiled, brand_id: UUID, days: int, now: datetime) -> Preview:
    """Try a query on the mentions of a brand's last days: on the newest when there are many."""
    start = now - timedelta(days=days)
    rows, is_all = _newest(brand_id, start, now)
    matching = [row for row in rows if query.matches(Reading(document_of(row, text=row.said)))]
    mentions = len(rows) if is_all else max(len(rows), _volume(brand_id, start, now))
    found = share(len(matching), len(rows))
    return Preview(
        mentions=mentions,
        read=len(rows),
        read_from=rows[-1].published_at if rows else None,
        matched=len(matching),
        share=found,
        per_day=_times(found, mentions / days),
        examples=[_example(row, query) for row in matching[:SHOWN]],
    )


_COLUMNS = (
    "id", "platform", "language", "sentiment", "emotions", "intents", "author_handle",
    "author_name", "author_followers", "published_at",
)  # fmt: skip


def _newest(brand_id: UUID, start: datetime, now: datetime) -> tuple[list[Any], bool]:
    """Return the newest mentions that can be read at once, and whether those are all."""
    said = Mention.objects.during(brand_id=brand_id, start=start, end=now)
    there = said.filter(removed_at=None).order_by("-published_at", "-id")
    read = there.annotate(said=Left("text", CHARACTERS)).values_list(*_COLUMNS, "said", named=True)
    rows = list(read[: READ + 1])
    lengths = accumulate(len(row.said) for row in rows[:READ])
    fitting = rows[: sum(length <= ALL_CHARACTERS for length in lengths)]
    return fitting, len(fitting) == len(rows)


def _volume(brand_id: UUID, start: datetime, now: datetime) -> int:
    """Return how many mentions there were; counted hours at both ends are taken whole."""
    window = align(start, now, HOUR)
    return read_counts(brand_id=brand_id, window=window).mentions


def _times(found: Share | None, count: float) -> Share | None:
    if found is None:
        return None
    return Share(found.value * count, found.low * count, found.high * count)


def _example(row: Any, query: Compiled) -> Example:
    marks = marked(query.tree, row.said)
    start = max(0, marks[0].start - BEFORE) if marks else 0
    excerpt = row.said[start : start + EXCERPT]
    inside = [Span(one.start - start, one.end - start) for one in marks]
    return Example(
        id=row.id,
        platform=row.platform,
        author_handle=row.author_handle,
        published_at=row.published_at,
        excerpt=excerpt,
        marks=[one for one in inside if one.end <= len(excerpt)],
    )
