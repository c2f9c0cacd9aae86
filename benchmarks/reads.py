"""What reading costs with ten thousand mentions and with a million, asked in turns.

Two brands share the tables; a question goes to the small one and to the large one by turns, so
that whatever else the machine does meets both. Rows are made in SQL and counted into rollups.
"""

import argparse
import statistics
import time
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.db import connection
from django.utils import timezone

from benchmarks.load import Api, Connection, request_of
from benchmarks.scenery import Tenant, make_tenant
from benchmarks.stage import Stage, say
from monitoring.selectors.contributions import COLUMNS, KEYS, SUMS, contributions
from monitoring.services.rollups import fold_buckets

_DAYS = 30
# One in two thousand is rare; the others are as a listening tool sees them.
_FILL = """
INSERT INTO monitoring_mention (
    id, created_at, brand_id, source_id, delivery_id, external_id, platform, url, text,
    author_handle, author_name, author_followers, published_at, likes, comments, shares, reach,
    language, sentiment, sentiment_score, sentiment_confidence, analyser, analysed_at,
    author_external_id, author_profile, parent_id, source_sentiment, revision
)
SELECT uuidv7(), now(), %(brand)s, %(source)s, %(source)s, n::text,
    CASE WHEN n %% 2000 = 7 THEN 'rare' ELSE (ARRAY['x', 'facebook', 'instagram', 'news'])[
        1 + hash %% 4] END,
    'https://social.example/status/' || n,
    repeat('The handle of my kettle cracked. ', 3 + hash %% 8),
    'person' || hash %% 50000, 'Person', hash %% 10000,
    now() - make_interval(secs => (n::float8 / %(count)s) * 86400 * %(days)s),
    hash %% 500, hash %% 50, hash %% 50, hash %% 100000,
    CASE WHEN n %% 2000 = 11 THEN 'eo' ELSE (ARRAY['he', 'en', 'ar', 'ru'])[1 + hash / 4 %% 4] END,
    CASE WHEN n %% 2000 = 13 THEN 'unknown'
        ELSE (ARRAY['negative', 'negative', 'neutral', 'positive'])[1 + hash / 16 %% 4] END,
    0, 0.5, 'benchmark', now(), '', '', '', '', 0
FROM (
    SELECT n, abs(hashint4(n)) AS hash FROM generate_series(1, %(count)s) AS n
) AS numbers
"""
_COUNT = f"""
INSERT INTO monitoring_bucketdelta ({KEYS}, {COLUMNS})
SELECT {KEYS}, {SUMS} FROM ({contributions("monitoring_mention")}) AS each GROUP BY {KEYS}
"""  # noqa: S608 - only names of columns are put in
_LISTS = {
    "list": "",
    "platform": "platform=x",
    "rare platform": "platform=rare",
    "language": "language=he",
    "rare language": "language=eo",
    "sentiment": "sentiment=negative",
    "rare sentiment": "sentiment=unknown",
    "platform, sentiment": "platform=x&sentiment=negative",
    "language, sentiment": "language=he&sentiment=negative",
    "platform, rare sentiment": "platform=x&sentiment=unknown",
    "rare platform, rare language": "platform=rare&language=eo",
}


def main(stage: Stage, options: list[str]) -> None:
    """Fill, ask, and print the medians and how many times longer the large brand takes."""
    parser = argparse.ArgumentParser(prog="reads")
    parser.add_argument("--small", type=int, default=10_000)
    parser.add_argument("--large", type=int, default=1_000_000)
    parser.add_argument("--times", type=int, default=60)
    terms = parser.parse_args(options)
    tenants = make_tenant("small"), make_tenant("large")
    for tenant, count in zip(tenants, (terms.small, terms.large), strict=True):
        _fill(tenant, count)
    _count_and_settle()
    stage.start("web")
    asked = [_questions(stage, tenant) for tenant in tenants]
    say(f"{'median in ms, at mentions:':32}{terms.small:>10,}{terms.large:>11,}{'times':>8}")
    with Connection(stage.port) as line:
        for name in asked[0]:
            small, large = medians(line, asked[0][name], asked[1][name], terms.times)
            say(f"{name:32}{small * 1000:10.1f}{large * 1000:11.1f}{large / small:8.2f}")


def _fill(tenant: Tenant, count: int) -> None:
    values: dict[str, Any] = {
        "brand": tenant.brand.pk,
        "source": tenant.source.pk,
        "count": count,
        "days": _DAYS,
    }
    with connection.cursor() as cursor:
        cursor.execute(_FILL, values)


def _count_and_settle() -> None:
    with connection.cursor() as cursor:
        cursor.execute(_COUNT)
        while fold_buckets():
            pass
        cursor.execute("VACUUM (ANALYZE)")
        cursor.execute("CHECKPOINT")


def _questions(stage: Stage, tenant: Tenant) -> dict[str, bytes]:
    api = Api(stage.port, tenant.token)
    now = timezone.now()
    incident = api.post(
        "incidents/",
        brand=tenant.brand.slug,
        title="Kettles",
        started_at=(now - timedelta(days=_DAYS)).isoformat(),
    )["id"]
    late = _query_time(now - timedelta(days=_DAYS - 2))
    paths = {name: f"mentions/?{query}" for name, query in _LISTS.items()}
    paths["said in one old hour"] = (
        f"mentions/?published_from={late}"
        f"&published_before={_query_time(now - timedelta(days=_DAYS - 2, hours=-1))}"
    )
    paths["page near the end"] = _far_page(api, late)
    paths["metrics, 30 days by hour"] = f"incidents/{incident}/metrics/?bucket=1h"
    paths["metrics, a day by 5 minutes"] = f"metrics/?brand={tenant.brand.slug}&bucket=5m"
    headers = {"Authorization": f"Bearer {tenant.token}"}
    return {name: request_of("GET", path, headers) for name, path in paths.items()}


def _far_page(api: Api, before: str) -> str:
    # The cursor of a page says where it ended, whatever filter led there.
    following = urlsplit(api.get(f"mentions/?published_before={before}")["next"])
    return f"mentions/?cursor={parse_qs(following.query)['cursor'][0]}"


def _query_time(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"


def medians(line: Connection, small: bytes, large: bytes, times: int) -> tuple[float, float]:
    """Ask two questions by turns, and return the median seconds of each."""
    seconds = [(_timed(line, small), _timed(line, large)) for _ in range(times)]
    return statistics.median(pair[0] for pair in seconds), statistics.median(
        pair[1] for pair in seconds
    )


def _timed(line: Connection, request: bytes) -> float:
    began = time.perf_counter()
    status, body = line.ask(request)
    seconds = time.perf_counter() - began
    if status != 200:
        raise AssertionError(f"{status}: {body[:300]!r}")
    return seconds
