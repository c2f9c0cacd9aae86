"""Analyse a file of texts, as the workers analyse mentions."""

import json
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from monitoring.rules.analysis import Analyser, Analysis, ReadingAnalyser
from monitoring.rules.reading.model import BadModel, load_model
from monitoring.rules.transformer import BadTransformer, TransformerAnalyser
from monitoring.services.analysers import SlowAnalyser, chosen_analyser, load_transformer

_AT_ONCE = 500
_LONGEST_LINE = 4 * 1024 * 1024


class Command(BaseCommand):
    """Reads and writes line by line, however long the file is."""

    help = (
        "Analyse a JSONL file of {id, text, language?}; write {id, language, sentiment, score, "
        "confidence, emotions, intents}. Lines that cannot be read are named and make the "
        "command exit with 1, after all the others are written."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take both files, and weights other than those that are in force."""
        parser.add_argument("--input", type=Path, required=True, metavar="FILE")
        parser.add_argument("--output", type=Path, required=True, metavar="FILE")
        parser.add_argument(
            "--model",
            type=Path,
            help="weights that train_analyzer made, or the folder of a transformer",
        )
        parser.add_argument(
            "--slow", action="store_true", help="let the model of TRANSFORMER_MODEL judge"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Analyse everything that can be read."""
        try:
            analyser = _analyser(options["model"], is_slow=options["slow"])
            with (
                options["input"].open(encoding="utf-8", errors="replace") as lines,
                options["output"].open("w", encoding="utf-8") as told,
            ):
                bad = self._analyse(analyser, lines, told)
        except (BadModel, BadTransformer, OSError) as error:
            raise CommandError(str(error)) from error
        if bad:
            raise CommandError(f"{bad} lines could not be read.")

    def _analyse(self, analyser: Analyser, lines: IO[str], told: IO[str]) -> int:
        """Return how many lines were bad."""
        bad = 0
        numbered = enumerate(lines, start=1)
        while batch := list(islice(numbered, _AT_ONCE)):
            rows = []
            for number, line in batch:
                if not line.strip():
                    continue
                try:
                    rows.append(_row(line))
                except ValueError as error:
                    bad += 1
                    self.stderr.write(f"line {number}: {error}")
            for line in _told(analyser, rows):
                told.write(line)
        return bad


def _analyser(model: Path | None, *, is_slow: bool) -> Analyser:
    """The analyser in force, or one with other weights, which are read at once."""
    if is_slow and model is not None:
        raise CommandError("Give --slow or --model, not both.")
    if is_slow:
        return SlowAnalyser()
    if model is None:
        return chosen_analyser()
    if model.is_dir():
        return TransformerAnalyser(
            chosen_analyser(), load_transformer(model), languages=settings.TRANSFORMER_LANGUAGES
        )
    load_model(model)
    return ReadingAnalyser(model)


def _row(line: str) -> tuple[Any, str, str]:
    """The id, text and language in a line; refuses what is none."""
    if len(line) > _LONGEST_LINE:
        raise ValueError("longer than 4 MiB")
    row = json.loads(line)
    if not isinstance(row, dict) or "id" not in row or not isinstance(row.get("text"), str):
        raise ValueError('no object with "id" and a "text" that is a string')
    language = row.get("language") or ""
    if not isinstance(language, str):
        raise ValueError('"language" is no string')
    return row["id"], row["text"], language


def _told(analyser: Analyser, rows: list[tuple[Any, str, str]]) -> Iterator[str]:
    found = analyser.analyse_all([(text, language) for _id, text, language in rows])
    for (identity, _text, _language), analysis in zip(rows, found, strict=True):
        yield json.dumps({"id": identity, **_shown(analysis)}, ensure_ascii=True) + "\n"


def _shown(analysis: Analysis) -> dict[str, Any]:
    return {
        "language": analysis.language,
        "sentiment": analysis.sentiment,
        "score": analysis.sentiment_score,
        "confidence": analysis.sentiment_confidence,
        "emotions": dict(analysis.emotions),
        "intents": sorted(analysis.intents),
    }
