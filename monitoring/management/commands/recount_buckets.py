"""Compare the rollups with the raw mentions, and print every difference."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from crisisapi.accounts.models import Brand
from monitoring.rules.counts import COUNT_COLUMNS
from monitoring.selectors.recount import Difference, find_differences


class Command(BaseCommand):
    """What runs every night, by hand; changes nothing."""

    help = (
        "Recount the rollups of mentions from the raw rows and print every difference. "
        "Exits with 1 when there is one."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take a brand."""
        parser.add_argument("--brand", metavar="SLUG", help="only this brand")

    def handle(self, *args: Any, **options: Any) -> None:
        """Compare brand by brand."""
        brands = Brand.objects.order_by("slug")
        if options["brand"]:
            brands = brands.filter(slug=options["brand"])
            if not brands:
                raise CommandError(f"There is no brand {options['brand']}.")
        if found := sum(self._compare(brand) for brand in brands):
            raise CommandError(f"{found} buckets are not what the mentions say.")

    def _compare(self, brand: Brand) -> int:
        differences = find_differences(brand.pk)
        for difference in differences:
            self.stdout.write(f"{brand.slug}: {_told(difference)}")
        if not differences:
            self.stdout.write(f"{brand.slug}: the rollups are exact.")
        return len(differences)


def _told(difference: Difference) -> str:
    pairs = zip(COUNT_COLUMNS, difference.counted, difference.recounted, strict=True)
    told = ", ".join(
        f"{name} {counted}, recounted {recounted}"
        for name, counted, recounted in pairs
        if counted != recounted
    )
    start = f"{difference.started_at:%Y-%m-%d %H:%M}"
    return f"{start}Z, {difference.width} s, {difference.platform}: {told}"
