"""Compare the rollups with the raw mentions, print every difference, repair it when asked."""

from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from crisisapi.accounts.models import Brand
from monitoring.rules.counts import COUNT_COLUMNS
from monitoring.selectors.author_recount import find_false_authors
from monitoring.selectors.echo_recount import count_false_echo_counts, count_false_echoes
from monitoring.selectors.narrative_recount import find_miscounted
from monitoring.selectors.recount import Difference, count_false_matches, find_differences
from monitoring.selectors.sketch_recount import SketchKey, find_false_sketches
from monitoring.services.asked import fold_asked
from monitoring.services.asked_repairing import find_false_asking
from monitoring.services.author_counts import fold_authors
from monitoring.services.author_repair import repair_authors
from monitoring.services.echo_rollups import fold_echoes
from monitoring.services.repairing import repair_rollups
from monitoring.services.rollups import fold_buckets
from monitoring.services.sketches import fold_sketches


class Command(BaseCommand):
    """What runs every night, by hand; changes nothing unless it is asked to."""

    help = (
        "Recount the rollups of mentions from the raw rows and print every difference. "
        "Exits with 1 when there is one that is not repaired."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take a brand, and whether to repair."""
        parser.add_argument("--brand", metavar="SLUG", help="only this brand")
        parser.add_argument(
            "--repair", action="store_true", help="make the rollups what the mentions say"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Compare brand by brand."""
        brands = Brand.objects.order_by("slug")
        if options["brand"]:
            brands = brands.filter(slug=options["brand"])
            if not brands:
                raise CommandError(f"There is no brand {options['brand']}.")
        if found := sum(self._compare(brand, repairs=options["repair"]) for brand in brands):
            raise CommandError(f"{found} counts are not what the mentions say.")

    def _compare(self, brand: Brand, *, repairs: bool) -> int:
        told = list(_all_told(brand))
        for line in told or ["the rollups are exact."]:
            self.stdout.write(f"{brand.slug}: {line}")
        if told and repairs:
            repair_rollups(brand.pk)
            repair_authors(brand.pk)
            while _fold():
                pass
            told = list(_all_told(brand))
            self.stdout.write(f"{brand.slug}: repaired, {len(told)} left.")
        return len(told)


def _fold() -> bool:
    folds = (fold_buckets, fold_sketches, fold_echoes, fold_asked)
    return any(fold() for fold in folds) or bool(fold_authors(now=timezone.now()))


def _all_told(brand: Brand) -> Iterator[str]:
    yield from map(_told, find_differences(brand.pk))
    if matches := count_false_matches(brand.pk):
        yield f"{matches} rows in the lists of queries are missing or too many"
    if counts := count_false_echo_counts(brand.pk):
        yield f"{counts} counts of key messages"
    if echoes := count_false_echoes(brand.pk):
        yield f"{echoes} rows in the lists of key messages are missing or too many"
    if asking := find_false_asking(brand.pk):
        yield f"{len(asking)} mentions that ask are missing or too many"
    if rows := find_miscounted(brand.pk):
        yield f"{len(rows)} counts of narratives, or places of mentions in them"
    for key in find_false_sketches(brand.pk):
        yield f"{_at(key)}: unique authors"
    if authors := find_false_authors(brand.pk):
        yield f"{len(authors)} authors are counted wrongly"


def _told(difference: Difference) -> str:
    pairs = zip(COUNT_COLUMNS, difference.counted, difference.recounted, strict=True)
    told = ", ".join(
        f"{name} {counted}, recounted {recounted}"
        for name, counted, recounted in pairs
        if counted != recounted
    )
    names = (difference.platform, difference.language)
    where = "in all" if difference.platform is None else " ".join(name for name in names if name)
    return f"{_at(difference)}, {where}: {told}"


def _at(key: Difference | SketchKey) -> str:
    of_query = f", query {key.query_id}" if key.query_id else ""
    return f"{key.started_at:%Y-%m-%d %H:%M}Z, {key.width} s{of_query}"
