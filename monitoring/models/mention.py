"""Mentions: what somebody said, where, and how it was received."""

from typing import TYPE_CHECKING

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Value
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from crisisapi.accounts.models.owned import OwnedQuerySet
from crisisapi.common.models import IdentifiedModel

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID


class Sentiment(models.TextChoices):
    """What the text feels."""

    POSITIVE = "positive", _("positive")
    NEUTRAL = "neutral", _("neutral")
    NEGATIVE = "negative", _("negative")
    UNKNOWN = "unknown", _("cannot tell")


class MentionQuerySet(OwnedQuerySet["Mention"]):
    """Chainable filters."""

    def during(
        self, *, brand_id: "UUID", start: "datetime", end: "datetime | None"
    ) -> "MentionQuerySet":
        """Mentions of a brand said from a time on, and before another when it is given."""
        said = self.filter(brand_id=brand_id, published_at__gte=start)
        return said if end is None else said.filter(published_at__lt=end)

    def by_handle(self, *handles: str) -> "MentionQuerySet":
        """Mentions by accounts of these plain names, whether they were told with an @ or not."""
        written = [start + handle for handle in handles for start in ("", "@")]
        # The second part is what the index is limited to.
        named = self.annotate(plain=Lower("author_handle")).filter(plain__in=written)
        return named.exclude(author_handle="")

    def by_account(self, *external_ids: str) -> "MentionQuerySet":
        """Mentions by accounts of these ids."""
        named = self.filter(author_external_id__in=external_ids)
        return named.exclude(author_external_id="")


class Mention(IdentifiedModel):
    """One post, comment or article; known by its id at the source."""

    # Follows from the source; a second constraint would be checked for each row of a storm.
    brand = models.ForeignKey(
        "accounts.Brand",
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        db_constraint=False,
        verbose_name=_("brand"),
        help_text=_("The brand it is about."),
    )
    source = models.ForeignKey(
        "monitoring.Source",
        on_delete=models.PROTECT,
        related_name="mentions",
        db_index=False,
        verbose_name=_("source"),
        help_text=_("Where it came from."),
    )
    delivery_id = models.UUIDField(
        _("delivery"), help_text=_("The delivery that first brought it.")
    )
    external_id = models.TextField(_("external id"), help_text=_("Its id at the source."))
    platform = models.TextField(
        _("platform"), help_text=_("Where it was said, e.g. x, facebook, news.")
    )
    url = models.TextField(_("address"), blank=True, help_text=_("Its address."))
    text = models.TextField(_("text"), help_text=_("What was said."))
    author_external_id = models.TextField(
        _("author id"), blank=True, default="", help_text=_("The account's id at the platform.")
    )
    author_handle = models.TextField(_("account"), blank=True, help_text=_("Name of the account."))
    author_name = models.TextField(_("author"), blank=True, help_text=_("Name shown."))
    author_followers = models.BigIntegerField(
        _("followers"), null=True, help_text=_("Followers of the account.")
    )
    author_verified = models.BooleanField(
        _("verified account"),
        null=True,
        help_text=_("Whether the platform vouches for the account."),
    )
    author_profile = models.TextField(
        _("profile"), blank=True, default="", help_text=_("Address of the account.")
    )
    parent_id = models.TextField(
        _("answers"), blank=True, default="", help_text=_("Id at the source of what it answers.")
    )
    revision = models.BigIntegerField(
        _("revision"), default=0, help_text=_("Rises when the author edits it.")
    )
    removed_at = models.DateTimeField(
        _("removed at"),
        null=True,
        help_text=_("When it was found deleted or was erased; it counts, its words are gone."),
    )
    published_at = models.DateTimeField(_("published at"), help_text=_("When it was said."))
    likes = models.BigIntegerField(_("likes"), default=0, help_text=_("Likes, the most ever seen."))
    comments = models.BigIntegerField(
        _("comments"), default=0, help_text=_("Comments, the most ever seen.")
    )
    shares = models.BigIntegerField(
        _("shares"), default=0, help_text=_("Shares, the most ever seen.")
    )
    reach = models.BigIntegerField(
        _("reach"), default=0, help_text=_("People reached, the most ever seen.")
    )
    language = models.TextField(
        _("language"),
        blank=True,
        help_text=_("ISO 639-1; as declared, or as found by the analysis."),
    )
    source_language = models.TextField(
        _("language by the source"),
        blank=True,
        db_default="",
        help_text=_("What the source declared, kept when the mention is read."),
    )
    sentiment = models.TextField(
        _("sentiment"),
        blank=True,
        choices=Sentiment.choices,
        help_text=_("Empty before the analysis."),
    )
    source_sentiment = models.TextField(
        _("sentiment by the source"),
        blank=True,
        default="",
        choices=Sentiment.choices,
        help_text=_("What the source makes of it; empty when it says nothing."),
    )
    sentiment_score = models.FloatField(_("sentiment score"), null=True, help_text=_("-1 to 1."))
    sentiment_confidence = models.FloatField(_("confidence"), null=True, help_text=_("0 to 1."))
    emotions = models.JSONField(
        _("emotions"),
        db_default=Value({}, models.JSONField()),
        help_text=_("Emotions found in the text, each with its strength, 0 to 1."),
    )
    intents = models.JSONField(
        _("intents"),
        db_default=Value([], models.JSONField()),
        help_text=_(
            "What the author does: asks, complains, leaves (threatens to), praises, harm (reports "
            "it)."
        ),
    )
    corrected_at = models.DateTimeField(
        _("corrected at"),
        null=True,
        help_text=_("When a person had the last word; no analyser changes it from then on."),
    )
    corrected_by = models.ForeignKey(
        "accounts.User",
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
        verbose_name=_("corrected by"),
        help_text=_("Who had the last word."),
    )
    # Its keys say which columns are a person's.
    overruled = models.JSONField(
        _("overruled"),
        null=True,
        help_text=_("What the analyser says where a person had the last word."),
    )
    author_key = models.BigIntegerField(
        _("number of the author"),
        null=True,
        help_text=_("The same for all that one account says; does not tell whose it is."),
    )
    # Beside the rows of QueryMatch: what a mention counts for has to be in its own row (ADR 16).
    query_ids = ArrayField(
        models.UUIDField(),
        verbose_name=_("queries"),
        db_default=Value([], ArrayField(models.UUIDField())),
        help_text=_("The queries it was found by."),
    )
    # As with queries. By the id of a key message: score, way, and which version it was.
    echoes = models.JSONField(
        _("key messages"),
        db_default=Value({}, models.JSONField()),
        help_text=_("The key messages it repeats."),
    )
    analyser = models.TextField(
        _("analyser"), blank=True, help_text=_("Name and version of the analyser.")
    )
    analysed_at = models.DateTimeField(
        _("analysed at"), null=True, help_text=_("When it was analysed.")
    )

    objects = MentionQuerySet.as_manager()

    class Meta:
        verbose_name = _("mention")
        verbose_name_plural = _("mentions")
        constraints = [
            models.UniqueConstraint(
                fields=["source", "external_id"], name="monitoring_mention_once"
            )
        ]
        indexes = [
            models.Index(
                fields=["brand", "-published_at", "-id"], name="monitoring_mention_recent"
            ),
            models.Index(
                fields=["brand", "platform", "-published_at", "-id"],
                name="monitoring_mention_platform",
            ),
            models.Index(
                fields=["brand", "language", "-published_at", "-id"],
                name="monitoring_mention_language",
            ),
            models.Index(
                fields=["brand", "sentiment", "-published_at", "-id"],
                name="monitoring_mention_sentiment",
            ),
            models.Index(
                fields=["id"],
                condition=models.Q(analysed_at__isnull=True),
                name="monitoring_mention_waiting",
            ),
            models.Index(
                "brand",
                Lower("author_handle"),
                models.F("published_at").desc(),
                models.F("id").desc(),
                condition=~models.Q(author_handle=""),
                name="monitoring_mention_handle",
            ),
            models.Index(
                fields=["brand", "author_external_id", "-published_at", "-id"],
                condition=~models.Q(author_external_id=""),
                name="monitoring_mention_author",
            ),
            models.Index(
                fields=["brand", "author_key", "-published_at", "-id"],
                condition=models.Q(author_key__isnull=False),
                name="monitoring_mention_number",
            ),
            models.Index(
                fields=["brand", "-published_at", "-id"],
                condition=models.Q(author_verified=True),
                name="monitoring_mention_verified",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.platform} {self.external_id}"
