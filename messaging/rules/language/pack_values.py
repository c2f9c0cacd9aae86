"""Values of a pack, taken out of TOML with their types and limits checked."""

import re
from typing import Any

_NAME = re.compile(r"[a-z0-9]+([._-][a-z0-9]+)*")
LONGEST_NAME = 80


class BadPack(ValueError):
    """A pack that cannot be used: `rule` (empty for the pack itself), `key` and what is wrong."""

    def __init__(self, rule: str, key: str, problem: str) -> None:
        self.rule, self.key, self.problem = rule, key, problem
        place = " ".join(part for part in (rule and f"rule {rule}:", key and f"{key}:") if part)
        super().__init__(f"{place} {problem}".strip())


class Table:
    """A TOML table whose values are asked for by type; `rule` names it in refusals."""

    def __init__(self, rule: str, values: dict[str, Any], path: str = "") -> None:
        self.rule, self.values, self.path = rule, values, path

    def refuse(self, key: str, problem: str) -> BadPack:
        """Return the refusal of a value, to be raised."""
        return BadPack(self.rule, f"{self.path}{key}", problem)

    def allow(self, *keys: str) -> None:
        """Refuse keys that mean nothing here, so that a slip of the pen is seen."""
        unknown = sorted(set(self.values) - set(keys))
        if unknown:
            raise self.refuse(unknown[0], "there is no such key")

    def text(self, key: str, longest: int, default: str | None = None) -> str:
        """Return a text of 1 to `longest` characters."""
        value = self.values.get(key, default)
        if value == default and default is not None:
            return default
        if not isinstance(value, str) or not value.strip() or len(value) > longest:
            raise self.refuse(key, f"a text of 1 to {longest} characters is needed")
        return value

    def name(self, key: str) -> str:
        """Return a name: lower case letters and digits with . - or _ between."""
        value = self.text(key, LONGEST_NAME)
        if not _NAME.fullmatch(value):
            raise self.refuse(key, "lower case letters and digits with . - or _ between")
        return value

    def one_of(self, key: str, choices: tuple[str, ...], default: str | None = None) -> str:
        """Return one of the choices."""
        value = self.values.get(key, default)
        if value not in choices:
            raise self.refuse(key, f"one of {', '.join(choices)} is needed")
        return str(value)

    def texts(self, key: str, most: int, longest: int) -> tuple[str, ...]:
        """Return a list of at most `most` texts; an absent one is empty."""
        values = self.values.get(key, [])
        if not isinstance(values, list) or len(values) > most:
            raise self.refuse(key, f"a list of at most {most} texts is needed")
        for value in values:
            if not isinstance(value, str) or not value.strip() or len(value) > longest:
                raise self.refuse(key, f"texts of 1 to {longest} characters are needed")
        return tuple(values)

    def table(self, key: str) -> "Table":
        """Return a table; an absent one is empty."""
        value = self.values.get(key, {})
        if not isinstance(value, dict):
            raise self.refuse(key, "a table is needed")
        return Table(self.rule, value, f"{self.path}{key}.")

    def tables(self, key: str, most: int) -> list["Table"]:
        """Return a list of at most `most` tables."""
        values = self.values.get(key, [])
        right = isinstance(values, list) and all(isinstance(value, dict) for value in values)
        if not right or len(values) > most:
            raise self.refuse(key, f"a list of at most {most} tables is needed")
        return [Table(self.rule, value, self.path) for value in values]
