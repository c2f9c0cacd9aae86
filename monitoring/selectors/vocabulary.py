"""Which values a column of the mentions has, found without reading the mentions."""

from typing import Literal

from django.db import connection

# Jumps from one value to the next along the index, as PostgreSQL's own DISTINCT does not.
_DISTINCT = """
WITH RECURSIVE known AS (
    (SELECT brand_id, {column} AS value FROM monitoring_mention
     ORDER BY brand_id, {column} LIMIT 1)
    UNION ALL
    SELECT following.* FROM known CROSS JOIN LATERAL (
        SELECT brand_id, {column} FROM monitoring_mention
        WHERE (brand_id, {column}) > (known.brand_id, known.value)
        ORDER BY brand_id, {column} LIMIT 1
    ) AS following
)
SELECT DISTINCT value FROM known WHERE value <> '' ORDER BY value
"""


def values_in_use(column: Literal["platform", "language"]) -> list[str]:
    """Return the values of an indexed column, of all brands, in order."""
    with connection.cursor() as cursor:
        cursor.execute(_DISTINCT.format(column=column))
        return [value for (value,) in cursor.fetchall()]
