"""Numbers of incidents, counted per brand and year."""

from django.db import models


class ReferenceCounter(models.Model):
    """The last number given in a year; its row is the lock while one is taken."""

    brand = models.ForeignKey("accounts.Brand", on_delete=models.CASCADE, related_name="+")
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["brand", "year"], name="incidents_counter_once")
        ]

    def __str__(self) -> str:
        return f"{self.year}: {self.last}"
