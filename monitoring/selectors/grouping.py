"""What is stored of wordings and narratives, as far as posts that come may belong to them."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import psycopg

from monitoring.models import Placement, WordCount
from monitoring.models import Wording as WordingRow
from monitoring.rules.narratives.grouping import APART, NOTHING, Narrative, Wording
from monitoring.rules.narratives.prints import Fingerprint, Printer
from monitoring.rules.narratives.terms import Background, forms_of
from monitoring.rules.narratives.texts import Word

# Of wordings that belong nowhere yet, so many of the latest are compared.
LOOSE_LIMIT = 2_000
ALL_TEXTS = 0


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


def load_background(brand_id: UUID, printer: Printer, words: Iterable[Word]) -> Background:
    """Return how often these words, and what they may be forms of, were written before."""
    numbers = {printer.number(form) for word in words for form in forms_of(word.form)}
    written = read_counts(brand_id, {ALL_TEXTS, *numbers})
    documents = written.pop(ALL_TEXTS, 0)
    return Background(printer.number, documents=documents, written=written)


def read_counts(brand_id: UUID, numbers: Iterable[int]) -> dict[int, int]:
    """Return in how many texts each of some words stood."""
    rows = WordCount.objects.filter(brand_id=brand_id, word__in=list(numbers))
    return dict(rows.values_list("word", "texts"))


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
