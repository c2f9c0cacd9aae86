"""Saying that what a mention asks has to be looked at, in the transaction that changes it."""

from typing import Any
from uuid import UUID

from monitoring.services.turns import Work, wait_for_turn

ASKS = "intents ? 'asks'"

_DUE = "INSERT INTO monitoring_askeddue (mention_id) SELECT unnest(%s::uuid[])"
_DUE_OF_ASKING = f"""
INSERT INTO monitoring_askeddue (mention_id)
SELECT id FROM monitoring_mention WHERE id = ANY(%s) AND {ASKS}
"""  # noqa: S608 - only names of columns are put in
_KNOWN = "SELECT mention_id FROM monitoring_askedmention WHERE mention_id = ANY(%s)"
_EMPTY_MENTIONS = """
UPDATE monitoring_askedmention SET terms = '{}', kinds = '{}' WHERE mention_id = ANY(%s)
"""
_EMPTY_LEADS = """
UPDATE monitoring_askedquestion SET terms = '{}', kinds = '{}', bands = '{}'
WHERE lead_id = ANY(%s)
"""


def look_at(cursor: Any, mention_ids: list[UUID]) -> None:
    """Have these mentions looked at."""
    if mention_ids:
        cursor.execute(_DUE, [mention_ids])


def look_at_asking(cursor: Any, mention_ids: list[UUID]) -> None:
    """Have those of these mentions looked at that ask."""
    cursor.execute(_DUE_OF_ASKING, [mention_ids])


def forget_asked(cursor: Any, mention_ids: list[UUID]) -> None:
    """Drop at once the numbers of what erased mentions asked; the rest follows by itself."""
    look_at_asking(cursor, mention_ids)
    cursor.execute(_KNOWN, [mention_ids])
    known = [mention_id for (mention_id,) in cursor.fetchall()]
    if known:
        wait_for_turn(cursor, Work.FOLD_ASKED)
        cursor.execute(_EMPTY_MENTIONS, [known])
        cursor.execute(_EMPTY_LEADS, [known])
