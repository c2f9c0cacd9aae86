"""Make the weights of the text analyser from labelled texts."""

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from monitoring.rules.reading.model import Model, load_model
from monitoring.rules.reading.training import (
    KNOWN_LABELS,
    Example,
    Plan,
    score,
    set_apart,
    train,
    written_examples,
)

_SET_ASIDE = ".dev.jsonl.gz"
_LEARNT = ".train.jsonl.gz"


class Command(BaseCommand):
    """Needs nothing that the service does not need; the same files give the same weights."""

    help = (
        "Learn the weights of the text analyser from DIR/*.train.jsonl.gz: lines of text, lang, "
        "and label (negative, neutral, positive; or anger, joy, optimism, sadness). Files "
        "*.dev.jsonl.gz beside them tune and measure. Sets with other labels are left out."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the folder, the file to write, and sets to leave out."""
        parser.add_argument("--data", type=Path, required=True, metavar="DIR")
        parser.add_argument("--output", type=Path, required=True, metavar="FILE")
        parser.add_argument(
            "--leave-out", action="append", default=[], metavar="SET", help="a set not to learn"
        )
        parser.add_argument(
            "--without-written", action="store_true", help="leave the project's own sentences out"
        )
        parser.add_argument("--model-version", default="custom", help="stored with every result")
        parser.add_argument(
            "--development-apart",
            action="store_true",
            help="never learn development parts, so that the figures printed are honest",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Learn, write, read what was written, and print how it does on the development parts."""
        read = list(_examples(options["data"], set(options["leave_out"])))
        if not read:
            raise CommandError(f"{options['data']} has no *{_LEARNT} with known labels.")
        languages = {example.language for example in read}
        written = [] if options["without_written"] else written_examples(languages)
        examples = set_apart([*read, *written])
        plan = Plan(
            options["model_version"],
            last_look=not options["development_apart"],
            say=self.stdout.write,
        )
        model = train(examples, plan)
        model.save(options["output"])
        size = options["output"].stat().st_size
        self.stdout.write(f"{options['output']}: {size / 1e6:.2f} MB")
        self._measure(load_model(options["output"]), examples, learnt=plan.last_look)

    def _measure(self, model: Model, examples: list[Example], *, learnt: bool) -> None:
        if learnt:
            self.stdout.write("The development parts were learnt too: these figures flatter.")
        for kind in sorted({example.kind for example in examples if example.measures}):
            asked = [example for example in examples if example.kind == kind and example.measures]
            self.stdout.write(f"{kind:16} {score(model, asked)}")


def _examples(folder: Path, left_out: set[str]) -> Iterator[Example]:
    for ending, measures in ((_LEARNT, False), (_SET_ASIDE, True)):
        for path in sorted(folder.glob(f"*{ending}")):
            name = path.name.removesuffix(ending)
            if name not in left_out:
                yield from _read(path, name, measures=measures)


def _read(path: Path, name: str, *, measures: bool) -> Iterator[Example]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for number, line in enumerate(lines, start=1):
            try:
                row = json.loads(line)
                if row["label"] not in KNOWN_LABELS:
                    return
                yield Example(name, row["lang"], row["text"], row["label"], measures)
            except (ValueError, KeyError, TypeError) as error:
                raise CommandError(f"{path}, line {number}: {error!r}") from error
