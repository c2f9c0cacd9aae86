"""Files of mentions: JSONL and CSV, gzipped or not, read row by row."""

import csv
import gzip
import hashlib
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Literal

from monitoring.rules.incoming import with_whole_characters

Format = Literal["jsonl", "csv"]

_GZIP_MAGIC = b"\x1f\x8b"
_CHUNK = 1024 * 1024
LINE_LIMIT = 1024 * 1024


class UnreadableFile(Exception):
    """The file as a whole cannot be read; the text says why."""


@dataclass(frozen=True)
class Row:
    """One row of a file; `fault` says why it could not be read, and `values` is empty then."""

    line: int
    values: dict[str, Any]
    fault: tuple[str, str] | None = None


def format_of(path: Path) -> Format | None:
    """Return the format the name tells, None when it tells none."""
    name = path.name.lower().removesuffix(".gz")
    if name.endswith((".jsonl", ".ndjson")):
        return "jsonl"
    return "csv" if name.endswith((".csv", ".tsv")) else None


def fingerprint(path: Path) -> str:
    """Return the SHA-256 of the file's bytes, in hex."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


class FileReader:
    """Reads rows; `position` of `size` bytes of the file have gone through its hands."""

    def __init__(self, path: Path, kind: Format, *, delimiter: str = ",") -> None:
        self.path = path
        self.kind = kind
        self.delimiter = delimiter
        self.size = path.stat().st_size
        self._raw: IO[bytes] | None = None

    @property
    def position(self) -> int:
        """How many bytes of the file have been read."""
        return self._raw.tell() if self._raw and not self._raw.closed else 0

    def rows(self) -> Iterator[Row]:
        """Yield each row with the number of its first line; raises `UnreadableFile`."""
        with self.path.open("rb") as raw:
            self._raw = raw
            zipped = raw.read(2) == _GZIP_MAGIC
            raw.seek(0)
            plain: IO[bytes] = gzip.GzipFile(fileobj=raw) if zipped else raw  # type: ignore[assignment]
            try:
                yield from self._lines(plain) if self.kind == "jsonl" else self._records(plain)
            except (EOFError, gzip.BadGzipFile, OSError) as error:
                raise UnreadableFile(f"{self.path.name}: {error}") from error

    def _lines(self, plain: IO[bytes]) -> Iterator[Row]:
        number = 0
        while line := plain.readline(LINE_LIMIT + 1):
            number += 1
            if len(line) > LINE_LIMIT:
                _skip_line(plain, line)
                yield Row(number, {}, ("line_too_long", f"More than {LINE_LIMIT} bytes."))
            elif line.strip():
                yield _json_row(number, line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line)

    def _records(self, plain: IO[bytes]) -> Iterator[Row]:
        text = io.TextIOWrapper(plain, encoding="utf-8-sig", errors="surrogateescape", newline="")
        csv.field_size_limit(LINE_LIMIT)
        reader = csv.reader(text, delimiter=self.delimiter)
        header = next(reader, None)
        if not header:
            raise UnreadableFile(f"{self.path.name}: there is no header line.")
        names = [name.strip() for name in header]
        while True:
            first = reader.line_num + 1
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                yield Row(first, {}, ("malformed_csv", str(error)))
                continue
            if cells:
                yield _csv_row(first, names, cells)


def _skip_line(plain: IO[bytes], part: bytes) -> None:
    while part and not part.endswith(b"\n"):
        part = plain.readline(LINE_LIMIT)


def _json_row(number: int, line: bytes) -> Row:
    try:
        values = json.loads(with_whole_characters(line))
    except UnicodeDecodeError:
        return Row(number, {}, ("invalid_utf8", "The line is not UTF-8."))
    except (ValueError, RecursionError) as error:
        return Row(number, {}, ("malformed_json", str(error)))
    if not isinstance(values, dict):
        return Row(number, {}, ("not_an_object", "The line is not a JSON object."))
    return Row(number, values)


def _csv_row(number: int, names: list[str], cells: list[str]) -> Row:
    if len(cells) != len(names):
        reason = f"{len(cells)} cells under {len(names)} columns."
        return Row(number, {}, ("wrong_number_of_cells", reason))
    if any("\udc80" <= letter <= "\udcff" for cell in cells for letter in cell):
        return Row(number, {}, ("invalid_utf8", "The row is not UTF-8."))
    return Row(number, dict(zip(names, cells, strict=True)))
