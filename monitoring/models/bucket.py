"""Rollups: how many mentions, how they feel, per brand, platform and stretch of time.

Writers append deltas, which never wait for each other; a worker folds them into buckets.
Whoever reads adds both, so that the sum is exact at any moment.
"""

from django.db import models


class Width(models.IntegerChoices):
    """Length of a bucket in seconds."""

    FIVE_MINUTES = 300
    HOUR = 3600


class Counts(models.Model):
    """What is counted."""

    brand = models.ForeignKey(
        "accounts.Brand",
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )
    platform = models.TextField()
    started_at = models.DateTimeField()
    mentions = models.BigIntegerField(default=0)
    analysed = models.BigIntegerField(default=0)
    positive = models.BigIntegerField(default=0)
    neutral = models.BigIntegerField(default=0)
    negative = models.BigIntegerField(default=0)
    likes = models.BigIntegerField(default=0)
    comments = models.BigIntegerField(default=0)
    shares = models.BigIntegerField(default=0)
    reach = models.BigIntegerField(default=0)

    class Meta:
        abstract = True


class Bucket(Counts):
    """The folded counts of one stretch of time."""

    width = models.PositiveSmallIntegerField(choices=Width.choices)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["brand", "width", "started_at", "platform"], name="monitoring_bucket_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.platform} {self.started_at:%Y-%m-%d %H:%M} {self.width}s"


class BucketDelta(Counts):
    """A change of five-minute counts that is not folded yet."""

    class Meta:
        indexes = [models.Index(fields=["brand", "started_at"], name="monitoring_delta_window")]

    def __str__(self) -> str:
        return f"{self.platform} {self.started_at:%Y-%m-%d %H:%M}"
