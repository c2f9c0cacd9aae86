"""Deliveries: each inbound request, kept as it came."""

from datetime import datetime
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from crisisapi.accounts.models.owned import OwnedQuerySet
from crisisapi.common.models import IdentifiedModel
from crisisapi.common.sentences import SentenceField, read


class DeliveryStatus(models.TextChoices):
    """What became of it."""

    PROCESSED = "processed", _("processed")
    FAILED = "failed", _("failed")


class DeliveryQuerySet(OwnedQuerySet["Delivery"]):
    """Chainable filters."""


class Delivery(IdentifiedModel):
    """One request or one batch of an import, with its exact bytes and its outcome."""

    brand = models.ForeignKey(
        "accounts.Brand", on_delete=models.PROTECT, related_name="+", verbose_name=_("brand")
    )
    source = models.ForeignKey(
        "monitoring.Source",
        on_delete=models.PROTECT,
        related_name="deliveries",
        verbose_name=_("source"),
        help_text=_("Where it came from."),
    )
    external_id = models.CharField(
        _("external id"), max_length=200, help_text=_("The sender's id of it (webhook-id).")
    )
    body = models.BinaryField(_("body"), help_text=_("The exact bytes."))
    body_hash = models.CharField(
        _("hash of the body"), max_length=64, help_text=_("SHA-256 of the bytes, in hex.")
    )
    headers = models.JSONField(
        _("headers"), default=dict, help_text=_("As they came, without those that are secret.")
    )
    status = models.CharField(
        _("status"),
        max_length=10,
        choices=DeliveryStatus.choices,
        help_text=_("What became of it."),
    )
    error_code = models.CharField(
        _("error code"), max_length=40, blank=True, help_text=_("Why it failed.")
    )
    error_detail = SentenceField(_("error"), blank=True, help_text=_("Why it failed, in words."))
    accepted = models.PositiveIntegerField(
        _("accepted mentions"), default=0, help_text=_("Mentions stored.")
    )
    duplicates = models.PositiveIntegerField(
        _("duplicates"), default=0, help_text=_("Mentions known before.")
    )
    updated = models.PositiveIntegerField(
        _("updated mentions"), default=0, help_text=_("Known mentions whose engagement had grown.")
    )
    rejected = models.PositiveIntegerField(
        _("rejected items"), default=0, help_text=_("Items that were refused.")
    )
    rejections = models.JSONField(
        _("rejections"),
        default=list,
        help_text=_("For each refused item: its index, a code, a reason."),
    )
    processed_at = models.DateTimeField(
        _("processed at"), null=True, help_text=_("When it was last processed.")
    )

    redacted_at = models.DateTimeField(
        _("redacted at"),
        null=True,
        help_text=_("When the bytes were rewritten without people who are forgotten."),
    )

    # When the newest of what was new in it was said; known to whoever has just processed it.
    newest_at: datetime | None = None

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        constraints = [
            models.UniqueConstraint(
                fields=["source", "external_id"], name="monitoring_delivery_once"
            )
        ]
        indexes = [
            models.Index(fields=["brand", "-created_at", "-id"], name="monitoring_delivery_recent")
        ]

    @property
    def refused_items(self) -> list[dict[str, Any]]:
        """The items that were refused, each with its reason in the words of whoever reads it."""
        return [{**one, "reason": str(read(one["reason"]))} for one in self.rejections]

    def __str__(self) -> str:
        return self.external_id
