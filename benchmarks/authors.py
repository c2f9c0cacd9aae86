"""What counting, finding and ranking authors costs, with few mentions and with many.

Two brands share the tables, each with an incident of a day. Every third mention answers one of
the thousand before it, and every second one says what others say, too. Rows are made in SQL; what
authors said is counted by a repair.
"""

import argparse
import statistics
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db import connection
from django.utils import timezone

from benchmarks.scenery import Tenant, make_tenant
from benchmarks.stage import Stage, say
from incidents.models import Incident
from monitoring.models import Author, Influence, Ranking
from monitoring.services.author_counts import fold_authors
from monitoring.services.author_repair import repair_authors
from monitoring.services.ranking import rank_authors

_FILL = """
INSERT INTO monitoring_mention (
    id, created_at, brand_id, source_id, delivery_id, external_id, platform, url, text,
    author_handle, author_name, published_at, likes, comments, shares, reach, language, sentiment,
    analyser, analysed_at, author_key, author_external_id, author_profile, parent_id,
    source_sentiment, revision
)
SELECT uuidv7(), now(), %(brand)s, %(source)s, %(source)s, n::text, 'x', '', 'kettle',
    'person' || hash %% 200000, '',
    %(until)s - make_interval(secs => (n::float8 / %(count)s) * 86000),
    hash %% 500, hash %% 50, CASE WHEN hash %% 10 = 0 THEN hash %% 500 ELSE 0 END, 0, 'en',
    (ARRAY['negative', 'negative', 'neutral', 'positive'])[1 + hash / 16 %% 4],
    'benchmark/1', now(), hashint8extended(hash %% 200000, 7), '', '',
    CASE WHEN n %% 3 = 0 THEN (n + 1 + hash %% 1000)::text ELSE '' END, '', 0
FROM (SELECT n, abs(hashint4(n)) AS hash FROM generate_series(1, %(count)s) AS n) AS numbers
"""
# Every second text is one of fifty thousand that others say, too; the rest are told once.
_WORDINGS = """
INSERT INTO monitoring_wording (
    id, created_at, brand_id, exact, bands, minima, terms, mentions, first_at, last_at
)
SELECT md5(%(brand)s::text || wording)::uuid, now(), %(brand)s, 1, ARRAY[1, 2], '', '{}',
    count(*), min(published_at), max(published_at)
FROM worded GROUP BY wording
"""
_PLACEMENTS = """
INSERT INTO monitoring_placement (mention_id, brand_id, wording_id, author_key, is_due)
SELECT id, %(brand)s, md5(%(brand)s::text || wording)::uuid, author_key, FALSE FROM worded
"""
_WORDED = """
CREATE TEMPORARY TABLE worded AS
SELECT id, author_key, published_at, CASE WHEN external_id::int %% 2 = 0
    THEN (abs(hashint4(external_id::int)) %% 50000)::text ELSE 'own ' || external_id END AS wording
FROM monitoring_mention WHERE brand_id = %(brand)s
"""
_TIMES = 7


def main(_stage: Stage, options: list[str]) -> None:
    """Fill, count, rank by turns, and print the medians."""
    parser = argparse.ArgumentParser(prog="authors")
    parser.add_argument("--small", type=int, default=20_000)
    parser.add_argument("--large", type=int, default=1_000_000)
    terms = parser.parse_args(options)
    now = timezone.now()
    incidents = [
        _incident(make_tenant(name), count, now)
        for name, count in (("small", terms.small), ("large", terms.large))
    ]
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    for incident in incidents:
        _count(incident)
    for incident in incidents:
        slug = incident.brand.slug
        ranked = _median(partial(_rank, incident, now))
        seen = Ranking.objects.get(incident=incident).mentions
        kept = Influence.objects.filter(incident=incident).count()
        say(f"{slug}: {seen:,} mentions ranked in {ranked:.2f} s, {kept} authors kept")
        page = _median(partial(_page, incident))
        say(f"{slug}: a page of authors with their names in {1000 * page:.1f} ms")


def _median(act: Callable[[], object]) -> float:
    return statistics.median(_took(act) for _ in range(_TIMES))


def _incident(tenant: Tenant, count: int, now: datetime) -> Incident:
    values: dict[str, Any] = {
        "brand": tenant.brand.pk,
        "source": tenant.source.pk,
        "until": now,
        "count": count,
    }
    with connection.cursor() as cursor:
        for statement in (_FILL, _WORDED, _WORDINGS, _PLACEMENTS):
            cursor.execute(statement, values)
        cursor.execute("DROP TABLE worded")
    started_at = now - timedelta(days=1)
    return Incident.objects.create(
        brand=tenant.brand,
        title="Handles crack",
        reference="INC-1",
        started_at=started_at,
        opened_at=started_at,
    )


def _count(incident: Incident) -> None:
    repair_authors(incident.brand_id)
    deltas = 0

    def fold() -> None:
        nonlocal deltas
        while folded := fold_authors(now=timezone.now()):
            deltas += folded

    took = _took(fold)
    authors = Author.objects.filter(brand=incident.brand).count()
    say(f"{incident.brand.slug}: {authors:,} authors, {deltas / took:,.0f} deltas/s folded")


def _rank(incident: Incident, now: datetime) -> None:
    if not rank_authors(incident_id=incident.pk, now=now):
        raise AssertionError("Somebody else was at it.")


def _page(incident: Incident) -> None:
    rows = Author.objects.filter(brand=incident.brand).heard().named()
    if not all(one.known for one in rows.order_by("-last_seen_at", "-id")[:50]):  # type: ignore[attr-defined]  # by `named`
        raise AssertionError("Nobody says who it is.")


def _took(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began
