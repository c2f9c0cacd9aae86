"""Voters without an account: a random mark, signed by us, that a form carries for two hours.

It makes one form one vote. Who asks for another form gets another mark: what bounds that are the
limits of a network and a day (docs/audience.md says how far this goes).
"""

import secrets
from datetime import timedelta

from django.core import signing
from django.utils.translation import gettext_lazy as _

from crisisapi.common.errors import DomainError, Refusal
from messaging.services.audience_limits import keyed

VALID_FOR = timedelta(hours=2)
TOKEN_LENGTH = 200
_SALT = "crisisapi.audience.voter"


class DeadForm(DomainError):
    """The mark is not one of ours, or too old."""

    code = "dead_form"
    refusal = Refusal.INVALID
    detail = _("This form is too old. Open it again, then vote.")


def new_voter() -> str:
    """Return a mark for one form."""
    return signing.dumps(secrets.token_urlsafe(16), salt=_SALT)


def voter_of(token: str) -> str:
    """Return what is stored of a mark; raises `DeadForm`."""
    try:
        mark = signing.loads(token[:TOKEN_LENGTH], salt=_SALT, max_age=VALID_FOR)
    except signing.BadSignature as error:
        raise DeadForm from error
    return keyed(f"voter:{mark}")
