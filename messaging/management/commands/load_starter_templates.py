"""Give a brand the templates that come with the service."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from crisisapi.accounts.models import Brand
from crisisapi.common.actors import SYSTEM
from messaging.services.starter_templates import load_starter_templates, starter_languages


class Command(BaseCommand):
    """Safe to run again: what is there by name stays as it is."""

    help = "Make the templates and blocks that come with the service, for one brand."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take a brand and languages."""
        parser.add_argument("--brand", metavar="SLUG", required=True, help="whose they are")
        parser.add_argument(
            "--language",
            action="append",
            choices=starter_languages(),
            help="may be given more than once; left out: all they are written in",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Load what is missing and count it."""
        brand = Brand.objects.filter(slug=options["brand"]).first()
        if brand is None:
            raise CommandError(f"There is no brand {options['brand']}.")
        languages = options["language"] or starter_languages()
        made = load_starter_templates(
            brand=brand, languages=languages, actor=SYSTEM, now=timezone.now()
        )
        for template in made.templates:
            self.stdout.write(f"{template.pk}  {template}")
        self.stdout.write(f"{len(made.templates)} templates and {len(made.blocks)} blocks made.")
