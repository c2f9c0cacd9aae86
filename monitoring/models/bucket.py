"""Rollups: how many mentions, and how they feel, by query, platform, language and time.

Writers append deltas, which never wait for each other; a worker folds them into buckets, and into
the totals of all platforms and languages. Whoever reads adds unfolded deltas to either, so that
the sum is exact at any moment.
"""

from django.db import models

from monitoring.models.belonging import OfQuery


class Width(models.IntegerChoices):
    """Length of a bucket in seconds."""

    FIVE_MINUTES = 300
    HOUR = 3600
    DAY = 86400


class Sums(OfQuery):
    """What is counted; without a query, all mentions of the brand."""

    started_at = models.DateTimeField()
    mentions = models.BigIntegerField(db_default=0)
    analysed = models.BigIntegerField(db_default=0)
    positive = models.BigIntegerField(db_default=0)
    neutral = models.BigIntegerField(db_default=0)
    negative = models.BigIntegerField(db_default=0)
    likes = models.BigIntegerField(db_default=0)
    comments = models.BigIntegerField(db_default=0)
    shares = models.BigIntegerField(db_default=0)
    reach = models.BigIntegerField(db_default=0)
    anger = models.BigIntegerField(db_default=0)
    fear = models.BigIntegerField(db_default=0)
    sadness = models.BigIntegerField(db_default=0)
    joy = models.BigIntegerField(db_default=0)
    hope = models.BigIntegerField(db_default=0)
    sympathy = models.BigIntegerField(db_default=0)
    asks = models.BigIntegerField(db_default=0)
    complains = models.BigIntegerField(db_default=0)
    leaves = models.BigIntegerField(db_default=0)
    praises = models.BigIntegerField(db_default=0)
    harm = models.BigIntegerField(db_default=0)

    class Meta:
        abstract = True


class Counts(Sums):
    """What is counted on one platform, in one language."""

    platform = models.TextField()
    # Empty for mentions that nobody has read yet.
    language = models.TextField(db_default="")

    class Meta:
        abstract = True


class Bucket(Counts):
    """The folded counts of one stretch of time."""

    width = models.PositiveIntegerField(choices=Width.choices)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["brand", "query", "width", "started_at", "platform", "language"],
                name="monitoring_bucket_once",
                nulls_distinct=False,
            )
        ]

    def __str__(self) -> str:
        return f"{self.platform} {self.started_at:%Y-%m-%d %H:%M} {self.width}s"


class BucketTotal(Sums):
    """The folded counts of one stretch of time, on all platforms and in all languages."""

    width = models.PositiveIntegerField(choices=Width.choices)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["brand", "query", "width", "started_at"],
                name="monitoring_total_once",
                # What is looked at with every batch is read from the index alone.
                include=["mentions", "positive", "neutral", "negative", "reach"],
                nulls_distinct=False,
            )
        ]

    def __str__(self) -> str:
        return f"{self.started_at:%Y-%m-%d %H:%M} {self.width}s"


class BucketDelta(Counts):
    """A change of five-minute counts that is not folded yet."""

    class Meta:
        indexes = [
            models.Index(fields=["brand", "query", "started_at"], name="monitoring_delta_window")
        ]

    def __str__(self) -> str:
        return f"{self.platform} {self.started_at:%Y-%m-%d %H:%M}"
