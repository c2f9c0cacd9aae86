"""What reading an incident's metrics costs with ten thousand mentions and with ten million.

Two brands share the tables, each with an incident of a day and a query that found every fourth
mention; a question goes to the small one and to the large one by turns. Rows are made in SQL,
without the indexes of mentions that lists need, and counted into rollups and sketches.
"""

import argparse
import time
from datetime import timedelta
from typing import Any

from django.db import connection
from django.utils import timezone

from benchmarks.load import Api, Connection, request_of
from benchmarks.reads import medians
from benchmarks.scenery import Tenant, make_tenant
from benchmarks.stage import Stage, say
from monitoring.models import Query
from monitoring.selectors.contributions import COLUMNS, KEYS, SUMS, contributions
from monitoring.services.rollups import fold_buckets
from monitoring.services.sketches import fold_sketches

_KEPT = "monitoring_mention_recent"
_INDEXES = """
SELECT indexrelid::regclass::text FROM pg_index
WHERE indrelid = 'monitoring_mention'::regclass AND NOT indisprimary
    AND indexrelid <> %s::regclass AND NOT EXISTS (
        SELECT FROM pg_constraint WHERE conindid = indexrelid
    )
"""
_FILL = """
INSERT INTO monitoring_mention (
    id, created_at, brand_id, source_id, delivery_id, external_id, platform, url, text,
    author_handle, author_name, published_at, likes, comments, shares, reach, language, sentiment,
    analyser, analysed_at, emotions, intents, author_key, query_ids,
    author_external_id, author_profile, parent_id, source_sentiment, revision
)
SELECT uuidv7(), now(), %(brand)s, %(source)s, %(source)s, n::text,
    (ARRAY['x', 'facebook', 'instagram', 'news'])[1 + hash %% 4], '', 'kettle', '', '',
    %(until)s - make_interval(secs => (n::float8 / %(count)s) * 86000),
    hash %% 500, hash %% 50, hash %% 50, hash %% 100000,
    (ARRAY['he', 'en', 'ar', 'ru'])[1 + hash / 4 %% 4],
    (ARRAY['negative', 'negative', 'neutral', 'positive'])[1 + hash / 16 %% 4],
    'benchmark/1', now(), '{"anger": 0.7}', '["complains"]',
    hashint8extended(hash %% 200000, 7),
    CASE WHEN n %% 4 = 0 THEN ARRAY[%(query)s]::uuid[] ELSE '{}' END,
    '', '', '', '', 0
FROM (SELECT n, abs(hashint4(n)) AS hash FROM generate_series(1, %(count)s) AS n) AS numbers
"""
_COUNT = f"""
INSERT INTO monitoring_bucketdelta ({KEYS}, {COLUMNS})
SELECT {KEYS}, {SUMS} FROM ({contributions("monitoring_mention")}) AS each GROUP BY {KEYS}
"""  # noqa: S608 - only names of columns are put in
_MARK = """
INSERT INTO monitoring_sketchdelta (brand_id, query_id, started_at, sketch, is_stale)
SELECT DISTINCT brand_id, query_id, started_at, ''::bytea, TRUE FROM monitoring_bucketdelta
"""


def main(stage: Stage, options: list[str]) -> None:
    """Fill, ask, and print the medians and how many times longer the large brand takes."""
    parser = argparse.ArgumentParser(prog="metrics")
    parser.add_argument("--small", type=int, default=10_000)
    parser.add_argument("--large", type=int, default=10_000_000)
    parser.add_argument("--times", type=int, default=60)
    terms = parser.parse_args(options)
    tenants = make_tenant("small"), make_tenant("large")
    queries = [query_of(tenant) for tenant in tenants]
    began = time.perf_counter()
    _drop_indexes()
    for tenant, query, count in zip(tenants, queries, (terms.small, terms.large), strict=True):
        fill(tenant, query, count)
    settle()
    say(f"filled and counted in {time.perf_counter() - began:.0f} s")
    stage.start("web")
    asked = [
        _questions(stage, tenant, query) for tenant, query in zip(tenants, queries, strict=True)
    ]
    say(f"{'median in ms, at mentions:':36}{terms.small:>10,}{terms.large:>12,}{'times':>8}")
    with Connection(stage.port) as line:
        for name in asked[0]:
            small, large = medians(line, asked[0][name], asked[1][name], terms.times)
            say(f"{name:36}{small * 1000:10.1f}{large * 1000:12.1f}{large / small:8.2f}")


def query_of(tenant: Tenant) -> Query:
    """Make the query that finds every fourth mention."""
    return Query.objects.create(brand=tenant.brand, name="Kettles", expression="kettle")


def _drop_indexes() -> None:
    with connection.cursor() as cursor:
        cursor.execute(_INDEXES, [_KEPT])
        for (name,) in cursor.fetchall():
            cursor.execute(f"DROP INDEX {name}")


def fill(tenant: Tenant, query: Query, count: int) -> None:
    """Make so many mentions of the last day, read and matched."""
    values: dict[str, Any] = {
        "brand": tenant.brand.pk,
        "source": tenant.source.pk,
        "query": query.pk,
        "count": count,
        "until": timezone.now(),
    }
    with connection.cursor() as cursor:
        cursor.execute(_FILL, values)


def settle() -> None:
    """Count them into rollups and sketches, as the workers would have."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE) monitoring_mention")
        cursor.execute(_COUNT)
        cursor.execute(_MARK)
        for fold in (fold_buckets, fold_sketches):
            while fold():
                pass
        cursor.execute("VACUUM (ANALYZE)")
        cursor.execute("CHECKPOINT")


def _questions(stage: Stage, tenant: Tenant, query: Query) -> dict[str, bytes]:
    api = Api(stage.port, tenant.token)
    started_at = (timezone.now() - timedelta(hours=23, minutes=50)).isoformat()
    terms = {"brand": tenant.brand.slug, "title": "Kettles", "started_at": started_at}
    incident = f"incidents/{api.post('incidents/', **terms)['id']}/metrics/"
    of_brand = f"metrics/?brand={tenant.brand.slug}"
    paths = {
        "incident, by 5 minutes": f"{incident}?bucket=5m",
        "incident, by the hour": f"{incident}?bucket=1h",
        "incident, one platform": f"{incident}?bucket=5m&platform=x",
        "query, by 5 minutes": f"{of_brand}&query={query.pk}&bucket=5m",
        "query, by the hour": f"{of_brand}&query={query.pk}&bucket=1h",
        "compared with the day before": f"metrics/compare/?brand={tenant.brand.slug}",
        "share of voice": f"metrics/share-of-voice/?queries={query.pk}",
    }
    headers = {"Authorization": f"Bearer {tenant.token}"}
    return {name: request_of("GET", path, headers) for name, path in paths.items()}
