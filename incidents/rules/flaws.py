"""What is wrong inside a structure that people wrote, and where."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Flaw:
    """A place in a JSON value and a code for the sentence that says what would be right there."""

    path: tuple[str, ...]
    code: str
    params: Mapping[str, object] = field(default_factory=dict)
