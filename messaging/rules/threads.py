"""A long text as a thread: several posts, cut where a reader would draw breath.

The cost of every stretch is known from running sums, so that the work grows with the length of the
text alone.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate

import regex

from messaging.rules.bidi import PDI
from messaging.rules.limits.base import Meter, Options
from messaging.rules.limits.urls import find_urls
from messaging.rules.sentences import GRAPHEME, PARAGRAPH, SENTENCE, WORD, borders

# How full a post has to be for a border of a kind to be taken, rather than a later, worse one.
_FULL_ENOUGH = ((PARAGRAPH, 0.5), (SENTENCE, 0.3), (WORD, 0.0))
_MOST_DIGITS = 5
_OPENERS = "\u2066\u2067\u2068"


@dataclass(frozen=True)
class _Cuts:
    """Places to cut at, in order: where the post ends, where the next begins, how good it is.

    `best[rank][i]` is the last place up to the i-th that is at least so good, -1 for none.
    """

    ends: list[int]
    starts: list[int]
    best: dict[int, list[int]]


def number_of(place: int, count: int) -> str:
    """Return what is put behind a post of a thread.

    On a line of its own nothing before it can turn it around, whatever its direction.
    """
    return f"\n{place}/{count}"


def split(
    text: str, meters: Sequence[Meter], options: Options, *, is_numbered: bool = False
) -> list[str]:
    """Return the posts a text makes; a text that fits is one, without a number.

    A link, an emoji or an isolate is never cut: what cannot be cut stays too long.
    """
    text = text.strip()
    meters = [meter for meter in meters if meter.limit(options) is not None]
    limits = [meter.limit(options) or 0 for meter in meters]
    sums = [_sums(text, meter, options) for meter in meters]
    if all(known[-1] <= limit for limit, known in zip(limits, sums, strict=True)):
        return [text]
    cuts = _cuts(text)
    if not is_numbered:
        return _parts(text, cuts, sums, limits)
    return _numbered(text, cuts, sums, meters, options)


def _numbered(
    text: str,
    cuts: _Cuts,
    sums: list[list[int]],
    meters: Sequence[Meter],
    options: Options,
) -> list[str]:
    parts: list[str] = []
    for digits in range(1, _MOST_DIGITS):
        widest = number_of(10**digits - 1, 10**digits - 1)
        rooms = [_room(meter, widest, options) for meter in meters]
        parts = _parts(text, cuts, sums, rooms)
        if len(parts) < 10**digits:
            break
    count = len(parts)
    return [part + number_of(place, count) for place, part in enumerate(parts, start=1)]


def _room(meter: Meter, suffix: str, options: Options) -> int:
    taken = sum(weight for _start, _end, weight in meter.tokens(suffix, options))
    return (meter.limit(options) or 0) - taken


def _sums(text: str, meter: Meter, options: Options) -> list[int]:
    """Return what each beginning of the text weighs, by its length."""
    weights = [0] * (len(text) + 1)
    for _start, end, weight in meter.tokens(text, options):
        weights[end] += weight
    return list(accumulate(weights))


def _parts(text: str, cuts: _Cuts, sums: list[list[int]], limits: Sequence[int]) -> list[str]:
    parts, start, place = [], 0, 0
    while start < len(text):
        place = _next_cut(start, place, cuts, sums, limits)
        parts.append(text[start : cuts.ends[place]])
        start = cuts.starts[place]
        place += 1
    return parts


def _next_cut(
    start: int, first: int, cuts: _Cuts, sums: list[list[int]], limits: Sequence[int]
) -> int:
    """Return the best cut for a post that begins at `start`; the next one when none fits."""
    furthest = len(cuts.ends) - 1
    for limit, known in zip(limits, sums, strict=True):
        end = bisect_right(known, known[start] + limit) - 1
        furthest = min(furthest, bisect_right(cuts.ends, end) - 1)
    if furthest == len(cuts.ends) - 1 or furthest < first:
        return max(furthest, first)
    for rank, share in _FULL_ENOUGH:
        found = cuts.best[rank][furthest]
        if found >= first and cuts.ends[found] - start >= share * (cuts.ends[furthest] - start):
            return found
    return furthest


@lru_cache(maxsize=1)
def _cuts(text: str) -> _Cuts:
    """Return every place to cut at, the end of the text included.

    The last one is kept: a text is cut for one platform after the other at the same places.
    """
    ranks = dict.fromkeys((found.end() for found in regex.finditer(r"\X", text)), GRAPHEME)
    ranks.update(borders(text))
    ranks[len(text)] = PARAGRAPH
    whole = _wholes(text)
    starts = sorted(place for place in ranks if not whole[place] and not _is_in_gap(text, place))
    best: dict[int, list[int]] = {}
    for rank, _share in _FULL_ENOUGH:
        latest = (at if ranks[place] >= rank else -1 for at, place in enumerate(starts))
        best[rank] = list(accumulate(latest, max))
    return _Cuts([_end_before(text, place) for place in starts], starts, best)


def _is_in_gap(text: str, place: int) -> bool:
    """Say whether spaces go on behind a place: the next post would begin with one."""
    return text[place : place + 1].isspace()


def _end_before(text: str, place: int) -> int:
    while place and text[place - 1].isspace():
        place -= 1
    return place


def _wholes(text: str) -> bytearray:
    """Mark the places within links and isolates."""
    marks = bytearray(len(text) + 1)
    for url in find_urls(text):
        marks[url.start + 1 : url.end] = b"\1" * (url.end - url.start - 1)
    opened: list[int] = []
    for at, one in enumerate(text):
        if one in _OPENERS:
            opened.append(at)
        elif one == PDI and opened:
            start = opened.pop()
            if not opened:
                marks[start + 1 : at + 1] = b"\1" * (at - start)
    return marks
