"""Narratives: what is said again and again about a brand, as it was found in mentions."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from crisisapi.accounts.models.owned import OwnedQuerySet
from crisisapi.common.models import VersionedModel


class NarrativeState(models.TextChoices):
    """Where it is in its life."""

    EMERGING = "emerging", _("emerging")
    GROWING = "growing", _("growing")
    PEAKING = "peaking", _("peaking")
    FADING = "fading", _("fading")


class CoordinationSign(models.TextChoices):
    """What speaks for a narrative that was arranged."""

    SYNCHRONY = (
        "synchrony",
        _("Different accounts say the same within a minute, more than the bustle explains."),
    )
    SAME_TEXT = "same_text", _("Much of it is the same text, posted by several accounts.")
    SAME_TAGS = "same_tags", _("Several accounts post the same row of hashtags.")
    SAME_LINK = "same_link", _("Several accounts post the same link.")
    UNKNOWN_ACCOUNTS = (
        "unknown_accounts",
        _("More accounts than usual have hardly a follower, or a made-up name."),
    )
    BUSY_ACCOUNTS = "busy_accounts", _("Much of it comes from accounts that tell it many times.")


class CoordinationEvidence(models.TextChoices):
    """How much speaks for a narrative that was arranged."""

    UNKNOWN = "unknown", _("too little is known")
    LITTLE = "little", _("little")
    SOME = "some", _("some")
    MUCH = "much", _("much")


class NarrativeQuerySet(OwnedQuerySet["Narrative"]):
    """Chainable filters."""

    subject = "incident_id"

    def standing(self) -> "NarrativeQuerySet":
        """Only those that do not go on in another one."""
        return self.filter(merged_into=None)


class Narrative(VersionedModel):
    """Mentions that say the same thing in different words; people name it and act on it.

    The version rises with what people change, not with what is counted.
    """

    brand = models.ForeignKey(
        "accounts.Brand",
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        verbose_name=_("brand"),
        help_text=_("The brand it is told about."),
    )
    incident = models.ForeignKey(
        "incidents.Incident",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="narratives",
        verbose_name=_("incident"),
        help_text=_(
            "The incident it belongs to: as people say, else the one whose query finds most of it."
        ),
    )
    is_incident_settled = models.BooleanField(
        _("incident settled"),
        default=False,
        editable=False,
        help_text=_("Whether a person said which incident it belongs to, or that it has none."),
    )
    name = models.CharField(
        _("name"),
        max_length=200,
        blank=True,
        default="",
        help_text=_("What people call it; empty: its most telling words stand for it."),
    )
    title = models.CharField(
        _("title"),
        max_length=200,
        blank=True,
        default="",
        editable=False,
        help_text=_("Its most telling words."),
    )
    terms = models.JSONField(
        _("telling words"),
        default=list,
        editable=False,
        help_text=_("Words that tell it from the rest of the talk: word, z-score, texts."),
    )
    state = models.CharField(
        _("state"),
        max_length=10,
        choices=NarrativeState.choices,
        default=NarrativeState.EMERGING,
        editable=False,
        help_text=_("Where it is in its life."),
    )
    velocity = models.PositiveBigIntegerField(
        _("velocity"),
        default=0,
        editable=False,
        help_text=_("Mentions a day, at the rate of the latest hour, six hours or day."),
    )
    growth = models.FloatField(
        _("growth"),
        null=True,
        editable=False,
        help_text=_("That rate against the stretch before; null where nothing was said then."),
    )
    mentions = models.PositiveBigIntegerField(
        _("mentions"), default=0, editable=False, help_text=_("How many mentions tell it.")
    )
    texts = models.PositiveBigIntegerField(
        _("texts"),
        default=0,
        editable=False,
        help_text=_("How many different texts there are, near-duplicates counted once."),
    )
    authors = models.PositiveBigIntegerField(
        _("authors"),
        default=0,
        editable=False,
        help_text=_("How many accounts tell it, as far as accounts are known."),
    )
    coordination = models.FloatField(
        _("coordination"),
        null=True,
        editable=False,
        help_text=_("How much speaks for its being arranged, 0 to 1; null: too little is known."),
    )
    signs = models.JSONField(
        _("signs"),
        default=list,
        editable=False,
        help_text=_("What speaks for it: sign, strength, what was seen, what would be usual."),
    )
    first_at = models.DateTimeField(
        _("first said"), editable=False, help_text=_("When it was first said.")
    )
    last_at = models.DateTimeField(
        _("last said"), editable=False, help_text=_("When it was last said.")
    )
    peak_at = models.DateTimeField(
        _("peak"), null=True, editable=False, help_text=_("When most was said in five minutes.")
    )
    claim = models.ForeignKey(
        "monitoring.Claim",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="narratives",
        verbose_name=_("claim"),
        help_text=_("What it asserts, with the fact that answers it."),
    )
    merged_into = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="merged",
        verbose_name=_("goes on in"),
        help_text=_("The narrative it was merged into; that one counts both."),
    )
    is_apart = models.BooleanField(
        _("kept apart"),
        default=False,
        editable=False,
        help_text=_("Whether a person took it out of another one: it is not merged by itself."),
    )
    dismissed_at = models.DateTimeField(
        _("dismissed at"),
        null=True,
        editable=False,
        help_text=_("When a person said that it does not matter; it goes on counting."),
    )
    dismissed_by = models.ForeignKey(
        "accounts.User",
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("dismissed by"),
        help_text=_("Who said so."),
    )
    refreshed_at = models.DateTimeField(
        _("looked at"),
        null=True,
        editable=False,
        help_text=_("When state, title and coordination were last found."),
    )
    # Null: nothing to do until something is said again.
    due_at = models.DateTimeField(null=True, editable=False)
    # The words it is compared by, as keyed numbers, and in how many of its texts each stands.
    term_numbers = ArrayField(models.BigIntegerField(), default=list, editable=False)
    term_counts = ArrayField(models.IntegerField(), default=list, editable=False)
    compared = models.PositiveBigIntegerField(default=0, editable=False)

    objects = NarrativeQuerySet.as_manager()

    class Meta:
        verbose_name = _("narrative")
        verbose_name_plural = _("narratives")
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=NarrativeState.values), name="monitoring_narrative_state"
            ),
            models.CheckConstraint(
                condition=~Q(merged_into=models.F("id")), name="monitoring_narrative_itself"
            ),
            models.CheckConstraint(
                condition=Q(coordination=None) | Q(coordination__gte=0, coordination__lte=1),
                name="monitoring_narrative_coord",
            ),
        ]
        indexes = [
            models.Index(fields=["brand", "-velocity", "-id"], name="monitoring_narrative_pace"),
            models.Index(fields=["brand", "last_at"], name="monitoring_narrative_recent"),
            models.Index(
                fields=["due_at"],
                condition=Q(due_at__isnull=False),
                name="monitoring_narrative_due",
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.title or str(self.pk)
