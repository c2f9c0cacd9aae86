"""Importing files: the path of the webhook, batch by batch, taken up where it stopped."""

import hashlib
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from crisisapi.common.sentences import cleaned
from monitoring.models import Delivery, DeliveryStatus, Source
from monitoring.rules.columns import BadRow, ColumnMap
from monitoring.rules.incoming import as_json
from monitoring.services.deliveries import receive_delivery
from monitoring.sources.files import FileReader, Row, UnreadableFile, fingerprint

BATCH_ROWS = 500
BATCH_BYTES = 4 * 1024 * 1024


@dataclass(frozen=True)
class RejectedLine:
    """A line that did not become a mention, and why."""

    line: int
    code: str
    reason: str


@dataclass(frozen=True)
class ImportedBatch:
    """What became of some rows; `repeated` when an earlier run had stored them."""

    rows: int
    accepted: int
    duplicates: int
    updated: int
    rejected: list[RejectedLine]
    repeated: bool


def import_file(
    reader: FileReader, *, source: Source, columns: ColumnMap
) -> Generator[ImportedBatch, None, None]:
    """Import a file, yielding after each committed batch.

    Each batch is a delivery named after the file's bytes, the mapping and its first line: the
    same import again finds what is there and goes on behind it.
    """
    name = _name_of(reader, columns)
    for batch in _batches(reader, columns):
        yield _receive(batch, source=source, name=name)


class _Batch:
    """Rows on their way into one delivery."""

    def __init__(self, first_line: int) -> None:
        self.first_line = first_line
        self.items: list[dict[str, Any]] = []
        self.lines: list[int] = []
        self.rejected: list[RejectedLine] = []
        self.bytes = 0

    def add(self, row: Row, columns: ColumnMap) -> None:
        try:
            if row.fault:
                raise BadRow(*row.fault)
            item = columns.item_of(row.values)
        except BadRow as fault:
            self.rejected.append(RejectedLine(row.line, fault.code, str(cleaned(fault.reason))))
            return
        self.items.append(item)
        self.lines.append(row.line)
        self.bytes += 2 * len(item.get("text", "")) + 300

    @property
    def rows(self) -> int:
        return len(self.items) + len(self.rejected)

    @property
    def is_full(self) -> bool:
        return self.rows >= BATCH_ROWS or self.bytes >= BATCH_BYTES


def _batches(reader: FileReader, columns: ColumnMap) -> Iterator[_Batch]:
    batch: _Batch | None = None
    try:
        for row in reader.rows():
            batch = batch or _Batch(row.line)
            batch.add(row, columns)
            if batch.is_full:
                yield batch
                batch = None
    except UnreadableFile:
        if batch is not None:
            yield batch
        raise
    if batch is not None:
        yield batch


def _receive(batch: _Batch, *, source: Source, name: str) -> ImportedBatch:
    delivery, repeated = receive_delivery(
        source=source,
        external_id=f"import:{name}:{batch.first_line}",
        body=as_json(batch.items),
        now=timezone.now(),
    )
    rejected = [*batch.rejected, *_refused(batch, delivery)]
    return ImportedBatch(
        rows=batch.rows,
        accepted=delivery.accepted,
        duplicates=delivery.duplicates,
        updated=delivery.updated,
        rejected=sorted(rejected, key=lambda line: line.line),
        repeated=repeated,
    )


def _refused(batch: _Batch, delivery: Delivery) -> list[RejectedLine]:
    if delivery.status == DeliveryStatus.FAILED:
        return [
            RejectedLine(line, delivery.error_code, delivery.error_detail) for line in batch.lines
        ]
    return [
        RejectedLine(batch.lines[item["index"]], item["code"], item["reason"])
        for item in delivery.refused_items
    ]


def _name_of(reader: FileReader, columns: ColumnMap) -> str:
    said = f"{fingerprint(reader.path)} {reader.kind} {reader.delimiter} {columns}"
    return hashlib.sha256(said.encode()).hexdigest()[:32]
