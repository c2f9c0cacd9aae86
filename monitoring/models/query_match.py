"""Which mentions a query found: the list of a query, the latest first."""

from django.db import models


class QueryMatch(models.Model):
    """A mention that a query found; follows from `query_ids` of the mention.

    Neither a query nor a mention is ever deleted, and constraints would be checked for each row.
    """

    query = models.ForeignKey(
        "monitoring.Query",
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )
    mention = models.ForeignKey(
        "monitoring.Mention",
        on_delete=models.PROTECT,
        related_name="matches",
        db_constraint=False,
    )
    published_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["query", "published_at", "mention"], name="monitoring_match_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.query_id} {self.mention_id}"
