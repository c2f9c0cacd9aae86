"""Unique authors: a sketch for each query and bucket (rules/hyperloglog.py)."""

from django.db import models

from monitoring.models.belonging import OfQuery
from monitoring.models.bucket import Width


class Authors(OfQuery):
    """Who spoke in a stretch of time, as a sketch; without a query, of the whole brand."""

    started_at = models.DateTimeField()
    sketch = models.BinaryField()

    class Meta:
        abstract = True


class Sketch(Authors):
    """The authors of one bucket."""

    width = models.PositiveIntegerField(choices=Width.choices)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["brand", "query", "width", "started_at"],
                name="monitoring_sketch_once",
                nulls_distinct=False,
            )
        ]

    def __str__(self) -> str:
        return f"{self.started_at:%Y-%m-%d %H:%M} {self.width}s"


class SketchDelta(Authors):
    """Authors of five minutes that are not folded yet.

    A stale one says that somebody may have left, so that the bucket is made anew from the rows.
    """

    is_stale = models.BooleanField(db_default=False)

    class Meta:
        indexes = [
            models.Index(
                fields=["brand", "query", "started_at"], name="monitoring_sketchdelta_window"
            )
        ]

    def __str__(self) -> str:
        return f"{self.started_at:%Y-%m-%d %H:%M}"
