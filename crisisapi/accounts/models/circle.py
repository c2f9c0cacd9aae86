"""Circles: who of a brand may read something that is not for all of its members."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models

if TYPE_CHECKING:
    from crisisapi.accounts.callers import Caller


class CircleQuerySet(models.QuerySet["Circle"]):
    """Chainable filters."""

    def closed_to(self, caller: "Caller") -> "CircleQuerySet":
        """Circles of the caller's brands that the caller is not in.

        Managers are in every circle of their brand; an API key is in none.
        """
        closed = self.filter(brand_id__in=caller.brand_ids)
        if not caller.is_person:
            return closed
        return closed.exclude(brand_id__in=caller.managed_brand_ids).exclude(
            readers=caller.actor.id
        )


class Circle(models.Model):
    """The readers of something restricted, an incident for instance, and of all its parts.

    It is known here by its id alone, so that every floor can leave out what is not to be seen.
    """

    subject_id = models.UUIDField(primary_key=True)
    brand = models.ForeignKey("accounts.Brand", on_delete=models.PROTECT, related_name="+")
    readers = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+")

    objects = CircleQuerySet.as_manager()

    def __str__(self) -> str:
        return str(self.subject_id)
