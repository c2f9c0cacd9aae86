"""Which of the languages that are checked a text is in."""

import re

_HEBREW = re.compile(r"[\u05d0-\u05ea\ufb1d-\ufb4f]")
_LATIN = re.compile(r"[a-z]", re.IGNORECASE)
_LINK = re.compile(r"(?:https?://|www\.)\S+|[@#]\w+", re.IGNORECASE)
# Brand names stand in Latin letters in every Hebrew text.
_LATIN_WEIGHT = 0.5
CHARACTERS_READ = 5_000


def tongue_of(text: str) -> str:
    """Return he or en by the letters of the first `CHARACTERS_READ`; "und" without any."""
    read = _LINK.sub(" ", text[:CHARACTERS_READ])
    hebrew, latin = len(_HEBREW.findall(read)), len(_LATIN.findall(read))
    if not hebrew and not latin:
        return "und"
    return "he" if hebrew >= latin * _LATIN_WEIGHT else "en"
