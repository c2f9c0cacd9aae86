"""Why a rule came to its result: a code for a sentence, and what the sentence names."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Reason:
    """A code, and the values its sentence is filled with."""

    code: str
    params: Mapping[str, object] = field(default_factory=dict)

    def as_json(self) -> dict[str, object]:
        """Return it as it is stored and answered."""
        return {"code": self.code, "params": dict(self.params)}
