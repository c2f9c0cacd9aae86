"""What a language check says about a place in a text."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Severity = Literal["error", "warning", "hint"]
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "hint")

# One sentence by the language of its reader: {"en": …, "he": …}.
Text = Mapping[str, str]


@dataclass(frozen=True)
class Finding:
    """One remark; `start` and `end` count code points of the text as given, the end exclusive.

    A finding about something that is missing has `start == end == 0`. `replacement` is better
    wording of the span in the language of the text, where one can be given.
    """

    rule: str
    severity: Severity
    start: int
    end: int
    reason: Text
    suggestion: Text
    replacement: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)
    category: str = ""
