"""Influence: what authors caused in an incident, as it was last measured (docs/authors.md)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from crisisapi.accounts.models.owned import OwnedQuerySet
from crisisapi.common.models import IdentifiedModel


class InfluenceQuerySet(OwnedQuerySet["Influence"]):
    """Chainable filters."""

    subject = "incident_id"


class Influence(IdentifiedModel):
    """One author's part in one incident; replaced as a whole by the next measurement."""

    brand = models.ForeignKey(
        "accounts.Brand",
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("brand"),
        help_text=_("The brand the incident is about."),
    )
    incident = models.ForeignKey(
        "incidents.Incident",
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("incident"),
        help_text=_("In which incident."),
    )
    author = models.ForeignKey(
        "monitoring.Author",
        on_delete=models.PROTECT,
        related_name="influences",
        verbose_name=_("author"),
        help_text=_("Whose influence it is."),
    )
    rank = models.PositiveIntegerField(
        _("rank"), help_text=_("1 for the author who moves the incident most.")
    )
    score = models.FloatField(
        _("score"), help_text=_("spread + breadth + audience: how much they move it now.")
    )
    total = models.FloatField(
        _("total"), help_text=_("The same without fading: how much they moved it altogether.")
    )
    spread = models.FloatField(
        _("spread"), help_text=_("Part of the score that what their posts caused is worth.")
    )
    breadth = models.FloatField(
        _("breadth"), help_text=_("Part of the score that the number of people moved is worth.")
    )
    audience = models.FloatField(
        _("audience"), help_text=_("Part of the score that who may have seen it is worth.")
    )
    posts = models.PositiveIntegerField(
        _("posts"), help_text=_("How many posts of theirs were weighed.")
    )
    answers = models.PositiveBigIntegerField(
        _("answers of others"), help_text=_("Answers of others to these posts.")
    )
    shares = models.PositiveBigIntegerField(_("shares"), help_text=_("Shares of these posts."))
    copies = models.PositiveBigIntegerField(
        _("copies"),
        db_default=0,
        help_text=_("Other accounts that said nearly the same after them, post by post."),
    )
    people = models.PositiveIntegerField(
        _("people"), help_text=_("How many other accounts were heard to answer or repeat them.")
    )
    reach = models.PositiveBigIntegerField(
        _("reach"), help_text=_("The most people that one of the posts may have reached.")
    )
    said = models.PositiveIntegerField(
        _("mentions in the incident"),
        db_default=0,
        help_text=_("How many mentions of theirs were looked at."),
    )
    repeats = models.PositiveIntegerField(
        _("with a key message"),
        db_default=0,
        help_text=_("How many of these repeat a key message of the incident."),
    )
    agrees = models.PositiveIntegerField(
        _("agree with it"),
        db_default=0,
        help_text=_("How many of them repeat one and are positive."),
    )
    disputes = models.PositiveIntegerField(
        _("dispute it"),
        db_default=0,
        help_text=_("How many of them repeat one to deny it, or are negative."),
    )
    latest_at = models.DateTimeField(
        _("latest"), help_text=_("When they, or somebody because of them, were last heard.")
    )
    measured_at = models.DateTimeField(_("measured at"), help_text=_("When it was measured."))

    objects = InfluenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("influence")
        verbose_name_plural = _("influences")
        constraints = [
            models.UniqueConstraint(fields=["incident", "author"], name="monitoring_influence_once")
        ]
        indexes = [
            models.Index(fields=["incident", "rank", "id"], name="monitoring_influence_rank")
        ]

    def __str__(self) -> str:
        return f"{self.rank}. {self.author_id}"


class Ranking(models.Model):
    """When the authors of an incident were last ranked, and what was looked at."""

    incident = models.OneToOneField(
        "incidents.Incident", on_delete=models.PROTECT, primary_key=True, related_name="ranking"
    )
    measured_at = models.DateTimeField(null=True)
    # Ranked after the incident was over: nothing is left to do.
    is_final = models.BooleanField(default=False)
    mentions = models.PositiveBigIntegerField(default=0)
    # Whether these were all of the incident's.
    is_whole = models.BooleanField(default=True)
    # So that one that goes wrong does not come first for ever.
    tried_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["tried_at"], name="monitoring_ranking_tried")]

    def __str__(self) -> str:
        return str(self.incident_id)
