"""Which queries find a mention: the compiled queries of a brand, kept while none changes."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from uuid import UUID

import structlog
from django.db.models import Sum

from monitoring.models import Query
from monitoring.rules.queries import (
    Compiled,
    ExpressionError,
    Matcher,
    compile_query,
)
from monitoring.selectors.documents import document_of
from monitoring.services.reading import Reading

log = structlog.get_logger(__name__)

BRANDS_KEPT = 64


def matched(rows: Sequence[Reading]) -> list[Reading]:
    """Return rows with the queries that find them now; those that are gone stay as they are.

    Rows have to be locked before: whoever changes a query counts on it (ADR 16).
    """
    revisions = _revisions({row.brand_id for row in rows})
    return [
        row if row.removed_at else row._replace(query_ids=_found(row, revisions.get(row.brand_id)))
        for row in rows
    ]


def rematched(rows: Sequence[Reading], query: Query) -> list[Reading]:
    """Return rows as one query finds them now; what other queries found stays."""
    matcher = _compiled([(query.pk, query.expression)])
    return [
        row
        if row.removed_at
        else row._replace(
            query_ids=sorted(
                {*row.query_ids} - {query.pk} | {*matcher.match(document_of(row, text=row.text))}
            )
        )
        for row in rows
    ]


def _revisions(brand_ids: Iterable[UUID]) -> dict[UUID, int]:
    """Return a number for the queries of each brand that rises with every change of one."""
    rows = Query.objects.filter(brand_id__in=brand_ids).order_by().values_list("brand_id")
    return dict(rows.annotate(Sum("version")))


def _found(row: Reading, revision: int | None) -> list[UUID]:
    if revision is None:
        return []
    return sorted(_matcher(row.brand_id, revision).match(document_of(row, text=row.text)))


@lru_cache(maxsize=BRANDS_KEPT)
def _matcher(brand_id: UUID, _revision: int) -> Matcher[UUID]:
    active = Query.objects.active().filter(brand_id=brand_id)
    return _compiled(active.values_list("pk", "expression"))


def _compiled(queries: Iterable[tuple[UUID, str]]) -> Matcher[UUID]:
    """Compile queries; one that is no expression any more finds nothing, and stops no other."""
    compiled: dict[UUID, Compiled] = {}
    for query_id, expression in queries:
        try:
            compiled[query_id] = compile_query(expression)
        except ExpressionError:
            log.warning("query.unreadable", query=str(query_id))
    return Matcher(compiled)
