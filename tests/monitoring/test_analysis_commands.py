import gzip
import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

SAID = {
    "negative": ["the lid is broken", "awful service", "broken again, awful", "so awful"],
    "neutral": ["the shop opens at nine", "a kettle has a lid", "on the shelf", "they sell lids"],
    "positive": ["great kettle", "lovely people", "great, thanks", "love the lid"],
}


def keep(path: Path, rows: list[dict[str, Any]]) -> None:
    with gzip.open(path, "wt", encoding="utf-8") as file:
        file.writelines(json.dumps(row) + "\n" for row in rows)


@pytest.fixture
def weights(tmp_path: Path) -> Path:
    data = tmp_path / "data"
    data.mkdir()
    rows = [
        {"id": f"{label}{number}", "lang": "en", "text": text, "label": label}
        for label, texts in SAID.items()
        for number, text in enumerate(texts)
    ]
    keep(data / "shop.train.jsonl.gz", rows)
    keep(data / "shop.dev.jsonl.gz", [{**row, "text": row["text"] + " now"} for row in rows])
    keep(data / "topics.train.jsonl.gz", [{"id": 1, "lang": "en", "text": "a", "label": "flood"}])
    told = io.StringIO()
    output = tmp_path / "weights.npz"
    call_command("train_analyzer", data=data, output=output, stdout=told)
    assert "shop " in told.getvalue()
    return output


def analyse(tmp_path: Path, lines: list[str], **options: Any) -> list[dict[str, Any]]:
    given, told = tmp_path / "texts.jsonl", tmp_path / "told.jsonl"
    given.write_text("\n".join(lines), encoding="utf-8")
    call_command("analyze_text", input=given, output=told, **options)
    return [json.loads(line) for line in told.read_text(encoding="utf-8").splitlines()]


def test_what_was_trained_analyses_a_file(tmp_path: Path, weights: Path) -> None:
    lines = ['{"id": 7, "text": "awful, broken", "language": "en"}', '{"id": "b", "text": "great"}']

    told = analyse(tmp_path, lines, model=weights)

    assert [row["id"] for row in told] == [7, "b"]
    assert told[0]["sentiment"] == "negative"
    assert set(told[0]) == {
        *("id", "language", "sentiment", "score", "confidence", "emotions", "intents")
    }


def test_the_analyser_in_force_needs_no_model(tmp_path: Path) -> None:
    [told] = analyse(tmp_path, ['{"id": 1, "text": "שירות מעולה, תודה רבה"}'])

    assert (told["language"], told["sentiment"]) == ("he", "positive")


def test_bad_lines_are_named_and_the_others_written(tmp_path: Path) -> None:
    given, told, said = tmp_path / "in", tmp_path / "out", io.StringIO()
    given.write_bytes(b'{"id": 1, "text": "fine"}\n\nnonsense\n{"id": 2}\n{"id":3,"text":"\xff"}\n')

    with pytest.raises(CommandError, match="2 lines"):
        call_command("analyze_text", input=given, output=told, stderr=said)

    assert [json.loads(line)["id"] for line in told.read_text().splitlines()] == [1, 3]
    assert "line 3:" in said.getvalue()
    assert "line 4:" in said.getvalue()


@pytest.mark.parametrize("missing", ["input", "model"])
def test_a_file_that_is_not_there_is_told(tmp_path: Path, missing: str) -> None:
    (tmp_path / "in").write_text("")
    options = {"input": tmp_path / "in", "output": tmp_path / "out"}

    with pytest.raises(CommandError):
        call_command("analyze_text", **{**options, missing: tmp_path / "none"})


def test_a_folder_without_sets_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="has no"):
        call_command("train_analyzer", data=tmp_path, output=tmp_path / "weights.npz")
