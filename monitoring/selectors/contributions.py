"""What a mention adds to the rollups, said once, in SQL (ADR 16).

It follows from the row of the mention alone. Statements that change rows append the difference
of what they added before and after; a recount adds it up over all rows.
"""

from monitoring.rules.counts import (
    COUNT_COLUMNS,
    EMOTION_COUNTS_FROM,
    EMOTIONS,
    ENGAGEMENT,
    INTENTS,
    SENTIMENTS,
)

# The columns of a mention that it depends on.
ROW = (
    "brand_id, platform, published_at, analysed_at, language, sentiment, emotions, intents, "
    "query_ids, echoes, likes, comments, shares, reach, author_key"
)
COLUMNS = ", ".join(COUNT_COLUMNS)
SUMS = ", ".join(f"sum({name})::bigint AS {name}" for name in COUNT_COLUMNS)
KEYS = "brand_id, query_id, platform, language, started_at"
TOTAL_KEYS = "brand_id, query_id, started_at"
BIN = "date_bin('5 minutes', {}published_at, TIMESTAMPTZ '2000-01-01 00:00Z')"
# The whole brand, and each query that found the mention.
QUERIES = "unnest(array_prepend(NULL::uuid, {}query_ids)) AS q (query_id)"
# Nobody knows the language of what nobody has read, whatever its sender says.
LANGUAGE = "CASE WHEN {0}analysed_at IS NULL THEN '' ELSE {0}language END"

_ZEROS = ", ".join("0" for _name in COUNT_COLUMNS)
NOTHING = f"({COLUMNS}) = ({_ZEROS})"
SOMETHING = f"({', '.join(f'sum({name})' for name in COUNT_COLUMNS)}) <> ({_ZEROS})"

_VALUES = {
    "mentions": "1",
    "analysed": "(m.analysed_at IS NOT NULL)::int",
    **{name: f"(m.analysed_at IS NOT NULL AND m.sentiment = '{name}')::int" for name in SENTIMENTS},
    **{name: f"m.{name}" for name in (*ENGAGEMENT, "reach")},
    **{
        name: f"coalesce((m.emotions ->> '{name}')::float8 >= {EMOTION_COUNTS_FROM}, FALSE)::int"
        for name in EMOTIONS
    },
    **{name: f"(m.intents ? '{name}')::int" for name in INTENTS},
}


def contributions(rows: str, *, sign: int = 1) -> str:
    """Return the statement that says what each row adds, under which key.

    `rows` is a table or a query in brackets with the columns of `ROW`.
    """
    values = ", ".join(f"{sign} * {_VALUES[name]} AS {name}" for name in COUNT_COLUMNS)
    return f"""
    SELECT m.brand_id, q.query_id, m.platform, {LANGUAGE.format("m.")} AS language,
        {BIN.format("m.")} AS started_at, {values}
    FROM {rows} AS m CROSS JOIN LATERAL {QUERIES.format("m.")}
    """  # noqa: S608 - only names of columns are put in


def append_difference(*, before: str, after: str) -> str:
    """Return the statement that appends what rows add after a change minus what they did before.

    `before` and `after` name two parts of a WITH clause that have the columns of `ROW`.
    """
    return f"""
    INSERT INTO monitoring_bucketdelta ({KEYS}, {COLUMNS})
    SELECT {KEYS}, {SUMS} FROM (
        {contributions(before, sign=-1)} UNION ALL {contributions(after)}
    ) AS changes
    GROUP BY {KEYS} HAVING {SOMETHING}
    """  # noqa: S608 - only names of columns are put in
