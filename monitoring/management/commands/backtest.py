"""Say what the detector would have raised over a series of counts."""

import csv
from argparse import ArgumentTypeError
from pathlib import Path
from typing import Any

import numpy as np
from django.core.management.base import BaseCommand, CommandError, CommandParser

from monitoring.rules.detection.detector import alerts, detect
from monitoring.rules.detection.series import BadSeries, series_of

# A little less than one, so that no more than one false alarm in ten days is left beside true ones.
_ALARMS_A_WEEK = 0.9
_COLUMNS = ("timestamp", "value")
_TOLD = (*_COLUMNS, "anomaly_score", "is_alert")


class Command(BaseCommand):
    """Judges each row by those up to it, as the workers do."""

    help = (
        "Judge a CSV file of timestamp,value in buckets of five minutes; write "
        "timestamp,value,anomaly_score,is_alert. The score is the share of usual days that stay "
        "below, from 0 to 1; 0 while too little is known."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take both files, and how many false alarms are borne."""
        parser.add_argument("--input", type=Path, required=True, metavar="FILE")
        parser.add_argument("--output", type=Path, required=True, metavar="FILE")
        parser.add_argument(
            "--alarms-a-week",
            type=_alarms,
            default=_ALARMS_A_WEEK,
            metavar="N",
            help="about how many false alarms a week are borne, between 0 and 7; 0.9 by default",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Judge the rows; a row that cannot be read ends it, and nothing is written."""
        try:
            rows = _rows(options["input"])
            series = series_of(rows)
            found = np.nan_to_num(detect(series.counts, series.missing).unusual)
            raised = alerts(found, alarms_a_week=options["alarms_a_week"])
            with options["output"].open("w", encoding="utf-8", newline="") as file:
                told = csv.writer(file)
                told.writerow(_TOLD)
                for row, place in zip(rows, series.places, strict=True):
                    told.writerow((*row, f"{found[place]:.6f}", int(raised[place])))
        except (BadSeries, OSError, UnicodeDecodeError, csv.Error) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{len(rows)} rows, {int(raised.sum())} alerts.")


def _rows(path: Path) -> list[tuple[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        lines = csv.DictReader(file)
        if not set(_COLUMNS) <= set(lines.fieldnames or ()):
            raise CommandError(f"{path} has no columns {' and '.join(_COLUMNS)}.")
        return [(line["timestamp"] or "", line["value"] or "") for line in lines]


def _alarms(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = 0.0
    if not 0 < number < 7:
        raise ArgumentTypeError("give a number between 0 and 7")
    return number
