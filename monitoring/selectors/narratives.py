"""What narratives show: their counts, their texts, and who tells them."""

import re
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection
from django.db.models import BigIntegerField, Count, F, Max, Min, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce, Greatest, Least

from incidents.models import Incident
from monitoring.models import Mention, Narrative, NarrativeBucket, Placement, Query
from monitoring.rules.narratives.coordination import FEW_FOLLOWERS, Post
from monitoring.rules.narratives.titles import Voice
from monitoring.rules.windows import Window, bucket_start

# Of larger narratives the latest are looked at.
POSTS_LOOKED_AT = 2_000
TEXTS_LOOKED_AT = 300
MENTIONS_ELSEWHERE = 3_000
# A name that platforms give to those who choose none ends with so many digits.
_GIVEN_NAME = re.compile(r"\d{5,}$")


class Moment(NamedTuple):
    """What was told in one stretch of time."""

    at: datetime
    mentions: int
    positive: int
    neutral: int
    negative: int


class Telling(NamedTuple):
    """A text of a narrative: the first mention of it that is still there, and its copies."""

    mention: Mention
    copies: int
    first_at: datetime
    last_at: datetime


_VOICES = """
SELECT m.text, m.author_key FROM (
    SELECT w.id FROM monitoring_wording w WHERE w.narrative_id = ANY(%(ids)s)
    ORDER BY w.last_at DESC, w.id DESC LIMIT %(limit)s
) w CROSS JOIN LATERAL (
    SELECT m.text, m.author_key FROM monitoring_placement p
    JOIN monitoring_mention m ON m.id = p.mention_id
    WHERE p.wording_id = w.id AND m.removed_at IS NULL AND m.text <> ''
    ORDER BY p.mention_id LIMIT 1
) m
"""
_POSTS = """
SELECT m.published_at, p.author_key, coalesce(w.bands <> '{}', FALSE) AS is_long,
    p.wording_id, p.is_repost, p.link, p.tags, p.tag_count, m.author_followers, m.author_handle
FROM monitoring_placement p JOIN monitoring_mention m ON m.id = p.mention_id
LEFT JOIN monitoring_wording w ON w.id = p.wording_id
WHERE p.narrative_id = ANY(%(ids)s)
ORDER BY p.started_at DESC, p.mention_id DESC LIMIT %(limit)s
"""
# Only the latest are looked at: where sources tell no followers, there is nothing to find.
_ELSEWHERE = """
SELECT author_followers, author_handle FROM (
    SELECT id, author_followers, author_handle FROM monitoring_mention
    WHERE brand_id = %(brand)s ORDER BY published_at DESC, id DESC LIMIT %(limit)s
) m
WHERE author_followers IS NOT NULL AND NOT EXISTS (
    SELECT FROM monitoring_placement p WHERE p.mention_id = m.id AND p.narrative_id = ANY(%(ids)s)
)
"""
_TELLINGS = """
SELECT w.id, w.mentions, w.first_at, w.last_at, m.mention_id FROM monitoring_wording w
CROSS JOIN LATERAL (
    SELECT p.mention_id FROM monitoring_placement p
    JOIN monitoring_mention m ON m.id = p.mention_id
    WHERE p.wording_id = w.id AND m.removed_at IS NULL
    ORDER BY m.published_at, p.mention_id LIMIT 1
) m
WHERE w.narrative_id = ANY(%s) ORDER BY w.mentions DESC, w.id LIMIT %s
"""


def with_totals(narratives: QuerySet[Narrative]) -> QuerySet[Narrative]:
    """Return narratives with what those merged into them add.

    `total` is how many mentions there are of all, `since` and `until` when the first and the last
    was said.
    """
    merged = Narrative.objects.filter(merged_into=OuterRef("pk")).order_by().values("merged_into")
    summed = merged.annotate(found=Sum("mentions")).values("found")
    first = merged.annotate(found=Min("first_at")).values("found")
    last = merged.annotate(found=Max("last_at")).values("found")
    return narratives.annotate(
        total=F("mentions") + Coalesce(Subquery(summed, output_field=BigIntegerField()), 0),
        # PostgreSQL passes over what is null.
        since=Least("first_at", Subquery(first)),
        until=Greatest("last_at", Subquery(last)),
    )


def read_series(narrative: Narrative, window: Window) -> list[Moment]:
    """Return what was told in each bucket of a window, without gaps."""
    counts: dict[datetime, Moment] = {at: Moment(at, 0, 0, 0, 0) for at in window.starts()}
    for one in read_moments(family_of(narrative), since=window.start, until=window.end):
        at = bucket_start(one.at, window.width)
        held = counts[at]
        added = (mine + more for mine, more in zip(held[1:], one[1:], strict=True))
        counts[at] = Moment(at, *added)
    return list(counts.values())


def family_of(narrative: Narrative) -> list[UUID]:
    """Return a narrative and those that were merged into it, by their ids."""
    merged = Narrative.objects.filter(merged_into=narrative).order_by("pk")
    return [narrative.pk, *merged.values_list("pk", flat=True)]


def read_moments(
    ids: Collection[UUID], *, since: datetime | None = None, until: datetime | None = None
) -> list[Moment]:
    """Return what was told in each five minutes in which anything was, the first first."""
    buckets = NarrativeBucket.objects.filter(narrative_id__in=ids)
    if since is not None:
        buckets = buckets.filter(started_at__gte=since)
    if until is not None:
        buckets = buckets.filter(started_at__lt=until)
    summed = buckets.values("started_at").annotate(
        all=Sum("mentions"), good=Sum("positive"), even=Sum("neutral"), bad=Sum("negative")
    )
    told = summed.order_by("started_at")
    return [Moment(*row) for row in told.values_list("started_at", "all", "good", "even", "bad")]


def count_authors(ids: Collection[UUID]) -> int:
    """Return how many accounts tell them, as far as they are known."""
    told = Placement.objects.filter(narrative_id__in=ids)
    return int(told.aggregate(count=Count("author_key", distinct=True))["count"])


def count_texts(ids: Collection[UUID]) -> int:
    """Return how many different texts they are told in."""
    told = Narrative.objects.filter(pk__in=ids)
    return int(told.aggregate(count=Count("wordings"))["count"])


def read_voices(ids: Collection[UUID]) -> list[Voice]:
    """Return the latest texts, each once, that are still there."""
    rows = _asked(_VOICES, {"ids": list(ids), "limit": TEXTS_LOOKED_AT})
    return [Voice(text, author) for text, author in rows]


def read_posts(ids: Collection[UUID]) -> list[Post]:
    """Return the latest mentions as far as coordination is told from them."""
    rows = _asked(_POSTS, {"ids": list(ids), "limit": POSTS_LOOKED_AT})
    return [
        Post(
            at=at.timestamp(),
            account=account,
            # What is short is said by many at once without anybody's arranging it.
            wording=wording if is_long else None,
            is_repost=is_repost,
            link=link,
            tags=tags,
            tag_count=tag_count,
            is_slight=_is_slight(*of_account),
        )
        for at, account, is_long, wording, is_repost, link, tags, tag_count, *of_account in rows
    ]


def usual_slight(ids: Collection[UUID], *, brand_id: UUID) -> float | None:
    """Return the share of slight accounts in what else was said lately; None: too few are known."""
    values = {"ids": list(ids), "brand": brand_id, "limit": MENTIONS_ELSEWHERE}
    known = [_is_slight(followers, handle) for followers, handle in _asked(_ELSEWHERE, values)]
    return sum(map(bool, known)) / len(known) if len(known) >= 50 else None


def _is_slight(followers: int | None, handle: str) -> bool | None:
    if followers is None:
        return None
    return followers < FEW_FOLLOWERS or bool(_GIVEN_NAME.search(handle))


def incident_of(ids: Sequence[UUID], *, brand_id: UUID) -> UUID | None:
    """Return the open incident whose query finds most of what was told last, if one does."""
    open_ = Incident.objects.active().filter(brand_id=brand_id)
    queries = Query.objects.active().filter(incident__in=open_).order_by("pk")
    by_query = dict(queries.values_list("pk", "incident_id"))
    if not by_query:
        return None
    latest = Placement.objects.filter(narrative_id__in=ids).order_by("-started_at", "-mention_id")
    found = list(latest.values_list("mention__query_ids", flat=True)[:200])
    counts = {query: sum(query in of_one for of_one in found) for query in by_query}
    best = max(counts, key=lambda query: (counts[query], -query.int))
    return by_query[best] if 2 * counts[best] > len(found) else None


def read_tellings(ids: Collection[UUID], *, limit: int) -> list[Telling]:
    """Return the texts that are repeated most, with a mention of each that is still there."""
    rows = _asked(_TELLINGS, [list(ids), limit])
    mentions = Mention.objects.select_related("brand").in_bulk([row[4] for row in rows])
    return [
        Telling(mentions[mention_id], copies, first_at, last_at)
        for _wording, copies, first_at, last_at, mention_id in rows
    ]


def _asked(statement: str, values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())
