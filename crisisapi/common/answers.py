"""What a server answered, before anybody knows what it means."""

from collections.abc import Mapping
from dataclasses import dataclass

from crisisapi.common.waits import seconds_to_wait


@dataclass(frozen=True)
class HttpAnswer:
    """What a server said; `headers` by their lower-case names."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def is_ok(self) -> bool:
        """Whether the status says that it was done."""
        return 200 <= self.status < 300

    def retry_after(self) -> float | None:
        """Return the seconds of Retry-After, given as seconds or as a date; None without it."""
        return seconds_to_wait(self.headers)
