"""What a mention adds to the counts of the key messages it repeats, said once, in SQL (ADR 16).

It agrees where it is positive, and disputes where it denies the message or is negative; what only
passes a message on has no opinion of its own, however the message itself may sound.
"""

from monitoring.rules.counts import ENGAGEMENT
from monitoring.selectors.contributions import BIN, LANGUAGE, QUERIES

ECHO_COUNTS = ("mentions", "agrees", "disputes", *ENGAGEMENT, "reach")
ECHO_COLUMNS = ", ".join(ECHO_COUNTS)
ECHO_SUMS = ", ".join(f"sum({name})::bigint AS {name}" for name in ECHO_COUNTS)
ECHO_KEYS = "brand_id, key_message_id, query_id, platform, language, started_at"
ECHOES = "jsonb_each({}echoes) AS e (key_message_id, echo)"

_ZEROS = ", ".join("0" for _name in ECHO_COUNTS)
ECHO_NOTHING = f"({ECHO_COLUMNS}) = ({_ZEROS})"
_SOMETHING = f"({', '.join(f'sum({name})' for name in ECHO_COUNTS)}) <> ({_ZEROS})"

# Of a mention `m` and one echo `e` of it.
_WAY = "e.echo ->> 'way'"
DISPUTES = f"({_WAY} = 'denied' OR {_WAY} = 'said' AND m.sentiment = 'negative')"
AGREES = f"({_WAY} = 'said' AND m.sentiment = 'positive')"
_VALUES = {
    "mentions": "1",
    "agrees": f"{AGREES}::int",
    "disputes": f"{DISPUTES}::int",
    **{name: f"m.{name}" for name in (*ENGAGEMENT, "reach")},
}


def echo_contributions(rows: str, *, sign: int = 1) -> str:
    """Return the statement that says what each row adds, under which key.

    `rows` is a table or a query in brackets with the columns of `contributions.ROW`.
    """
    values = ", ".join(f"{sign} * {_VALUES[name]} AS {name}" for name in ECHO_COUNTS)
    return f"""
    SELECT m.brand_id, e.key_message_id::uuid AS key_message_id, q.query_id, m.platform,
        {LANGUAGE.format("m.")} AS language, {BIN.format("m.")} AS started_at, {values}
    FROM {rows} AS m CROSS JOIN LATERAL {ECHOES.format("m.")}
    CROSS JOIN LATERAL {QUERIES.format("m.")}
    """  # noqa: S608 - only names of columns are put in


def append_echo_difference(*, before: str, after: str) -> str:
    """Return the statement that appends what rows add after a change minus what they did before.

    `before` and `after` name two parts of a WITH clause that have the columns of
    `contributions.ROW`.
    """
    return f"""
    INSERT INTO monitoring_echodelta ({ECHO_KEYS}, {ECHO_COLUMNS})
    SELECT {ECHO_KEYS}, {ECHO_SUMS} FROM (
        {echo_contributions(before, sign=-1)} UNION ALL {echo_contributions(after)}
    ) AS changes
    GROUP BY {ECHO_KEYS} HAVING {_SOMETHING}
    """  # noqa: S608 - only names of columns are put in
