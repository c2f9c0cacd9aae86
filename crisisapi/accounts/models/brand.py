"""The brand: what is watched and defended, and the boundary between tenants."""

from typing import TYPE_CHECKING

from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from crisisapi.common.models import VersionedModel

if TYPE_CHECKING:
    from crisisapi.accounts.callers import Caller


# A hundred years: what is to be kept for ever has no number.
KEPT_DAYS_LIMIT = 36_500


class BrandQuerySet(models.QuerySet["Brand"]):
    """Chainable filters."""

    def visible_to(self, caller: "Caller") -> "BrandQuerySet":
        """Only brands the caller belongs to."""
        return self.filter(pk__in=caller.brand_ids)


class Brand(VersionedModel):
    """An organisation or product."""

    slug = models.SlugField(
        _("slug"),
        max_length=50,
        unique=True,
        validators=[RegexValidator(r"^[a-z0-9]+(-[a-z0-9]+)*$", _("Lower case, digits, hyphens."))],
        help_text=_("Short name in addresses; never changes."),
    )
    name = models.CharField(_("name"), max_length=120, help_text=_("Name as people know it."))
    languages = models.JSONField(
        _("languages"),
        default=list,
        blank=True,
        help_text=_("Languages its public speaks, ISO 639-1, the main one first."),
    )
    time_zone = models.CharField(
        _("time zone"),
        max_length=50,
        default="Asia/Jerusalem",
        help_text=_("Name from the IANA database; days in reports follow it."),
    )

    mentions_kept_days = models.PositiveIntegerField(
        _("days mentions are kept"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(KEPT_DAYS_LIMIT)],
        help_text=_("After so many days words and authors are erased; empty: never."),
    )
    deliveries_kept_days = models.PositiveIntegerField(
        _("days deliveries are kept"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(KEPT_DAYS_LIMIT)],
        help_text=_("After so many days what came in is removed; empty: as the service does."),
    )

    objects = BrandQuerySet.as_manager()

    class Meta:
        verbose_name = _("brand")
        verbose_name_plural = _("brands")
        ordering = ["slug"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(mentions_kept_days=None)
                | models.Q(mentions_kept_days__range=(1, KEPT_DAYS_LIMIT)),
                name="accounts_brand_mentions_days",
            ),
            models.CheckConstraint(
                condition=models.Q(deliveries_kept_days=None)
                | models.Q(deliveries_kept_days__range=(1, KEPT_DAYS_LIMIT)),
                name="accounts_brand_deliveries_days",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def main_language(self) -> str:
        """The language that most of its public speaks; English where nobody said."""
        return next(iter(self.languages), "en")
