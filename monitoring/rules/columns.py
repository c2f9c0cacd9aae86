"""Turning a row of somebody's file into an item of ours."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from typing import Any

from crisisapi.common.plain_sentences import plain_sentence as _

TEXT_FIELDS = frozenset(
    {"id", "text", "platform", "published_at", "url", "language", "author.handle", "author.name"}
)
NUMBER_FIELDS = frozenset({"author.followers", "likes", "comments", "shares", "reach"})
# In one order in every process, so that the same row makes the same bytes.
FIELDS = tuple(sorted(TEXT_FIELDS | NUMBER_FIELDS))

_SEPARATORS = re.compile(r"(?<=\d)[,\u00a0\u202f ](?=\d{3}\b)")


class BadRow(Exception):
    """The row cannot become a mention; `code` and `reason` say why."""

    def __init__(self, code: str, reason: str) -> None:
        self.code = code
        self.reason = reason
        super().__init__(code)


class BadMapping(ValueError):
    """The mapping names a field that does not exist, or says something twice."""


@dataclass(frozen=True)
class ColumnMap:
    """Which column each field is read from, and which fields are the same for all rows."""

    columns: Mapping[str, str] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)
    zone: tzinfo | None = None

    def item_of(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """Return the item a row describes.

        A field without a column of its own is read from the column of its name (`author.handle`
        also from `author_handle`, or from inside `author`). Empty cells count as absent. Raises
        `BadRow` for numbers and times that are none.
        """
        found: dict[str, Any] = {}
        for name in FIELDS:
            value = self.constants.get(name, self._value(row, name))
            if value is None or value == "":
                continue
            put(found, name, self._converted(name, value))
        return found

    def _value(self, row: Mapping[str, Any], name: str) -> Any:
        if name in self.columns:
            return row.get(self.columns[name])
        if name in row:
            return row[name]
        outer, _dot, inner = name.partition(".")
        nested = row.get(outer)
        if inner and isinstance(nested, Mapping):
            return nested.get(inner)
        return row.get(name.replace(".", "_")) if inner else None

    def _converted(self, name: str, value: Any) -> Any:
        if name in NUMBER_FIELDS:
            return _number(name, value)
        if name == "published_at":
            return _moment(value, self.zone)
        return value if isinstance(value, str) else str(value)


def put(item: dict[str, Any], name: str, value: Any) -> None:
    """Set a field of an item; `author.handle` goes inside `author`."""
    outer, _dot, inner = name.partition(".")
    if inner:
        item.setdefault(outer, {})[inner] = value
    else:
        item[outer] = value


def parse_pairs(pairs: list[str]) -> dict[str, str]:
    """Return `field=value` pairs by field; raises `BadMapping`."""
    found: dict[str, str] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals or name not in FIELDS:
            raise BadMapping(f"{pair}: write FIELD=…; fields: {', '.join(FIELDS)}")
        if name in found:
            raise BadMapping(f"{name} is given twice")
        found[name] = value
    return found


def _number(name: str, value: Any) -> int:
    if isinstance(value, bool) or (isinstance(value, float) and not value.is_integer()):
        raise BadRow("bad_number", _no_number(name, repr(value)))
    try:
        return int(value) if isinstance(value, int | float) else int(_SEPARATORS.sub("", value))
    except (TypeError, ValueError, OverflowError) as error:
        raise BadRow("bad_number", _no_number(name, f"{value!r:.60}")) from error


def _no_number(name: str, value: str) -> str:
    return _("%(name)s is not a whole number: %(value)s") % {"name": name, "value": value}


def _moment(value: Any, zone: tzinfo | None) -> str:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _from_seconds(float(value))
    text = str(value).strip()
    if re.fullmatch(r"\d{9,11}(\.\d+)?", text):
        return _from_seconds(float(text))
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        reason = _("published_at is no ISO 8601 time: %(value)s") % {"value": f"{text!r:.60}"}
        raise BadRow("bad_time", reason) from error
    if moment.tzinfo is None:
        if zone is None:
            reason = _("published_at has no offset: %(value)s") % {"value": f"{text!r:.60}"}
            raise BadRow("bad_time", reason)
        moment = moment.replace(tzinfo=zone)
    return moment.isoformat()


def _from_seconds(seconds: float) -> str:
    try:
        return datetime.fromtimestamp(seconds, UTC).isoformat()
    except (ValueError, OverflowError, OSError) as error:
        reason = _("published_at is no Unix time: %(value)s") % {"value": seconds}
        raise BadRow("bad_time", reason) from error
