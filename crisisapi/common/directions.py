"""Words of one direction within a sentence of the other (UAX #9)."""

import unicodedata

# Isolates of Unicode 6.3: by the first strong letter, and their end.
_FSI, _PDI = "\u2068", "\u2069"
_AGAINST = {True: ("L",), False: ("R", "AL")}


def kept_apart(words: str, *, is_rtl: bool) -> str:
    """Return words that leave the order of those around them alone.

    They are isolated if a letter of theirs runs against the direction of the sentence.
    """
    runs_against = any(unicodedata.bidirectional(letter) in _AGAINST[is_rtl] for letter in words)
    return f"{_FSI}{words}{_PDI}" if runs_against else words
