"""When a playbook applies to an incident, and because of what."""

import re
import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass

# Written to the front of a Hebrew word without a space: and, the, in, as, to, from, that.
_GLUED = frozenset("והבכלמש")
_GLUED_LIMIT = 4
# What is left of a Hebrew word must be at least this long to be one.
_STEM_LENGTH = 2
_WORD = re.compile(r"[^\W_]+(?:['\"][^\W_]+)*")
# Geresh, gershayim and the typographic apostrophe, as they are typed.
_QUOTES = str.maketrans({"׳": "'", "’": "'", "״": '"', "”": '"'})
_HEBREW = re.compile(r"[א-ת]")


@dataclass(frozen=True)
class Triggers:
    """What must hold; what is empty or None asks nothing. Severity runs from 1, the worst."""

    kinds: Collection[str] = ()
    least_severity: int | None = None
    words: Sequence[str] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing is asked: such a playbook never applies by itself."""
        return not self.kinds and self.least_severity is None and not self.words


@dataclass(frozen=True)
class Match:
    """A trigger that holds (`kind`, `severity` or `word`), and the value that makes it hold."""

    trigger: str
    value: str


def matches_of(triggers: Triggers, *, kind: str, severity: int, text: str) -> list[Match]:
    """Return what makes the triggers hold; nothing when one does not, or there are none."""
    found: list[Match] = []
    if triggers.kinds:
        if kind not in triggers.kinds:
            return []
        found.append(Match("kind", kind))
    if triggers.least_severity is not None:
        if severity > triggers.least_severity:
            return []
        found.append(Match("severity", str(severity)))
    if triggers.words:
        said = words_of(text)
        heard = [word for word in triggers.words if occurs(word, said)]
        if not heard:
            return []
        found += [Match("word", word) for word in heard]
    return found


def words_of(text: str) -> list[str]:
    """Return the words of a text, lower-case, without niqqud and other marks."""
    bare = "".join(
        letter
        for letter in unicodedata.normalize("NFKD", text)
        if unicodedata.category(letter) not in ("Mn", "Cf")
    )
    return _WORD.findall(bare.translate(_QUOTES).casefold())


def occurs(phrase: str, said: Sequence[str]) -> bool:
    """Say whether the words of a phrase follow one another in a text, as `words_of` gives it.

    A Hebrew word also counts with up to four one-letter prefixes glued to it.
    """
    wanted = words_of(phrase)
    if not wanted:
        return False
    starts = range(len(said) - len(wanted) + 1)
    return any(
        all(_is_word(one, said[start + place]) for place, one in enumerate(wanted))
        for start in starts
    )


def _is_word(wanted: str, said: str) -> bool:
    if said == wanted:
        return True
    glued = len(said) - len(wanted)
    return (
        0 < glued <= _GLUED_LIMIT
        and len(wanted) >= _STEM_LENGTH
        and _HEBREW.match(wanted) is not None
        and said.endswith(wanted)
        and set(said[:glued]) <= _GLUED
    )
