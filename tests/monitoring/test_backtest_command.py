"""`manage.py backtest`: what the detector would have raised, row by row."""

import csv
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from django.core.management import CommandError, call_command

START = datetime(2026, 3, 1, 0, 2, 53)  # noqa: DTZ001 - as such files have them


def _file(folder: Path, counts: list[float], header: str = "timestamp,value") -> Path:
    path = folder / "in.csv"
    lines = [
        f"{START + number * timedelta(minutes=5)},{count}" for number, count in enumerate(counts)
    ]
    path.write_text("\n".join([header, *lines]) + "\n")
    return path


def _storm() -> list[float]:
    counts = np.random.default_rng(1).poisson(5, 8 * 288)
    counts[2000:2024] += 90
    return [float(count) for count in counts]


def _judged(folder: Path, path: Path, *options: str) -> list[dict[str, str]]:
    output = folder / "out.csv"
    call_command("backtest", "--input", path, "--output", output, *options)
    with output.open(newline="") as file:
        return list(csv.DictReader(file))


def test_each_row_is_told_with_its_score_and_whether_it_raises_an_alert(tmp_path: Path) -> None:
    path = _file(tmp_path, _storm())

    rows = _judged(tmp_path, path)

    assert list(rows[0]) == ["timestamp", "value", "anomaly_score", "is_alert"]
    assert (rows[0]["timestamp"], float(rows[0]["anomaly_score"])) == ("2026-03-01 00:02:53", 0)
    assert len(rows) == 8 * 288
    [at] = [number for number, row in enumerate(rows) if row["is_alert"] == "1"]
    assert 2000 <= at < 2006
    assert all(0 <= float(row["anomaly_score"]) <= 1 for row in rows)


def test_who_bears_fewer_false_alarms_is_alarmed_later(tmp_path: Path) -> None:
    counts = _storm()
    counts[2000:2024] = list(np.linspace(5, 90, 24))
    path = _file(tmp_path, counts)

    def first(alarms: str) -> int:
        rows = _judged(tmp_path, path, "--alarms-a-week", alarms)
        return next(number for number, row in enumerate(rows) if row["is_alert"] == "1")

    assert 2000 <= first("2") < first("0.05")


def test_a_file_without_the_columns_is_refused(tmp_path: Path) -> None:
    path = _file(tmp_path, [1.0], header="time,count")

    with pytest.raises(CommandError, match="no columns timestamp and value"):
        _judged(tmp_path, path)


def test_a_row_that_cannot_be_read_is_named_and_nothing_written(tmp_path: Path) -> None:
    path = tmp_path / "in.csv"
    path.write_text("timestamp,value\n2026-03-01 00:00,x\n")

    with pytest.raises(CommandError, match="row 1"):
        _judged(tmp_path, path)

    assert not (tmp_path / "out.csv").exists()


@pytest.mark.parametrize("alarms", ["0", "7", "often"])
def test_impossible_rates_of_alarms_are_refused(tmp_path: Path, alarms: str) -> None:
    path = _file(tmp_path, [1.0])

    with pytest.raises(CommandError, match="between 0 and 7"):
        _judged(tmp_path, path, "--alarms-a-week", alarms)
