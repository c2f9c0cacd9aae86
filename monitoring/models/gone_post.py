"""Posts that were said to be gone before they came."""

from django.db import models
from django.utils import timezone


class GonePost(models.Model):
    """A deletion that overtook its post: should the post come, its words are not kept."""

    source = models.ForeignKey(
        "monitoring.Source", on_delete=models.CASCADE, related_name="+", db_index=False
    )
    external_id = models.TextField()
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["source", "external_id"], name="monitoring_gonepost_once"
            )
        ]
        indexes = [models.Index(fields=["created_at"], name="monitoring_gonepost_old")]

    def __str__(self) -> str:
        return self.external_id
