"""Samples: mentions drawn at random, for people to judge without seeing the analyser's word."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from crisisapi.accounts.models.owned import OwnedQuerySet
from crisisapi.common.models import IdentifiedModel

SIZE_LIMIT = 500


class SampleQuerySet(OwnedQuerySet["Sample"]):
    """Chainable filters."""


class Sample(IdentifiedModel):
    """A draw from what was said in a stretch of time, each mention as likely as any other."""

    brand = models.ForeignKey(
        "accounts.Brand",
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        verbose_name=_("brand"),
        help_text=_("The brand it is about."),
    )
    language = models.CharField(
        _("language"),
        max_length=3,
        blank=True,
        default="",
        help_text=_("Only mentions in this language, ISO 639-1; empty: in all."),
    )
    since = models.DateTimeField(_("since"), help_text=_("Only what was said from then on."))
    until = models.DateTimeField(_("until"), help_text=_("Only what was said before."))
    size = models.PositiveIntegerField(
        _("size"),
        validators=[MinValueValidator(1), MaxValueValidator(SIZE_LIMIT)],
        help_text=_("How many were asked for."),
    )
    drawn = models.PositiveIntegerField(
        _("drawn"), default=0, help_text=_("How many were drawn; fewer where there are fewer.")
    )
    population = models.PositiveBigIntegerField(
        _("drawn from"), default=0, help_text=_("How many mentions there were to draw from.")
    )
    drawn_by = models.ForeignKey(
        "accounts.User",
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("drawn by"),
        help_text=_("Who asked for it."),
    )

    objects = SampleQuerySet.as_manager()

    class Meta:
        verbose_name = _("sample of mentions")
        verbose_name_plural = _("samples of mentions")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(since__lt=models.F("until")), name="monitoring_sample_range"
            ),
            models.CheckConstraint(
                condition=models.Q(size__gte=1, size__lte=SIZE_LIMIT), name="monitoring_sample_size"
            ),
        ]
        indexes = [
            models.Index(fields=["brand", "-created_at", "-id"], name="monitoring_sample_recent")
        ]

    def __str__(self) -> str:
        return f"{self.created_at:%Y-%m-%d %H:%M} · {self.drawn}"


class SampledMention(models.Model):
    """A mention that was drawn, and what somebody who did not see the analysis made of it."""

    sample = models.ForeignKey(
        Sample,
        on_delete=models.PROTECT,
        related_name="mentions",
        db_index=False,
        help_text=_("The draw."),
    )
    mention = models.ForeignKey(
        "monitoring.Mention",
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        help_text=_("What was drawn."),
    )
    place = models.PositiveIntegerField(help_text=_("Place in the draw, from 1."))
    language = models.CharField(
        max_length=3, blank=True, help_text=_("Its language when it was drawn.")
    )
    analyser = models.TextField(help_text=_("Who had read it when it was drawn."))
    correction = models.OneToOneField(
        "monitoring.Correction",
        on_delete=models.PROTECT,
        null=True,
        related_name="sampled",
        help_text=_("What a person said of it; empty until then."),
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["sample", "mention"], name="monitoring_sampled_once"),
            models.UniqueConstraint(fields=["sample", "place"], name="monitoring_sampled_place"),
        ]

    def __str__(self) -> str:
        return f"{self.sample_id} {self.place}"
