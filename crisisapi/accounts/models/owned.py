"""Rows that belong to a brand."""

from typing import TYPE_CHECKING, ClassVar, Self, TypeVar

from django.db import models

from crisisapi.accounts.models.circle import Circle

if TYPE_CHECKING:
    from crisisapi.accounts.callers import Caller

_Row_co = TypeVar("_Row_co", bound=models.Model, covariant=True)


class OwnedQuerySet(models.QuerySet[_Row_co]):
    """Every list starts from what the caller may see."""

    # The column with the id of what a row is part of, where a circle may be drawn around that.
    subject: ClassVar[str | None] = None

    def visible_to(self, caller: "Caller") -> Self:
        """Only rows of the caller's brands, without those of circles that are closed to them."""
        mine = self.filter(brand_id__in=caller.brand_ids)
        if self.subject is None:
            return mine
        closed = Circle.objects.closed_to(caller).values("subject_id")
        return mine.exclude(**{f"{self.subject}__in": closed})
