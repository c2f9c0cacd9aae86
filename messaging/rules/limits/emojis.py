"""Which stretches of a text are one emoji, as Unicode lists them (package `emoji`)."""

from collections.abc import Iterator
from functools import cache

import emoji

# Letters and signs that are an emoji only with the variation selector behind them.
_SIGNS = frozenset("©®™♟")


@cache
def _known() -> tuple[frozenset[str], frozenset[str], int]:
    sequences = frozenset(emoji.EMOJI_DATA) - _SIGNS
    return sequences, frozenset(one[0] for one in sequences), max(map(len, sequences))


def find_emojis(text: str) -> Iterator[tuple[int, int]]:
    """Yield start and end of each emoji, the longest sequence that is one; linear in the text."""
    sequences, firsts, longest = _known()
    at, end = 0, len(text)
    while at < end:
        length = 0
        if text[at] in firsts:
            lengths = range(min(longest, end - at), 0, -1)
            length = next((n for n in lengths if text[at : at + n] in sequences), 0)
        if length:
            yield at, at + length
        at += length or 1
