"""What rows belong to that are written by the million.

Statements that write them know the brand and the query, so the database neither checks these nor
keeps an index for each; indexes of several columns are declared where they are read.
"""

from django.db import models


class OfBrand(models.Model):
    """A row of a brand."""

    brand = models.ForeignKey(
        "accounts.Brand",
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )

    class Meta:
        abstract = True


class OfQuery(OfBrand):
    """A row of what a query found; without one, of all talk of the brand."""

    query = models.ForeignKey(
        "monitoring.Query",
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )

    class Meta:
        abstract = True
