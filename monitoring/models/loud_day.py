"""How much the loudest account brought on each day, as a measure for those of today."""

from django.db import models


class LoudDay(models.Model):
    """The most people that one account reached on a day of UTC; whose it was is not kept."""

    brand = models.ForeignKey(
        "accounts.Brand",
        on_delete=models.CASCADE,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )
    query = models.ForeignKey(
        "monitoring.Query",
        on_delete=models.CASCADE,
        null=True,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )
    day = models.DateField()
    reach = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["brand", "query", "day"],
                name="monitoring_loud_day_once",
                nulls_distinct=False,
            )
        ]

    def __str__(self) -> str:
        return f"{self.query_id or self.brand_id} {self.day}: {self.reach}"
