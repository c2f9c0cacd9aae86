"""Importing files: any line may be bad, any run may stop, nothing is stored twice."""

import gzip
import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from crisisapi.accounts.models import Brand
from monitoring.models import Delivery, Mention, Source
from monitoring.rules.columns import ColumnMap
from monitoring.services.imports import import_file
from monitoring.sources.files import FileReader
from tests.factories.monitoring import SourceFactory
from tests.monitoring.pushing import mention

pytestmark = pytest.mark.django_db


@pytest.fixture
def source(brand: Brand) -> Source:
    return SourceFactory(brand=brand, slug="archive", platform="forum")


def _lines(path: Path, *items: Any) -> Path:
    path.write_text("".join(json.dumps(item) + "\n" for item in items), encoding="utf-8")
    return path


def _run(path: Path, **options: Any) -> str:
    out = StringIO()
    call_command("import_mentions", path, source="archive", stdout=out, **options)
    return out.getvalue()


def test_jsonl_is_imported(source: Source, tmp_path: Path) -> None:
    path = _lines(tmp_path / "a.jsonl", *(mention(n) for n in range(1200)))

    assert "1200 lines: 1200 stored" in _run(path)
    assert Mention.objects.filter(source=source).count() == 1200


def test_gzipped_csv_is_imported_with_its_columns_mapped(source: Source, tmp_path: Path) -> None:
    path = tmp_path / "a.csv.gz"
    path.write_bytes(
        gzip.compress(
            '\ufeffKey,Body,When,Fans,Hearts\n7,"שבר,\nבידית",2026-03-04 09:15,"1,200",4\n'.encode()
        )
    )

    _run(
        path,
        map=["id=Key", "text=Body", "published_at=When", "author.followers=Fans", "likes=Hearts"],
        set=["platform=facebook"],
    )

    stored = Mention.objects.get(source=source)
    assert (stored.external_id, stored.text) == ("7", "שבר,\nבידית")
    assert (stored.platform, stored.author_followers, stored.likes) == ("facebook", 1200, 4)
    assert stored.published_at.isoformat() == "2026-03-04T07:15:00+00:00"


def test_bad_lines_are_reported_and_never_stop_the_rest(source: Source, tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(
        b"\n".join(
            [
                json.dumps(mention(1)).encode(),
                b'{"id": "2", "text": ',
                b"[1]",
                b'{"id": "4", "text": "\xff"}',
                json.dumps({"id": "5"}).encode(),
                json.dumps(mention(6, likes="many")).encode(),
                json.dumps(mention(7, published_at="yesterday")).encode(),
                b'{"id": "8", "text": "' + b"x" * 1_100_000 + b'"}',
                b"",
                json.dumps(mention(10, text="cut \ud83d")).encode(),
            ]
        )
    )
    report = tmp_path / "rejected.jsonl"

    summary = _run(path, report=report)

    rejected = [json.loads(line) for line in report.read_text(encoding="utf-8").splitlines()]
    assert "9 lines: 2 stored, 0 known before (0 with more engagement), 7 rejected." in summary
    assert [(item["line"], item["code"]) for item in rejected] == [
        (2, "malformed_json"),
        (3, "not_an_object"),
        (4, "invalid_utf8"),
        (5, "invalid_item"),
        (6, "bad_number"),
        (7, "bad_time"),
        (8, "line_too_long"),
    ]


def test_csv_rows_with_too_many_cells_or_bad_bytes_are_rejected(
    source: Source, tmp_path: Path
) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"id,text\n1,ok\n2,too,many\n3,\xff\n4,ok\n")

    assert "4 lines: 2 stored" in _run(path)


def test_the_same_import_again_stores_nothing_and_says_the_same(
    source: Source, tmp_path: Path
) -> None:
    path = _lines(tmp_path / "a.jsonl", *(mention(n) for n in range(700)), {"id": "bad"})
    first = _run(path)

    again = _run(path)

    assert again.startswith(first.splitlines()[0])
    assert "701 lines were imported by an earlier run." in again
    assert Delivery.objects.filter(source=source).count() == 2


def test_a_stopped_import_goes_on_where_it_was(source: Source, tmp_path: Path) -> None:
    path = _lines(tmp_path / "a.jsonl", *(mention(n) for n in range(1500)))
    batches = import_file(
        FileReader(path, "jsonl"),
        source=source,
        columns=ColumnMap(),
    )
    assert next(batches).accepted == 500
    batches.close()

    rest = list(import_file(FileReader(path, "jsonl"), source=source, columns=ColumnMap()))

    assert [batch.repeated for batch in rest] == [True, False, False]
    assert Mention.objects.filter(source=source).count() == 1500


def test_a_file_cut_short_keeps_what_could_be_read(source: Source, tmp_path: Path) -> None:
    whole = "".join(json.dumps(mention(n)) + "\n" for n in range(5000)).encode()
    path = tmp_path / "a.jsonl.gz"
    path.write_bytes(gzip.compress(whole)[:-2000])

    with pytest.raises(CommandError, match="What was read before is stored"):
        _run(path)

    assert Mention.objects.filter(source=source).count() > 4000


@pytest.mark.parametrize(
    ("name", "options", "sentence"),
    [
        ("a.txt", {}, "--format"),
        ("missing.jsonl", {}, "No such file"),
        ("a.jsonl", {"map": ["mood=Mood"]}, "FIELD="),
        ("a.jsonl", {"map": ["id=a", "id=b"]}, "twice"),
        ("a.jsonl", {"brand": "nobody"}, "no source"),
    ],
)
def test_a_wrong_call_gets_one_sentence(
    source: Source, tmp_path: Path, name: str, options: dict[str, Any], sentence: str
) -> None:
    _lines(tmp_path / "a.jsonl", mention(1))
    (tmp_path / "a.txt").touch()

    with pytest.raises(CommandError, match=sentence):
        _run(tmp_path / name, **options)


def test_a_slug_that_two_brands_use_needs_the_brand(source: Source, tmp_path: Path) -> None:
    SourceFactory(slug="archive")
    path = _lines(tmp_path / "a.jsonl", mention(1))

    with pytest.raises(CommandError, match="--brand"):
        _run(path)

    assert "1 stored" in _run(path, brand="rimon")
