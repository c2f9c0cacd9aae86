"""The settings of the slow tier: what is wrong is said in words, before anything is judged."""

import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import override_settings

from monitoring.checks import check_model_runs, check_transformer
from monitoring.models import Mention, SecondLook, Source
from monitoring.services.analysers import SlowAnalyser, analyser_name, chosen_analyser
from monitoring.tasks import look_again_at_mentions
from tests.monitoring.looking import BAD, GOOD, read, the_mention
from tests.monitoring.transforming import looking_twice, make_transformer

SLOW = f"{SlowAnalyser.__module__}:{SlowAnalyser.__name__}"


def found(**settings: Any) -> list[tuple[str | None, str]]:
    with override_settings(**settings):
        return [(one.id, one.msg) for one in (*check_transformer(None), *check_model_runs(None))]


def analyse(tmp_path: Path, *texts: str, **options: Any) -> list[dict[str, Any]]:
    given, told = tmp_path / "texts.jsonl", tmp_path / "told.jsonl"
    lines = [json.dumps({"id": number, "text": text}) for number, text in enumerate(texts)]
    given.write_text("\n".join(lines), encoding="utf-8")
    call_command("analyze_text", input=given, output=told, stderr=io.StringIO(), **options)
    return [json.loads(line) for line in told.read_text(encoding="utf-8").splitlines()]


def test_a_model_that_runs_is_not_found_fault_with(contrary_folder: Path) -> None:
    assert found(TRANSFORMER_MODEL=str(contrary_folder)) == []


def test_no_model_is_nothing_to_find_fault_with() -> None:
    assert found(TRANSFORMER_MODEL="") == []


@pytest.mark.parametrize("package", ["onnxruntime", "tokenizers"])
def test_packages_that_are_missing_are_named(
    contrary_folder: Path, monkeypatch: pytest.MonkeyPatch, package: str
) -> None:
    monkeypatch.delitem(sys.modules, package, raising=False)
    monkeypatch.setattr(sys, "path", [])
    monkeypatch.setattr(sys, "path_importer_cache", {})

    said = found(TRANSFORMER_MODEL=str(contrary_folder))

    assert [one for one, _sentence in said] == ["monitoring.E001"]
    assert package in said[0][1]


def test_a_folder_that_is_none_is_found_at_every_start(tmp_path: Path) -> None:
    ((code, sentence),) = found(TRANSFORMER_MODEL=str(tmp_path / "none"))

    assert code == "monitoring.E002"
    assert sentence.endswith(f"{tmp_path / 'none'} is no folder.")


def test_weights_that_do_not_load_are_found_where_it_is_asked_for(tmp_path: Path) -> None:
    folder = make_transformer(tmp_path / "model")
    (folder / "model.onnx").write_bytes(b"broken")

    with override_settings(TRANSFORMER_MODEL=str(folder)):
        assert check_transformer(None) == []
        (error,) = check_model_runs(None)

    assert error.id == "monitoring.E002"
    assert "is no ONNX model" in error.msg


def test_a_file_is_analysed_by_the_model_of_the_settings(
    tmp_path: Path, contrary_model: Path
) -> None:
    told = analyse(tmp_path, BAD, GOOD, "👍", slow=True)

    assert [row["sentiment"] for row in told] == ["positive", "negative", "positive"]
    assert set(told[0]) == {
        *("id", "language", "sentiment", "score", "confidence", "emotions", "intents")
    }


def test_a_file_is_analysed_by_a_model_in_a_folder(tmp_path: Path, contrary_folder: Path) -> None:
    told = analyse(tmp_path, BAD, model=contrary_folder)

    assert (told[0]["sentiment"], told[0]["language"]) == ("positive", "en")


def test_a_file_is_not_analysed_without_a_model(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="names no folder"):
        analyse(tmp_path, BAD, slow=True)


def test_a_folder_that_is_no_model_is_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"has no model\.onnx"):
        analyse(tmp_path, BAD, model=tmp_path)


def test_one_model_at_a_time_is_enough(tmp_path: Path, contrary_model: Path) -> None:
    with pytest.raises(CommandError, match="not both"):
        analyse(tmp_path, BAD, slow=True, model=contrary_model)


@pytest.mark.django_db
def test_every_mention_may_be_judged_by_the_model(source: Source, contrary_folder: Path) -> None:
    with looking_twice(contrary_folder, ANALYSER=SLOW):
        read(source, BAD)

        assert the_mention().analyser == analyser_name()
        assert chosen_analyser().version in analyser_name()

    assert the_mention().sentiment == "positive"
    assert not SecondLook.objects.exists()


@pytest.mark.django_db
def test_a_model_that_is_bad_is_told_of_and_mentions_keep_their_first_look(
    source: Source, contrary_model: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    read(source, BAD)

    with looking_twice(tmp_path):
        look_again_at_mentions()

    assert "has no model.onnx" in caplog.text
    caplog.clear()
    assert Mention.objects.get().sentiment == "negative"
    assert SecondLook.objects.due().exists()
