"""Repairing what is counted of authors: what a recount finds wrong is appended as a difference."""

from uuid import UUID

from django.db import transaction

from crisisapi.common.database import server_cursor
from monitoring.selectors.author_contributions import COLUMNS, KEYS
from monitoring.selectors.author_recount import DIFFERENCES, FALSE

_APPEND = f"INSERT INTO monitoring_authordelta ({KEYS}, {COLUMNS}) {DIFFERENCES}"
# A delta of zeros: the author is made anew.
_MARK = f"""
INSERT INTO monitoring_authordelta ({KEYS})
SELECT %(brand)s, key, platform, CURRENT_DATE FROM ({FALSE}) AS wrong
"""  # noqa: S608


@transaction.atomic
def repair_authors(brand_id: UUID) -> None:
    """Make what is counted of the authors of a brand what its mentions say, once it is folded.

    Nobody waits for it: each statement is of one snapshot, in which what arrives meanwhile is on
    both sides or on none.
    """
    with server_cursor() as cursor:
        for statement in (_APPEND, _MARK):
            cursor.execute(statement, {"brand": brand_id})
