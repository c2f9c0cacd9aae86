"""What posts of an incident caused: answers, shares, copies, reach; at a bounded cost."""

from dataclasses import dataclass, field
from datetime import datetime

from crisisapi.common.database import server_cursor
from incidents.models import Incident
from messaging.models import KeyMessage
from monitoring.rules.influence import Post
from monitoring.selectors.author_contributions import stands
from monitoring.selectors.metrics import incident_query_id
from monitoring.selectors.own_authors import own_authors

# The latest mentions that are looked at: of the talk, and once more of the brand for answers.
MENTIONS_LIMIT = 200_000
# Posts that are weighed: those that caused most, and those that most people may have seen.
POSTS_LIMIT = 5_000
SEEN_LIMIT = 500

# Key messages of the incident alone: others are none of its business.
_STANDS = stands("e.key_message_id = ANY(%(messages)s)")
_BOUNDS = "published_at >= %(start)s AND {}published_at <= %(end)s"
_COLUMNS = """
m.id, m.source_id, m.external_id, m.author_key, m.published_at, m.comments, m.shares,
greatest(m.reach, coalesce(m.author_followers, 0)) AS reach, {}
""".format(", ".join(f"{condition} AS {name}" for name, condition in _STANDS.items()))
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
# Whoever cannot be told from the author does not count (no number is unequal to none): of those
# the counter of comments tells. What the brand itself says is no answer either. Short texts are
# copied by nobody (they have no bands): everybody says thanks.
_CAUSED = """
WITH talk AS MATERIALIZED ({talk}), answers AS MATERIALIZED (
    SELECT source_id, parent_id, author_key, published_at FROM (
        SELECT * FROM monitoring_mention m
        WHERE m.brand_id = %(brand)s AND m.{bounds}
        ORDER BY m.published_at DESC, m.id DESC LIMIT %(mentions)s
    ) AS latest WHERE parent_id <> '' AND author_key <> ALL(%(own)s)
), pairs AS MATERIALIZED (
    SELECT t.source_id, t.external_id, t.author_key, a.author_key AS other, a.published_at
    FROM talk t JOIN answers a ON a.source_id = t.source_id AND a.parent_id = t.external_id
    WHERE t.author_key <> ALL(%(own)s)
), answered AS (
    SELECT source_id, external_id, count(*) FILTER (WHERE other <> author_key) AS answers,
        count(*) FILTER (WHERE other = author_key) AS own,
        max(published_at) FILTER (WHERE other <> author_key) AS answered_at
    FROM pairs GROUP BY source_id, external_id
), worded AS MATERIALIZED (
    SELECT p.wording_id, t.id, t.author_key, t.published_at
    FROM talk t JOIN monitoring_placement p ON p.mention_id = t.id
    WHERE t.author_key <> ALL(%(own)s) AND p.wording_id IS NOT NULL
), firsts AS (
    SELECT f.* FROM (
        SELECT DISTINCT ON (wording_id) * FROM worded ORDER BY wording_id, published_at, id
    ) AS f JOIN monitoring_wording w ON w.id = f.wording_id
    WHERE f.published_at <= w.first_at AND cardinality(w.bands) > 0
), copying AS MATERIALIZED (
    SELECT f.id, f.author_key, c.author_key AS other, c.published_at
    FROM firsts f JOIN worded c USING (wording_id) WHERE c.author_key <> f.author_key
), copied AS (
    SELECT id, count(DISTINCT other) AS copies, max(published_at) AS copied_at
    FROM copying GROUP BY id
), weighed AS (
    SELECT t.author_key, greatest(t.published_at, a.answered_at, c.copied_at) AS latest_at,
        coalesce(a.answers, 0) AS answers, coalesce(a.own, 0) AS own, t.comments, t.shares,
        coalesce(c.copies, 0) AS copies, t.reach, row_number() OVER (ORDER BY
            greatest(coalesce(a.answers, 0), t.comments - coalesce(a.own, 0))
            + 2 * greatest(t.shares, c.copies) DESC,
            t.published_at DESC, t.external_id) AS by_caused,
        row_number() OVER (ORDER BY t.reach DESC, t.published_at DESC, t.external_id) AS by_reach
    FROM talk t LEFT JOIN answered a USING (source_id, external_id) LEFT JOIN copied c USING (id)
    WHERE t.author_key <> ALL(%(own)s)
), people AS (
    SELECT author_key, count(DISTINCT other) AS people FROM (
        SELECT author_key, other FROM pairs WHERE other <> author_key
        UNION ALL SELECT author_key, other FROM copying
    ) AS moved GROUP BY author_key
), words AS (
    SELECT author_key, count(*) AS said, count(*) FILTER (WHERE repeats) AS repeats,
        count(*) FILTER (WHERE agrees) AS agrees, count(*) FILTER (WHERE disputes) AS disputes
    FROM talk GROUP BY author_key
)
SELECT (SELECT count(*) FROM talk), author_key, coalesce(people, 0), said, repeats, agrees,
    disputes, latest_at, answers, own, comments, shares, copies, reach
FROM weighed JOIN words USING (author_key) LEFT JOIN people USING (author_key)
WHERE by_caused <= %(posts)s OR by_reach <= %(seen)s
"""


@dataclass
class Heard:
    """What one author said and caused: posts that are weighed, and how many others they moved.

    Of `said` mentions so many repeat, agree with and dispute key messages of the incident.
    """

    people: int
    said: int
    repeats: int
    agrees: int
    disputes: int
    posts: list[Post] = field(default_factory=list)


@dataclass(frozen=True)
class Caused:
    """What was caused by each author, by number.

    `mentions` is how many were looked at; not `is_whole`: there were older ones besides.
    """

    authors: dict[int, Heard]
    mentions: int
    is_whole: bool


def read_caused(incident: Incident, *, end: datetime) -> Caused:
    """Return what was caused by what was said from the start of an incident to a time, included.

    Of what its query found, or of all mentions of the brand, without what the brand says itself.
    Answers need not be found by the query.
    """
    query_id = incident_query_id(incident)
    messages = KeyMessage.objects.filter(incident=incident).values_list("pk", flat=True)
    talk = _OF_QUERY if query_id else _OF_BRAND
    values = {
        "brand": incident.brand_id,
        "query": query_id,
        "messages": [str(pk) for pk in messages],
        "own": sorted(own_authors(incident.brand_id)),
        "start": incident.started_at,
        "end": end,
        "mentions": MENTIONS_LIMIT,
        "posts": POSTS_LIMIT,
        "seen": SEEN_LIMIT,
    }
    authors: dict[int, Heard] = {}
    mentions = 0
    with server_cursor() as cursor:
        cursor.execute(_CAUSED.format(talk=talk, bounds=_BOUNDS.format("m.")), values)
        for mentions, author, people, said, repeats, agrees, disputes, *post in cursor:  # noqa: B007 - the same in each row
            heard = authors.setdefault(author, Heard(people, said, repeats, agrees, disputes))
            heard.posts.append(Post(*post))
    return Caused(authors, mentions, is_whole=mentions < MENTIONS_LIMIT)
