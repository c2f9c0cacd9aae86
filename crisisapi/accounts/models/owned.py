"""Rows that belong to a brand."""

from typing import TYPE_CHECKING, Self, TypeVar

from django.db import models

if TYPE_CHECKING:
    from crisisapi.accounts.callers import Caller

_Row_co = TypeVar("_Row_co", bound=models.Model, covariant=True)


class OwnedQuerySet(models.QuerySet[_Row_co]):
    """Every list starts from what the caller may see."""

    def visible_to(self, caller: "Caller") -> Self:
        """Only rows of the caller's brands."""
        return self.filter(brand_id__in=caller.brand_ids)
