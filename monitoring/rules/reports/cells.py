"""Cells of sheets and of comma-separated values that no program takes for formulas."""

from datetime import datetime

from monitoring.rules.reports.document import Value

_BEGINS_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
_IMPOSSIBLE = dict.fromkeys((*range(9), 11, 12, *range(14, 32)))


def safe_text(said: str) -> str:
    """Return text that a spreadsheet shows as it is: an apostrophe before what would calculate."""
    clean = said.translate(_IMPOSSIBLE)
    return f"'{clean}" if clean.lstrip(" ").startswith(_BEGINS_FORMULA) else clean


def written(value: Value) -> str:
    """Return a value as comma-separated values hold it."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.isoformat()
    return safe_text(value) if isinstance(value, str) else str(value)
