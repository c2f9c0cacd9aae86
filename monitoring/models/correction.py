"""Corrections: what people say of a mention, against or beside the analyser."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from crisisapi.accounts.models.owned import OwnedQuerySet
from crisisapi.common.models import IdentifiedModel
from monitoring.models.mention import Sentiment


class CorrectionQuerySet(OwnedQuerySet["Correction"]):
    """Chainable filters."""

    def standing(self) -> "CorrectionQuerySet":
        """Only those that no later one replaced, and nobody took back."""
        return self.filter(ended_at=None)


class Correction(IdentifiedModel):
    """What one person said of one mention, beside what the analyser had found; never changed."""

    brand = models.ForeignKey(
        "accounts.Brand",
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        verbose_name=_("brand"),
        help_text=_("The brand it is about."),
    )
    mention = models.ForeignKey(
        "monitoring.Mention",
        on_delete=models.PROTECT,
        related_name="corrections",
        verbose_name=_("mention"),
        help_text=_("What was judged."),
    )
    sentiment = models.CharField(
        _("sentiment"),
        max_length=8,
        choices=Sentiment.choices,
        help_text=_("What the text feels, as the person says."),
    )
    language = models.CharField(
        _("language"),
        max_length=3,
        blank=True,
        default="",
        help_text=_("ISO 639-1; empty: as it was found."),
    )
    emotions = models.JSONField(
        _("emotions"), null=True, help_text=_("Names of emotions; null: as they were found.")
    )
    intents = models.JSONField(
        _("intents"), null=True, help_text=_("Names of intents; null: as they were found.")
    )
    found_sentiment = models.CharField(
        _("sentiment found"),
        max_length=8,
        choices=Sentiment.choices,
        help_text=_("What the analyser made of it at that time."),
    )
    found_language = models.CharField(
        _("language found"),
        max_length=3,
        blank=True,
        help_text=_("The language declared by the source, or found by the analyser."),
    )
    found_confidence = models.FloatField(
        _("confidence"), null=True, help_text=_("How sure the analyser was, 0 to 1.")
    )
    analyser = models.TextField(
        _("analyser"), help_text=_("Name and version of the analyser that had read it.")
    )
    corrected_by = models.ForeignKey(
        "accounts.User",
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("corrected by"),
        help_text=_("Who said so."),
    )
    ended_at = models.DateTimeField(
        _("ended at"),
        null=True,
        help_text=_("When a later one replaced it, or it was taken back."),
    )
    is_undone = models.BooleanField(
        _("taken back"), default=False, help_text=_("Whether it was taken back.")
    )

    objects = CorrectionQuerySet.as_manager()

    class Meta:
        verbose_name = _("correction")
        verbose_name_plural = _("corrections")
        constraints = [
            models.UniqueConstraint(
                fields=["mention"],
                condition=models.Q(ended_at=None),
                name="monitoring_correction_once",
            ),
            models.CheckConstraint(
                condition=models.Q(sentiment__in=Sentiment.values),
                name="monitoring_correction_said",
            ),
            models.CheckConstraint(
                condition=models.Q(found_sentiment__in=Sentiment.values),
                name="monitoring_correction_found",
            ),
            models.CheckConstraint(
                condition=models.Q(is_undone=False) | models.Q(ended_at__isnull=False),
                name="monitoring_correction_undone",
            ),
        ]
        indexes = [
            models.Index(fields=["brand", "-created_at", "-id"], name="monitoring_corrected_recent")
        ]

    def __str__(self) -> str:
        return f"{self.found_sentiment} → {self.sentiment}"
