"""What is stored of wordings and narratives, as far as posts that come may belong to them."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import psycopg
from django.db.models import QuerySet

from monitoring.models import Narrative as NarrativeRow
from monitoring.models import Placement, WordCount
from monitoring.models import Wording as WordingRow
from monitoring.rules.narratives.grouping import NOTHING, Wording
from monitoring.rules.narratives.likeness import APART, Narrative
from monitoring.rules.narratives.prints import Fingerprint, Printer
from monitoring.rules.narratives.terms import Background, Written, forms_of
from monitoring.rules.narratives.texts import Word

# Of wordings that belong nowhere yet, so many of the latest are compared.
LOOSE_LIMIT = 2_000
ALL_TEXTS = 0
WEEK = 7 * 24 * 3600.0


class DueRow(NamedTuple):
    """A mention that is to be placed, and where it was before."""

    mention_id: UUID
    wording_id: UUID | None
    narrative_id: UUID | None
    started_at: datetime | None
    counted: str
    text: str
    published_at: datetime
    sentiment: str
    author_key: int | None
    removed_at: datetime | None


_TAKE = """
SELECT p.mention_id, p.wording_id, p.narrative_id, p.started_at, p.sentiment, m.text,
    m.published_at, m.sentiment, m.author_key, m.removed_at
FROM monitoring_placement p JOIN monitoring_mention m ON m.id = p.mention_id
WHERE p.brand_id = %s AND p.is_due AND m.analysed_at IS NOT NULL
ORDER BY p.mention_id LIMIT %s FOR NO KEY UPDATE OF m SKIP LOCKED
"""
_WORDING = "id, narrative_id, exact, bands, minima, terms, mentions, first_at, last_at"
_SAME = f"""
SELECT {_WORDING} FROM monitoring_wording WHERE id = ANY(%(ids)s)
UNION
SELECT {_WORDING} FROM monitoring_wording
WHERE brand_id = %(brand)s AND exact = ANY(%(exact)s)
UNION
SELECT {_WORDING} FROM monitoring_wording
WHERE brand_id = %(brand)s AND bands && %(bands)s::bigint[]
    AND last_at >= %(since)s AND first_at <= %(until)s
"""  # noqa: S608 - only names of columns are put in
_LOOSE = f"""
SELECT {_WORDING} FROM monitoring_wording
WHERE brand_id = %(brand)s AND narrative_id IS NULL AND terms && %(terms)s::bigint[]
    AND last_at >= %(since)s AND first_at <= %(until)s
ORDER BY id DESC LIMIT %(limit)s
"""  # noqa: S608
_NARRATIVES = """
SELECT id, term_numbers, term_counts, compared, first_at, last_at FROM monitoring_narrative
WHERE brand_id = %(brand)s AND (id = ANY(%(ids)s) OR (
    last_at >= %(since)s AND first_at <= %(until)s AND term_numbers && %(terms)s::bigint[]
))
ORDER BY id
"""


@dataclass(frozen=True)
class Span:
    """The brand, and between which times what is stored may be met."""

    brand_id: UUID
    since: datetime
    until: datetime

    @classmethod
    def around(cls, brand_id: UUID, times: Collection[datetime]) -> "Span":
        """Return the span around posts said at these times."""
        return cls(brand_id, min(times) - APART, max(times) + APART)


def due_brands() -> list[UUID]:
    """Return the brands with mentions that are to be placed."""
    due = Placement.objects.filter(is_due=True).order_by("brand_id")
    return list(due.values_list("brand_id", flat=True).distinct())


def take_due(cursor: psycopg.Cursor[Any], brand_id: UUID, limit: int) -> list[DueRow]:
    """Lock and return mentions that are to be placed, in the order they came."""
    cursor.execute(_TAKE, [brand_id, limit])
    return [DueRow._make(row) for row in cursor.fetchall()]


def known_texts(brand_id: UUID, exact: Iterable[int]) -> set[int]:
    """Return those of some texts that were said before, letter by letter."""
    rows = WordingRow.objects.filter(brand_id=brand_id, exact__in=list(exact))
    return {one for one in rows.values_list("exact", flat=True) if one is not None}


def load_background(
    brand_id: UUID, printer: Printer, words: Iterable[Word], *, at: datetime
) -> Background:
    """Return how often these words, and what they may be forms of, were written by then."""
    numbers = {printer.number(form) for word in words for form in forms_of(word.form)}
    return _background(brand_id, printer, numbers, at)


def read_counts(brand_id: UUID, numbers: Iterable[int], *, at: datetime) -> dict[int, Written]:
    """Return in how many texts each of some words stood, and of those of more than a week ago.

    That is: before the week that came before the one of `at`.
    """
    rows = WordCount.objects.filter(brand_id=brand_id, word__in=list(numbers))
    week = week_of(at)
    return {one.word: Written(one.texts, _before(one, week)) for one in rows}


def _before(count: WordCount, week: int) -> int:
    if count.week < week - 1:
        return count.texts
    return count.before_week if count.week == week - 1 else count.before_last


def week_of(at: datetime) -> int:
    """Return the number of a week, counted from the epoch."""
    return int(at.timestamp() // WEEK)


def background_of(
    brand_id: UUID, printer: Printer, narratives: Iterable[NarrativeRow], *, at: datetime
) -> Background:
    """Return how often the words that narratives are compared by were written by then."""
    numbers = {number for one in narratives for number in one.term_numbers}
    return _background(brand_id, printer, numbers, at)


def _background(
    brand_id: UUID, printer: Printer, numbers: Collection[int], at: datetime
) -> Background:
    written = read_counts(brand_id, {ALL_TEXTS, *numbers}, at=at)
    posts = written.pop(ALL_TEXTS, None)
    return Background(printer.number, posts=posts, written=written)


def narratives_beside(row: NarrativeRow) -> QuerySet[NarrativeRow]:
    """Return the other narratives of a brand that were told near it, with a word in common."""
    return NarrativeRow.objects.filter(
        brand_id=row.brand_id,
        merged_into=None,
        term_numbers__overlap=row.term_numbers,
        last_at__gte=row.first_at - APART,
        first_at__lte=row.last_at + APART,
    ).exclude(pk=row.pk)


def as_narrative(row: NarrativeRow) -> Narrative:
    """Return what is known of a narrative by its words."""
    return _narrative(
        row.pk, row.term_numbers, row.term_counts, row.compared, row.first_at, row.last_at
    )


def load_wordings(
    cursor: psycopg.Cursor[Any],
    span: Span,
    *,
    ids: Iterable[UUID],
    prints: Sequence[Fingerprint],
    terms: Iterable[int],
) -> list[Wording]:
    """Return the wordings named, those that may be repeated, and loose ones with these words."""
    values = {
        "brand": span.brand_id,
        "since": span.since,
        "until": span.until,
        "ids": list(ids),
        "exact": [one.exact for one in prints],
        "bands": sorted({band for one in prints for band in one.bands}),
        "terms": sorted(set(terms)),
        "limit": LOOSE_LIMIT,
    }
    found: dict[UUID, Wording] = {}
    for statement in (_SAME, _LOOSE):
        cursor.execute(statement, values)
        found |= {row[0]: _wording(row) for row in cursor.fetchall()}
    return sorted(found.values(), key=lambda one: one.id)


def load_narratives(
    cursor: psycopg.Cursor[Any], span: Span, *, ids: Iterable[UUID], terms: Iterable[int]
) -> list[Narrative]:
    """Return the narratives named, and those that are told with any of these words."""
    values = {
        "brand": span.brand_id,
        "since": span.since,
        "until": span.until,
        "ids": list(ids),
        "terms": sorted(set(terms)),
    }
    cursor.execute(_NARRATIVES, values)
    return [_narrative(*row) for row in cursor.fetchall()]


def _wording(row: tuple[Any, ...]) -> Wording:
    pk, narrative_id, exact, bands, minima, terms, mentions, first_at, last_at = row
    print_ = NOTHING if exact is None else Fingerprint(exact, tuple(bands), bytes(minima))
    return Wording(pk, print_, tuple(terms), first_at, last_at, narrative_id, mentions)


def _narrative(
    pk: UUID,
    numbers: list[int],
    counts: list[int],
    compared: int,
    first_at: datetime,
    last_at: datetime,
) -> Narrative:
    terms = Counter(dict(zip(numbers, counts, strict=True)))
    return Narrative(pk, terms, compared, first_at, last_at, is_new=False)
