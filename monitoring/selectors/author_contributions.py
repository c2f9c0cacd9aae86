"""What a mention adds to the counts of its author, said once, in SQL (ADR 16).

As with the rollups: it follows from the row alone, and who changes rows appends the difference.
"""

from monitoring.rules.counts import SENTIMENTS
from monitoring.selectors.echo_contributions import AGREES, DISPUTES, ECHOES

COUNTED = ("mentions", *SENTIMENTS, "repeats", "agrees", "disputes")
COLUMNS = ", ".join(COUNTED)
KEYS = "brand_id, author_key, platform, day"
SUMS = ", ".join(f"sum({name})::bigint AS {name}" for name in COUNTED)
NOTHING = f"({COLUMNS}) = ({', '.join('0' for _name in COUNTED)})"
DAY = "(published_at AT TIME ZONE 'UTC')::date"


def stands(chosen: str = "TRUE") -> dict[str, str]:
    """Return when a mention `m` repeats, agrees with and disputes key messages, one at least.

    `chosen` says of an echo `e` whether it is looked at. Who disputes one of them agrees with none.
    """

    def one(condition: str) -> str:
        return f"""m.echoes <> '{{}}' AND EXISTS (
            SELECT FROM {ECHOES.format("m.")} WHERE {chosen} AND {condition}
        )"""

    return {
        "repeats": one("TRUE"),
        "agrees": f"{one(AGREES)} AND NOT ({one(DISPUTES)})",
        "disputes": one(DISPUTES),
    }


_VALUES = {
    "mentions": "1",
    **{name: f"(analysed_at IS NOT NULL AND sentiment = '{name}')::int" for name in SENTIMENTS},
    **{name: f"({condition})::int" for name, condition in stands().items()},
}


def author_contributions(rows: str, *, sign: int = 1) -> str:
    """Return the statement that says what each row adds to the day of its author.

    `rows` is a table or a query in brackets with the columns of `contributions.ROW`.
    """
    values = ", ".join(f"{sign} * {_VALUES[name]} AS {name}" for name in COUNTED)
    return f"""
    SELECT brand_id, author_key, platform, {DAY} AS day, {values}
    FROM {rows} AS m WHERE author_key IS NOT NULL
    """  # noqa: S608 - only names of columns are put in


def append_author_difference(*, before: str, after: str) -> str:
    """Return the statement that appends what rows add after a change minus what they did before.

    `before` and `after` name two parts of a WITH clause that have the columns of `ROW`.
    """
    return f"""
    INSERT INTO monitoring_authordelta ({KEYS}, {COLUMNS})
    SELECT * FROM (
        SELECT {KEYS}, {SUMS} FROM (
            {author_contributions(before, sign=-1)} UNION ALL {author_contributions(after)}
        ) AS changes GROUP BY {KEYS}
    ) AS differences WHERE NOT ({NOTHING})
    """  # noqa: S608
