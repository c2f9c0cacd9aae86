"""Refusals of the domain: each has a stable code and a sentence a person can act on."""

from collections.abc import Mapping, Sequence
from enum import Enum

from django.utils.translation import gettext_lazy as _


class Refusal(Enum):
    """What sort of no it is; the API maps it on a status code."""

    INVALID = "invalid"
    FORBIDDEN = "forbidden"
    MISSING = "missing"
    CONFLICT = "conflict"
    STALE = "stale"
    TOO_LARGE = "too_large"
    TOO_MANY = "too_many"
    UNSIGNED = "unsigned"


class DomainError(Exception):
    """A refusal; subclasses stand beside the service that raises them.

    `errors` maps a field to its sentences when the refusal is about input.
    """

    code = "refused"
    refusal = Refusal.CONFLICT
    detail: object = _("This cannot be done.")

    def __init__(
        self,
        detail: object | None = None,
        *,
        errors: Mapping[str, Sequence[object]] | None = None,
        retry_after: int | None = None,
    ) -> None:
        self.detail = self.detail if detail is None else detail
        self.errors = dict(errors or {})
        self.retry_after = retry_after
        super().__init__(self.code)


class InvalidInput(DomainError):
    """The input was understood and does not make sense."""

    code = "invalid"
    refusal = Refusal.INVALID
    detail = _("The request has errors.")


class StaleVersion(DomainError):
    """Somebody else changed the object since it was read."""

    code = "stale_version"
    refusal = Refusal.STALE
    detail = _("Somebody changed this in the meantime. Read it again, then repeat your change.")


def require_reason(reason: str, *, refusal: type[InvalidInput] = InvalidInput) -> None:
    """Refuse a blank reason, at its field."""
    if not reason.strip():
        raise refusal(errors={"reason": [_("Say why.")]})
