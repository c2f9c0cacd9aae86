"""Second looks: mentions whose sentiment the slow tier judges once more (docs/analysis.md)."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from crisisapi.accounts.models.owned import OwnedQuerySet
from monitoring.models.mention import Sentiment


class LookReason(models.TextChoices):
    """Why a mention is worth it."""

    ALERT = "alert", _("part of what caused an alert")
    UNSURE = "unsure", _("the first look was unsure")
    SAMPLED = "sampled", _("drawn at random")
    REREAD = "reread", _("read again since, or by another model")


class SecondLookQuerySet(OwnedQuerySet["SecondLook"]):
    """Chainable filters."""

    def due(self) -> "SecondLookQuerySet":
        """Only those that wait."""
        return self.filter(finished_at=None)


class SecondLook(models.Model):
    """One of a mention: due until it is finished, then what both tiers found."""

    mention = models.OneToOneField(
        "monitoring.Mention",
        on_delete=models.PROTECT,
        primary_key=True,
        related_name="second_look",
        db_constraint=False,
        verbose_name=_("mention"),
        help_text=_("The mention that is looked at."),
    )
    brand = models.ForeignKey(
        "accounts.Brand",
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        db_constraint=False,
        verbose_name=_("brand"),
        help_text=_("The brand it is about."),
    )
    reason = models.CharField(
        _("reason"), max_length=7, choices=LookReason.choices, help_text=_("Why it is looked at.")
    )
    asked_at = models.DateTimeField(_("asked at"), help_text=_("Since when it is due."))
    claimed_until = models.DateTimeField(
        _("claimed until"),
        null=True,
        help_text=_("A worker is at it; after this time another one takes over."),
    )
    claims = models.PositiveSmallIntegerField(
        _("claims"), default=0, help_text=_("How many workers have taken it without an end.")
    )
    finished_at = models.DateTimeField(
        _("finished at"), null=True, help_text=_("When it was looked at; null while it waits.")
    )
    first_sentiment = models.CharField(
        _("first sentiment"),
        max_length=8,
        blank=True,
        default="",
        choices=Sentiment.choices,
        help_text=_("What the first look found."),
    )
    sentiment = models.CharField(
        _("sentiment"),
        max_length=8,
        blank=True,
        default="",
        choices=Sentiment.choices,
        help_text=_("What the second look found; empty where the model could not tell."),
    )
    analyser = models.TextField(
        _("analyser"), blank=True, default="", help_text=_("Name and version of the model.")
    )

    objects = SecondLookQuerySet.as_manager()

    class Meta:
        verbose_name = _("second look")
        verbose_name_plural = _("second looks")
        constraints = [
            models.CheckConstraint(
                condition=Q(reason__in=LookReason.values), name="monitoring_look_reason"
            ),
            models.CheckConstraint(
                condition=Q(first_sentiment__in=["", *Sentiment.values]),
                name="monitoring_look_first",
            ),
            models.CheckConstraint(
                condition=Q(sentiment__in=["", *Sentiment.values]),
                name="monitoring_look_sentiment",
            ),
        ]
        indexes = [
            models.Index(
                fields=["-asked_at"],
                condition=Q(finished_at=None),
                name="monitoring_look_due",
            ),
            models.Index(fields=["brand", "reason", "asked_at"], name="monitoring_look_asked"),
            models.Index(fields=["finished_at"], name="monitoring_look_finished"),
        ]

    def __str__(self) -> str:
        return f"{self.mention_id} {self.reason}"
