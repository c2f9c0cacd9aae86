"""Import mentions from a file, on the path of the webhook."""

import json
import sys
from argparse import RawDescriptionHelpFormatter
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO, Any
from zoneinfo import ZoneInfo

from django.core.management.base import BaseCommand, CommandError, CommandParser
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

from crisisapi.common.nudges import nudge
from monitoring.models import Source
from monitoring.rules.columns import FIELDS, BadMapping, ColumnMap, parse_pairs
from monitoring.services.deliveries import SourcePaused
from monitoring.services.imports import ImportedBatch, import_file
from monitoring.sources.files import FileReader, Format, UnreadableFile, format_of
from monitoring.tasks import analyse_mentions

_SHOWN_REASONS = 10


class Command(BaseCommand):
    """Reads JSONL or CSV (gzip too); a bad line is reported and never stops the rest."""

    help = (
        "Import mentions from a JSONL or CSV file, gzipped or not.\n\n"
        "Stopped half-way, run it again: it goes on where it was, and stores nothing twice.\n"
        f"Fields: {', '.join(FIELDS)}."
    )

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        """Keep the line breaks of the help."""
        return super().create_parser(
            prog_name, subcommand, formatter_class=RawDescriptionHelpFormatter, **kwargs
        )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the file, the source, and how columns map on fields."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--source", required=True, help="slug of the source")
        parser.add_argument("--brand", help="slug of its brand, when several have such a source")
        parser.add_argument("--format", choices=["jsonl", "csv"], help="told by the name else")
        parser.add_argument("--delimiter", help="of a CSV file; comma, or tab for .tsv")
        parser.add_argument(
            "--map", action="append", default=[], metavar="FIELD=COLUMN", help="read from COLUMN"
        )
        parser.add_argument(
            "--set", action="append", default=[], metavar="FIELD=VALUE", help="same for all rows"
        )
        parser.add_argument("--report", type=Path, help="write rejected lines here, as JSONL")

    def handle(self, *args: Any, **options: Any) -> None:
        """Import, show the progress, and report what was rejected and why."""
        source = self._source(options["source"], options["brand"])
        reader = self._reader(options)
        columns = self._columns(options, source)
        totals: Counter[str] = Counter()
        reasons: Counter[tuple[str, str]] = Counter()
        try:
            with ExitStack() as stack:
                report = self._report(stack, options["report"])
                for batch in stack.enter_context(self._progress(reader, source, columns)):
                    _add(totals, reasons, batch, report)
                    nudge(analyse_mentions)
        except UnreadableFile as error:
            self._summary(totals, reasons)
            raise CommandError(f"{error} What was read before is stored.") from error
        except SourcePaused as error:
            raise CommandError(f"The source {source.slug} is not active.") from error
        self._summary(totals, reasons)

    def _source(self, slug: str, brand: str | None) -> Source:
        found = list(
            Source.objects.filter(slug=slug, **({"brand__slug": brand} if brand else {}))[:2]
        )
        if not found:
            raise CommandError(f"There is no source {slug}.")
        if len(found) > 1:
            raise CommandError(f"Several brands have a source {slug}: name one with --brand.")
        return found[0]

    def _reader(self, options: dict[str, Any]) -> FileReader:
        path: Path = options["file"]
        kind: Format | None = options["format"] or format_of(path)
        if kind is None:
            raise CommandError(f"{path.name}: say --format jsonl or --format csv.")
        tab = path.name.lower().removesuffix(".gz").endswith(".tsv")
        delimiter = options["delimiter"] or ("\t" if tab else ",")
        if len(delimiter) != 1:
            raise CommandError("--delimiter takes one character.")
        try:
            path.open("rb").close()
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}.") from error
        return FileReader(path, kind, delimiter=delimiter)

    def _columns(self, options: dict[str, Any], source: Source) -> ColumnMap:
        try:
            return ColumnMap(
                columns=parse_pairs(options["map"]),
                constants=parse_pairs(options["set"]),
                zone=ZoneInfo(source.brand.time_zone),
            )
        except BadMapping as error:
            raise CommandError(str(error)) from error

    def _report(self, stack: ExitStack, path: Path | None) -> IO[str] | None:
        try:
            return stack.enter_context(path.open("w", encoding="utf-8")) if path else None
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}.") from error

    @contextmanager
    def _progress(
        self, reader: FileReader, source: Source, columns: ColumnMap
    ) -> Iterator[Iterator[ImportedBatch]]:
        bar = Progress(
            TextColumn(reader.path.name),
            BarColumn(),
            DownloadColumn(),
            TimeRemainingColumn(),
            console=Console(stderr=True),
            disable=not sys.stderr.isatty(),
        )
        with bar:
            task = bar.add_task("import", total=reader.size)

            def batches() -> Iterator[ImportedBatch]:
                for batch in import_file(reader, source=source, columns=columns):
                    bar.update(task, completed=reader.position)
                    yield batch

            yield batches()

    def _summary(self, totals: Counter[str], reasons: Counter[tuple[str, str]]) -> None:
        self.stdout.write(
            f"{totals['rows']} lines: {totals['accepted']} stored, "
            f"{totals['duplicates']} known before ({totals['updated']} with more engagement), "
            f"{totals['rejected']} rejected."
        )
        if totals["repeated"]:
            self.stdout.write(f"{totals['repeated']} lines were imported by an earlier run.")
        for (code, reason), count in reasons.most_common(_SHOWN_REASONS):
            self.stdout.write(f"  {count} × {code}: {reason}")


def _add(
    totals: Counter[str],
    reasons: Counter[tuple[str, str]],
    batch: ImportedBatch,
    report: IO[str] | None,
) -> None:
    totals["rows"] += batch.rows
    totals["accepted"] += batch.accepted
    totals["duplicates"] += batch.duplicates
    totals["updated"] += batch.updated
    totals["rejected"] += len(batch.rejected)
    totals["repeated"] += batch.rows if batch.repeated else 0
    for line in batch.rejected:
        reasons[line.code, line.reason] += 1
        if report:
            entry = {"line": line.line, "code": line.code, "reason": line.reason}
            report.write(json.dumps(entry, ensure_ascii=False) + "\n")
