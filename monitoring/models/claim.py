"""Claims: what the public asserts, and the fact that answers it."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from crisisapi.accounts.models.owned import OwnedQuerySet
from crisisapi.common.models import VersionedModel


class ClaimQuerySet(OwnedQuerySet["Claim"]):
    """Chainable filters."""

    subject = "incident_id"


class Claim(VersionedModel):
    """An assertion that narratives have in common, in the team's words."""

    brand = models.ForeignKey(
        "accounts.Brand",
        on_delete=models.PROTECT,
        related_name="+",
        editable=False,
        verbose_name=_("brand"),
        help_text=_("The brand it is about."),
    )
    incident = models.ForeignKey(
        "incidents.Incident",
        on_delete=models.PROTECT,
        related_name="claims",
        verbose_name=_("incident"),
        help_text=_("The incident it belongs to."),
    )
    statement = models.TextField(
        _("statement"),
        max_length=2_000,
        help_text=_("What is asserted, as one sentence that can be true or false."),
    )
    fact = models.ForeignKey(
        "incidents.Fact",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="claims",
        verbose_name=_("fact"),
        help_text=_("What is known of it; empty while nothing answers it."),
    )
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("written by"),
        help_text=_("Who wrote it down."),
    )

    objects = ClaimQuerySet.as_manager()

    class Meta:
        verbose_name = _("claim")
        verbose_name_plural = _("claims")
        indexes = [
            models.Index(fields=["brand", "-created_at", "-id"], name="monitoring_claim_recent")
        ]

    def __str__(self) -> str:
        return self.statement[:80]
