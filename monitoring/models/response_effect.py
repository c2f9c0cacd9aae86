"""Response effects: what a publication did to the talk, as measured at a time."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from crisisapi.accounts.models.owned import OwnedQuerySet
from crisisapi.common.models import IdentifiedModel


class EffectVerdict(models.TextChoices):
    """Whether the publication helped."""

    HELPED = "helped", _("helped")
    HURT = "hurt", _("hurt")
    NO_CLEAR_EFFECT = "no_clear_effect", _("no clear effect")
    TOO_EARLY = "too_early", _("too early to tell")
    CANNOT_TELL = "cannot_tell", _("cannot be told")


class EffectReason(models.TextChoices):
    """Why the verdict is what it is, or what to keep in mind with it."""

    VOLUME_FELL = "volume_fell", _("There was less talk than would have come without it.")
    VOLUME_ROSE = "volume_rose", _("There was more talk than would have come without it.")
    NEGATIVE_FELL = "negative_fell", _("Less of the talk was negative than would have been.")
    NEGATIVE_ROSE = "negative_rose", _("More of the talk was negative than would have been.")
    WITHIN_USUAL = "within_usual", _("What came is what might have come without it.")
    MEASURES_DISAGREE = "measures_disagree", _("Talk and its negative share went opposite ways.")
    NOT_ENOUGH_TIME = "not_enough_time", _("Less than an hour has been measured.")
    NOT_ANALYSED = "not_analysed", _("The sentiment of too many mentions is not known.")
    LITTLE_HISTORY = "little_history", _("There are fewer than three days before to compare with.")
    FEW_MENTIONS = "few_mentions", _("There are too few mentions to compare.")
    STILL_RISING = "still_rising", _("The storm had not turned yet when it was published.")
    GAP = "gap", _("Mentions are missing around the publication.")
    ANOTHER_PUBLICATION = (
        "another_publication",
        _("Another message was published within the hour: whose effect it was cannot be told."),
    )
    TOGETHER = "together", _("Another message was published with it: both are measured together.")
    CUT_SHORT = "cut_short", _("It is measured until the next message was published.")
    TOO_UNCERTAIN = "too_uncertain", _("Too many things might have come without it.")
    ENGAGEMENT_UNRIPE = (
        "engagement_unripe",
        _("Likes, comments and shares are compared when they are a day old."),
    )


class ResponseEffectQuerySet(OwnedQuerySet["ResponseEffect"]):
    """Chainable filters."""

    subject = "publication__message__incident_id"

    def current(self) -> "ResponseEffectQuerySet":
        """Only the latest of each publication."""
        return self.filter(superseded_at=None)


class ResponseEffect(IdentifiedModel):
    """One measurement of a publication; never changed, superseded by the next."""

    brand = models.ForeignKey(
        "accounts.Brand",
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("brand"),
        help_text=_("The brand that spoke."),
    )
    publication = models.ForeignKey(
        "messaging.Publication",
        on_delete=models.PROTECT,
        related_name="effects",
        verbose_name=_("publication"),
        help_text=_("What was published."),
    )
    number = models.PositiveIntegerField(
        _("number"), help_text=_("1 for the first measurement of the publication, and so on.")
    )
    milestone = models.PositiveIntegerField(
        _("milestone"),
        null=True,
        help_text=_("Minutes after the publication at which it was due; null when somebody asked."),
    )
    verdict = models.CharField(
        _("verdict"),
        max_length=15,
        choices=EffectVerdict.choices,
        help_text=_("Whether the publication helped."),
    )
    reasons = models.JSONField(_("reasons"), default=list, help_text=_("Why, as stable words."))
    since = models.DateTimeField(_("since"), help_text=_("When it was published."))
    until = models.DateTimeField(_("until"), help_text=_("End of what was measured."))
    volume = models.JSONField(
        _("volume"), null=True, help_text=_("Mentions: observed, expected, difference.")
    )
    negative_share = models.JSONField(
        _("negative share"),
        null=True,
        help_text=_("Share of negative mentions: observed, expected, difference in points of 1."),
    )
    engagement = models.JSONField(
        _("engagement"),
        null=True,
        help_text=_("Likes, comments and shares: observed, expected, difference."),
    )
    method = models.CharField(
        _("method"), max_length=40, help_text=_("Name and version of the method.")
    )
    inputs = models.JSONField(
        _("inputs"), default=dict, help_text=_("What was compared: series, times, other messages.")
    )
    fingerprint = models.CharField(
        _("fingerprint"),
        max_length=64,
        help_text=_("SHA-256 of all inputs: the same one has the same answer."),
    )
    measured_at = models.DateTimeField(_("measured at"), help_text=_("When it was measured."))
    superseded_at = models.DateTimeField(
        _("superseded at"), null=True, help_text=_("When the next one was measured; null before.")
    )
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("requested by"),
        help_text=_("Who asked for it; null for the workers and for API keys."),
    )

    objects = ResponseEffectQuerySet.as_manager()

    class Meta:
        verbose_name = _("response effect")
        verbose_name_plural = _("response effects")
        constraints = [
            models.UniqueConstraint(
                fields=["publication", "number"], name="monitoring_effect_number"
            ),
            models.UniqueConstraint(
                fields=["publication"],
                condition=models.Q(superseded_at=None),
                name="monitoring_effect_current",
            ),
            models.UniqueConstraint(
                fields=["publication", "milestone"],
                condition=models.Q(milestone__isnull=False),
                name="monitoring_effect_milestone",
            ),
            models.CheckConstraint(
                condition=models.Q(verdict__in=EffectVerdict.values),
                name="monitoring_effect_verdict",
            ),
        ]
        indexes = [
            models.Index(fields=["brand", "-measured_at", "-id"], name="monitoring_effect_latest")
        ]

    def __str__(self) -> str:
        return f"{self.publication} · {self.number}"
