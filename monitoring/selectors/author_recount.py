"""Recounting authors from the rows of mentions, to prove that what is counted is exact."""

from uuid import UUID

from django.db import connection

from monitoring.selectors.author_contributions import (
    COUNTED,
    KEYS,
    SUMS,
    author_contributions,
)

_BIN = "date_bin('5 minutes', {}(m.published_at), TIMESTAMPTZ '2000-01-01 00:00Z')"
_OWN = "m.brand_id = r.brand_id AND m.author_key = r.key"
_DAYS = ", ".join(f"coalesce(sum(d.{name}), 0)::bigint AS {name}" for name in COUNTED)
# What an author stores, and what follows of it from days and mentions: of each author `r` of the
# FROM that `FOUND_IN_ROWS` is put behind.
STORED = (*COUNTED, "first_seen_at", "last_seen_at", "is_known")
FOUND = ", ".join(
    [*(f"counted.{name}" for name in COUNTED), "heard.first_at", "heard.last_at", "known.is_known"]
)
FOUND_IN_ROWS = f"""
CROSS JOIN LATERAL (
    SELECT {_DAYS} FROM monitoring_authorday d
    WHERE d.brand_id = r.brand_id AND d.author_key = r.key
) AS counted
CROSS JOIN LATERAL (
    SELECT {_BIN.format("min")} AS first_at, {_BIN.format("max")} AS last_at
    FROM monitoring_mention m WHERE {_OWN}
) AS heard
CROSS JOIN LATERAL (
    SELECT EXISTS (
        SELECT FROM monitoring_mention m WHERE {_OWN} AND m.removed_at IS NULL
    ) AS is_known
) AS known
"""  # noqa: S608 - only names of columns are put in

_ROWS = "(SELECT * FROM monitoring_mention WHERE brand_id = %(brand)s)"
_MINUS = ", ".join(f"-{name}" for name in COUNTED)
_SOMETHING = " OR ".join(f"sum({name}) <> 0" for name in COUNTED)
# Rows minus what is counted of them, folded or not: nothing is left where it is exact.
DIFFERENCES = f"""
SELECT {KEYS}, {SUMS} FROM (
    {author_contributions(_ROWS)}
    UNION ALL
    SELECT {KEYS}, {_MINUS} FROM monitoring_authorday WHERE brand_id = %(brand)s
    UNION ALL
    SELECT {KEYS}, {_MINUS} FROM monitoring_authordelta WHERE brand_id = %(brand)s
) AS sides GROUP BY {KEYS} HAVING {_SOMETHING}
"""  # noqa: S608

# Those with something left to fold are right in a moment.
FALSE = f"""
SELECT r.key, r.platform FROM monitoring_author r
{FOUND_IN_ROWS}
WHERE r.brand_id = %(brand)s AND NOT EXISTS (
    SELECT FROM monitoring_authordelta d WHERE d.brand_id = r.brand_id AND d.author_key = r.key
) AND (
    ({", ".join(f"r.{name}" for name in STORED)}) IS DISTINCT FROM ({FOUND})
    OR (r.stakeholder_id IS NOT NULL AND NOT known.is_known)
)
UNION
SELECT d.author_key, d.platform FROM monitoring_authorday d
WHERE d.brand_id = %(brand)s AND NOT EXISTS (
    SELECT FROM monitoring_author a WHERE a.brand_id = d.brand_id AND a.key = d.author_key
)
"""  # noqa: S608


def find_false_authors(brand_id: UUID) -> set[int]:
    """Return the numbers of authors of whom something is counted that the rows contradict."""
    with connection.cursor() as cursor:
        cursor.execute(DIFFERENCES, {"brand": brand_id})
        false = {key for _brand, key, *_rest in cursor.fetchall()}
        cursor.execute(FALSE, {"brand": brand_id})
        return false | {key for key, _platform in cursor.fetchall()}
