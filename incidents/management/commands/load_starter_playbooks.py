"""Give a brand the playbooks that come with the service."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from crisisapi.accounts.models import Brand
from crisisapi.common.actors import SYSTEM
from incidents.services.starter_playbooks import load_starters, starter_languages


class Command(BaseCommand):
    """Safe to run again: what is there by name stays as it is."""

    help = "Make and publish the playbooks that come with the service, for one brand."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take a brand and a language."""
        parser.add_argument("--brand", metavar="SLUG", required=True, help="whose they are")
        parser.add_argument(
            "--language",
            choices=starter_languages(),
            help="left out: the first of the brand's languages they are written in, else en",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Load what is missing and name it."""
        brand = Brand.objects.filter(slug=options["brand"]).first()
        if brand is None:
            raise CommandError(f"There is no brand {options['brand']}.")
        written = [code for code in brand.languages if code in starter_languages()]
        language = options["language"] or next(iter(written), "en")
        made = load_starters(brand=brand, language=language, actor=SYSTEM, now=timezone.now())
        for playbook in made:
            self.stdout.write(f"{playbook.pk}  {playbook.name}")
        self.stdout.write(f"{len(made)} playbooks made.")
