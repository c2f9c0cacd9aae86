"""Check that nobody tampered with the event log."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from crisisapi.accounts.models import Brand
from crisisapi.events.selectors.chain import check_chain


class Command(BaseCommand):
    """Recompute every chain; name the first broken link and leave with 1."""

    help = "Verify the hash chain of the event log, of all brands or of one."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take a brand."""
        parser.add_argument("--brand", help="slug of one brand")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print a line a brand; the hash at its end can be written down elsewhere as a witness."""
        brands = Brand.objects.order_by("slug")
        if options["brand"]:
            brands = brands.filter(slug=options["brand"])
            if not brands:
                raise CommandError(f"There is no brand {options['brand']}.")
        for report in map(check_chain, brands):
            if report.broken:
                link = report.broken
                raise CommandError(f"{link.brand}: broken at {link.position}: {link.reason}")
            self.stdout.write(f"{report.brand}: {report.length} events hold, head {report.hash}")
