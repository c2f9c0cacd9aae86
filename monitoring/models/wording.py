"""Wordings: posts that say the same in nearly the same words; and where each mention belongs."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

from crisisapi.common.models import IdentifiedModel
from monitoring.models.belonging import OfBrand


class Wording(IdentifiedModel, OfBrand):
    """Near-duplicates, folded; what it is known by are numbers under a key.

    They are emptied when nobody's words are left in it.
    """

    narrative = models.ForeignKey(
        "monitoring.Narrative", on_delete=models.PROTECT, null=True, related_name="wordings"
    )
    # Null when it was emptied.
    exact = models.BigIntegerField(null=True)
    bands = ArrayField(models.BigIntegerField(), default=list)
    minima = models.BinaryField(default=b"")
    terms = ArrayField(models.BigIntegerField(), default=list)
    mentions = models.PositiveBigIntegerField(default=0)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["brand", "exact"], name="monitoring_wording_exact"),
            GinIndex(fields=["bands"], name="monitoring_wording_bands"),
            GinIndex(
                fields=["terms"],
                condition=Q(narrative__isnull=True),
                name="monitoring_wording_loose",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.exact} x {self.mentions}"


class Placement(OfBrand):
    """Where a mention belongs, and what it counts for there.

    Due ones wait for the worker. Written only by whoever has locked the mention; the worker fills
    in the wording and the narrative.
    """

    mention = models.OneToOneField(
        "monitoring.Mention",
        on_delete=models.PROTECT,
        primary_key=True,
        related_name="placement",
        db_constraint=False,
    )
    wording = models.ForeignKey(
        Wording, on_delete=models.PROTECT, null=True, related_name="placements"
    )
    narrative = models.ForeignKey(
        "monitoring.Narrative",
        on_delete=models.PROTECT,
        null=True,
        related_name="placements",
        db_index=False,
    )
    started_at = models.DateTimeField(null=True)
    sentiment = models.TextField(db_default="")
    author_key = models.BigIntegerField(null=True)
    is_repost = models.BooleanField(db_default=False)
    link = models.BigIntegerField(null=True)
    tags = models.BigIntegerField(null=True)
    tag_count = models.PositiveSmallIntegerField(db_default=0)
    is_due = models.BooleanField(db_default=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["brand", "mention"],
                condition=Q(is_due=True),
                name="monitoring_placement_due",
            ),
            models.Index(
                fields=["narrative", "-started_at", "-mention"],
                condition=Q(narrative__isnull=False),
                name="monitoring_placement_told",
            ),
        ]

    def __str__(self) -> str:
        return str(self.mention_id)


class NarrativeBucket(models.Model):
    """How many mentions tell a narrative in five minutes, and how they feel."""

    narrative = models.ForeignKey(
        "monitoring.Narrative", on_delete=models.PROTECT, related_name="buckets", db_index=False
    )
    started_at = models.DateTimeField()
    mentions = models.BigIntegerField(db_default=0)
    positive = models.BigIntegerField(db_default=0)
    neutral = models.BigIntegerField(db_default=0)
    negative = models.BigIntegerField(db_default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["narrative", "started_at"], name="monitoring_narrativebucket_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.started_at:%Y-%m-%d %H:%M} {self.mentions}"


class WordCount(models.Model):
    """In how many different texts of a brand a word stood; the word is a number under a key.

    Number 0 counts the texts. Weeks are numbered from the epoch.
    """

    brand = models.ForeignKey(
        "accounts.Brand",
        on_delete=models.CASCADE,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )
    word = models.BigIntegerField()
    texts = models.BigIntegerField()
    # The latest week in which it was written, and in how many texts of earlier weeks it stood:
    # of those before that week, and of those before the week before it.
    week = models.IntegerField(db_default=0)
    before_week = models.BigIntegerField(db_default=0)
    before_last = models.BigIntegerField(db_default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["brand", "word"], name="monitoring_wordcount_once")
        ]

    def __str__(self) -> str:
        return f"{self.word} {self.texts}"
