"""What every platform's limits are made of: a post, how its text is counted, what is wrong with it.

Spans are in code points of the text as it was given, the end not included.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from operator import itemgetter
from typing import Any, Literal

Severity = Literal["error", "warning"]
Part = Literal["text", "title", "media", "options"]
Options = Mapping[str, Any]

# A stretch of text and what it counts: start, end, weight.
Token = tuple[int, int, int]
_WEIGHT = itemgetter(2)


@dataclass(frozen=True)
class Problem:
    """What is wrong with a part of a post; `error`: the platform refuses it, or cuts it.

    `code` is stable; `params` are what a sentence about it needs.
    """

    code: str
    severity: Severity = "error"
    part: Part = "text"
    start: int | None = None
    end: int | None = None
    params: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Medium:
    """A picture or film: `width` and `height` in pixels, `size` in bytes; None: not known."""

    mime_type: str
    size: int
    width: int | None = None
    height: int | None = None
    has_alt_text: bool = True

    @property
    def is_video(self) -> bool:
        """Whether it moves and has sound."""
        return self.mime_type.startswith("video/")


@dataclass(frozen=True)
class Post:
    """One post as it would be sent; `options` are what the platform is told beside it."""

    text: str
    title: str = ""
    media: Sequence[Medium] = ()
    options: Options = field(default_factory=dict)


@dataclass(frozen=True)
class Meter:
    """One way a platform counts a text, and how much it takes; limit None: as much as one likes.

    `tokens` cuts a text into stretches with a weight each, in order, without gaps.
    """

    unit: str
    tokens: Callable[[str, Options], Iterable[Token]]
    limit: Callable[[Options], int | None]
    code: str = "too_long"


@dataclass(frozen=True)
class Platform:
    """What a platform counts and checks; the first meter is the one people are shown."""

    meters: tuple[Meter, ...]
    checks: tuple[Callable[[Post], Iterable[Problem]], ...] = ()


@dataclass(frozen=True)
class Measure:
    """How a post fits a platform."""

    length: int
    limit: int | None
    unit: str
    problems: tuple[Problem, ...] = ()

    @property
    def remaining(self) -> int | None:
        """How much may be added; negative: how much is too much; None without a limit."""
        return None if self.limit is None else self.limit - self.length

    @property
    def errors(self) -> list[Problem]:
        """Return what keeps it from being sent."""
        return [problem for problem in self.problems if problem.severity == "error"]


def always(limit: int | None) -> Callable[[Options], int | None]:
    """Return a limit that no option moves."""
    return lambda _options: limit


def each_character(text: str, _options: Options) -> Iterator[Token]:
    """Count code points."""
    return _characters([1] * len(text))


def each_utf16_unit(text: str, _options: Options) -> Iterator[Token]:
    """Count UTF-16 code units: two for what lies outside of the basic plane, most emoji."""
    return _characters([1 + (one > "\uffff") for one in text])


def each_byte(text: str, _options: Options) -> Iterator[Token]:
    """Count bytes of UTF-8."""
    return _characters([1 + (one > "\x7f") + (one > "\u07ff") + (one > "\uffff") for one in text])


def _characters(weights: list[int]) -> Iterator[Token]:
    """Return a token for each code point."""
    return zip(range(len(weights)), range(1, len(weights) + 1), weights, strict=True)


def overrun(meter: Meter, text: str, options: Options) -> tuple[int, int | None]:
    """Return the length of a text, and where it begins to be too long, None when it is not."""
    tokens = list(meter.tokens(text, options))
    sums = list(accumulate(map(_WEIGHT, tokens), initial=0))
    limit = meter.limit(options)
    if limit is None or sums[-1] <= limit:
        return sums[-1], None
    return sums[-1], next(tokens[at][0] for at, length in enumerate(sums[1:]) if length > limit)
