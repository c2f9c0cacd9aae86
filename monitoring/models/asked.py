"""What the public asks: mentions that ask the same, folded (docs/unanswered-questions.md)."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _

from crisisapi.accounts.models.owned import OwnedQuerySet
from crisisapi.common.models import IdentifiedModel, VersionedModel
from monitoring.models.belonging import OfBrand


class AskedQuestionQuerySet(OwnedQuerySet["AskedQuestion"]):
    """Chainable filters."""


class AskedQuestion(IdentifiedModel):
    """One thing that people want to know of a brand, known by the numbers of its words.

    The words themselves stand in the mentions alone. Without mentions, and without a decision of
    somebody, it is removed.
    """

    brand = models.ForeignKey(
        "accounts.Brand",
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("brand"),
        help_text=_("The brand that is asked."),
    )
    # Of the mention that it began with, or of the earliest that is left.
    lead_id = models.UUIDField(
        null=True, editable=False, help_text=_("The mention the others are compared with.")
    )
    terms = ArrayField(models.BigIntegerField(), default=list, editable=False)
    kinds = ArrayField(models.BigIntegerField(), default=list, editable=False)
    bands = ArrayField(models.BigIntegerField(), default=list, editable=False)

    objects = AskedQuestionQuerySet.as_manager()

    class Meta:
        verbose_name = _("question of the public")
        verbose_name_plural = _("questions of the public")
        indexes = [GinIndex(fields=["bands"], name="monitoring_asked_bands")]

    def __str__(self) -> str:
        return str(self.pk)


class AskedMention(OfBrand):
    """A mention that asks it; who is deleted or erased asks no more."""

    asked = models.ForeignKey(
        AskedQuestion, on_delete=models.PROTECT, related_name="mentions", db_index=False
    )
    mention = models.OneToOneField(
        "monitoring.Mention", on_delete=models.PROTECT, related_name="asking", db_constraint=False
    )
    published_at = models.DateTimeField()
    terms = ArrayField(models.BigIntegerField(), default=list)
    kinds = ArrayField(models.BigIntegerField(), default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["asked", "published_at", "mention"], name="monitoring_askedmention_once"
            )
        ]
        indexes = [
            models.Index(fields=["brand", "published_at"], name="monitoring_askedmention_time")
        ]

    def __str__(self) -> str:
        return f"{self.asked_id} {self.mention_id}"


class AskedDue(models.Model):
    """A mention that asks, or did: what it asks is looked at again."""

    mention_id = models.UUIDField()

    def __str__(self) -> str:
        return str(self.mention_id)


class AskedState(models.TextChoices):
    """What a person decided of a question."""

    OPEN = "open", _("open")
    ADOPTED = "adopted", _("adopted")
    DISMISSED = "dismissed", _("dismissed")


class AskedDecisionQuerySet(OwnedQuerySet["AskedDecision"]):
    """Chainable filters."""

    subject = "incident_id"


class AskedDecision(VersionedModel):
    """What a person decided of a question of the public, for one incident."""

    brand = models.ForeignKey(
        "accounts.Brand",
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("brand"),
        help_text=_("The brand that is asked."),
    )
    incident = models.ForeignKey(
        "incidents.Incident",
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("incident"),
        help_text=_("The incident for which it was decided."),
    )
    asked = models.ForeignKey(
        AskedQuestion,
        on_delete=models.PROTECT,
        related_name="decisions",
        verbose_name=_("question of the public"),
        help_text=_("What is asked."),
    )
    state = models.CharField(
        _("state"),
        max_length=9,
        choices=AskedState.choices,
        help_text=_("Adopted as a question to be answered, or dismissed; open: taken back."),
    )
    question = models.ForeignKey(
        "messaging.Question",
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("question"),
        help_text=_("The question that was made of it; null unless it was adopted."),
    )
    reason = models.TextField(
        _("reason"), blank=True, max_length=2_000, help_text=_("Why it was dismissed.")
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("decided by"),
        help_text=_("Who decided it last."),
    )

    objects = AskedDecisionQuerySet.as_manager()

    class Meta:
        verbose_name = _("decision on a question of the public")
        verbose_name_plural = _("decisions on questions of the public")
        constraints = [
            models.UniqueConstraint(fields=["incident", "asked"], name="monitoring_asked_decided"),
            models.CheckConstraint(
                condition=models.Q(state__in=AskedState.values), name="monitoring_asked_state"
            ),
            models.CheckConstraint(
                condition=models.Q(state="adopted", question__isnull=False)
                | (~models.Q(state="adopted") & models.Q(question=None)),
                name="monitoring_asked_adopted",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.asked_id} {self.state}"
