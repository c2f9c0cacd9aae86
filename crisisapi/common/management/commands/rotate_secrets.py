"""Encrypt every secret with the newest key, so that older ones can be dropped."""

from collections.abc import Iterable
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from crisisapi.common.rekeying import Standing, encrypted_fields, rotate_field, standing_of

OLD_KEY_NEEDED = 1
NOTHING_OPENS = 2


class Command(BaseCommand):
    """Go through every encrypted field, then count: the count decides how this leaves."""

    help = (
        "Encrypt every secret with the first of FIELD_ENCRYPTION_KEYS; may be broken off and "
        "repeated. Leaves with 0 when the older keys can be dropped, with 1 when something still "
        "rests on one of them, with 2 when all that is wrong are rows that no key opens."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take whether only to count."""
        parser.add_argument("--dry-run", action="store_true", help="count, and change nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print a line a field; say whether the older keys can be dropped."""
        fields = encrypted_fields()
        if not options["dry_run"]:
            for model, name in fields:
                self._tell_rotated(rotate_field(model, name))
        found = [standing_of(model, name) for model, name in fields]
        for standing in found:
            self._tell(standing)
        self._conclude(found)

    def _tell_rotated(self, done: Standing) -> None:
        missed = f", {done.missed} changed meanwhile" if done.missed else ""
        self.stdout.write(f"{done.label}: {done.rotated} encrypted anew{missed}")

    def _tell(self, standing: Standing) -> None:
        self.stdout.write(f"{standing.label}: {standing.values} values, {standing.old} on old keys")
        for pk in standing.unreadable:
            self.stderr.write(f"{standing.label} {pk}: no key opens it")
        if more := standing.unreadable_count - len(standing.unreadable):
            self.stderr.write(f"{standing.label}: no key opens {more} more")

    def _conclude(self, found: Iterable[Standing]) -> None:
        found = list(found)
        if old := sum(standing.old for standing in found):
            sentence = f"{old} values rest on older keys: keep these keys."
            raise CommandError(sentence, returncode=OLD_KEY_NEEDED)
        if lost := sum(standing.unreadable_count for standing in found):
            sentence = f"No key opens {lost} values: add the key they were encrypted with."
            raise CommandError(sentence, returncode=NOTHING_OPENS)
        self.stdout.write("Nothing rests on older keys: they can be dropped.")
