"""How much a source brought in each hour: what its silence is measured by."""

from django.db import models


class HeardHour(models.Model):
    """The new mentions that came from a source in one hour; an hour without any has no row."""

    source = models.ForeignKey(
        "monitoring.Source", on_delete=models.CASCADE, related_name="+", db_index=False
    )
    started_at = models.DateTimeField()
    mentions = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["source", "started_at"], name="monitoring_heardhour_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.source_id} {self.started_at:%Y-%m-%d %H:%M}"
