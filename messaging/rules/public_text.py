"""Plain text as the public reads it: paragraphs, lines, and the addresses in them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_BREAK = re.compile(r"\n[ \t]*\n+")
# Only the web: no other scheme becomes a link.
_ADDRESS = re.compile(r"https?://[^\s<>\"'`\\^{|}\u2066-\u2069\u200e\u200f]+", re.IGNORECASE)
_TAIL = ".,;:!?…״׳\"'*_"
_PAIRS = {")": "(", "]": "["}


@dataclass(frozen=True)
class Segment:
    """A run of text; `address` is where it leads, empty for plain text."""

    text: str
    address: str = ""


Line = tuple[Segment, ...]
Paragraph = tuple[Line, ...]


def paragraphs_of(text: str) -> list[Paragraph]:
    """Return paragraphs of lines of segments; blank lines part paragraphs."""
    unified = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    return [
        tuple(tuple(_segments(line.strip())) for line in block.split("\n") if line.strip())
        for block in _BREAK.split(unified)
        if block.strip()
    ]


def _segments(line: str) -> Iterator[Segment]:
    end = 0
    for found in _ADDRESS.finditer(line):
        address = _without_tail(found.group())
        if found.start() > end:
            yield Segment(line[end : found.start()])
        yield Segment(address, address)
        end = found.start() + len(address)
    if end < len(line):
        yield Segment(line[end:])


def _without_tail(address: str) -> str:
    """Return the address without what belongs to the sentence around it."""
    while address:
        last = address[-1]
        is_unpaired = last in _PAIRS and address.count(last) > address.count(_PAIRS[last])
        if last not in _TAIL and not is_unpaired:
            break
        address = address[:-1]
    return address
