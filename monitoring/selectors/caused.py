"""What posts of an incident caused: answers of others, shares, reach; at a bounded cost."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from crisisapi.common.database import server_cursor
from monitoring.rules.influence import Post

# The latest mentions that are looked at: of the talk, and once more of the brand for answers.
MENTIONS_LIMIT = 200_000
# Posts that are weighed: those that caused most, and those that most people may have seen.
POSTS_LIMIT = 5_000
SEEN_LIMIT = 500

_BOUNDS = "published_at >= %(start)s AND {}published_at <= %(end)s"
_COLUMNS = """
m.source_id, m.external_id, m.author_key, m.published_at, m.comments, m.shares,
greatest(m.reach, coalesce(m.author_followers, 0)) AS reach
"""
_OF_BRAND = f"""
SELECT {_COLUMNS} FROM monitoring_mention m
WHERE m.brand_id = %(brand)s AND m.{_BOUNDS.format("m.")}
ORDER BY m.published_at DESC, m.id DESC LIMIT %(mentions)s
"""  # noqa: S608 - only names of columns are put in
_OF_QUERY = f"""
SELECT {_COLUMNS} FROM monitoring_querymatch q JOIN monitoring_mention m ON m.id = q.mention_id
WHERE q.query_id = %(query)s AND q.{_BOUNDS.format("q.")}
ORDER BY q.published_at DESC, q.mention_id DESC LIMIT %(mentions)s
"""  # noqa: S608
# Whoever cannot be told from the author does not count: not even the counter of comments says
# more than how many there were.
_CAUSED = """
WITH talk AS MATERIALIZED ({talk}), answers AS MATERIALIZED (
    SELECT source_id, parent_id, author_key, published_at FROM (
        SELECT * FROM monitoring_mention m
        WHERE m.brand_id = %(brand)s AND m.{bounds}
        ORDER BY m.published_at DESC, m.id DESC LIMIT %(mentions)s
    ) AS latest WHERE parent_id <> '' AND author_key IS NOT NULL
), pairs AS MATERIALIZED (
    SELECT t.source_id, t.external_id, t.author_key, a.author_key AS other, a.published_at
    FROM talk t JOIN answers a ON a.source_id = t.source_id AND a.parent_id = t.external_id
    WHERE t.author_key IS NOT NULL
), answered AS (
    SELECT source_id, external_id, count(*) FILTER (WHERE other <> author_key) AS answers,
        count(*) FILTER (WHERE other = author_key) AS own,
        max(published_at) FILTER (WHERE other <> author_key) AS answered_at
    FROM pairs GROUP BY source_id, external_id
), weighed AS (
    SELECT t.author_key, greatest(t.published_at, a.answered_at) AS latest_at,
        coalesce(a.answers, 0) AS answers, coalesce(a.own, 0) AS own, t.comments, t.shares,
        t.reach, row_number() OVER (ORDER BY
            greatest(coalesce(a.answers, 0), t.comments - coalesce(a.own, 0)) + 2 * t.shares DESC,
            t.published_at DESC, t.external_id) AS by_caused,
        row_number() OVER (ORDER BY t.reach DESC, t.published_at DESC, t.external_id) AS by_reach
    FROM talk t LEFT JOIN answered a USING (source_id, external_id)
    WHERE t.author_key IS NOT NULL
), people AS (
    SELECT author_key, count(DISTINCT other) AS people FROM pairs
    WHERE other <> author_key GROUP BY author_key
)
SELECT w.author_key, coalesce(p.people, 0), w.latest_at, w.answers, w.own, w.comments, w.shares,
    w.reach, (SELECT count(*) FROM talk)
FROM weighed w LEFT JOIN people p USING (author_key)
WHERE by_caused <= %(posts)s OR by_reach <= %(seen)s
"""


@dataclass(frozen=True)
class Caused:
    """The posts of each author that are weighed, and how many others answered the author.

    `mentions` is how many were looked at; not `is_whole`: there were older ones besides.
    """

    posts: dict[int, list[Post]]
    people: dict[int, int]
    mentions: int
    is_whole: bool


def read_caused(*, brand_id: UUID, query_id: UUID | None, start: datetime, end: datetime) -> Caused:
    """Return what was caused by what was said in a stretch of time, both ends included.

    Of what a query found, or of all mentions of the brand. Answers need not be found by it.
    """
    talk = _OF_QUERY if query_id else _OF_BRAND
    values = {
        "brand": brand_id,
        "query": query_id,
        "start": start,
        "end": end,
        "mentions": MENTIONS_LIMIT,
        "posts": POSTS_LIMIT,
        "seen": SEEN_LIMIT,
    }
    posts: dict[int, list[Post]] = defaultdict(list)
    people: dict[int, int] = {}
    mentions = 0
    with server_cursor() as cursor:
        cursor.execute(_CAUSED.format(talk=talk, bounds=_BOUNDS.format("m.")), values)
        for author, others, *post, mentions in cursor:  # noqa: B007 - the same in each row
            posts[author].append(Post(*post))
            people[author] = others
    return Caused(dict(posts), people, mentions, is_whole=mentions < MENTIONS_LIMIT)
