"""What is wrong with the shape of an item, as msgspec finds it, in sentences to be translated."""

import re

from crisisapi.common.plain_sentences import PlainSentence
from crisisapi.common.plain_sentences import plain_sentence as _

# The messages of msgspec 0.19 to 0.20; what is not among them is quoted as it is.
_SENTENCES: tuple[tuple[re.Pattern[str], PlainSentence], ...] = tuple(
    (re.compile(pattern, re.DOTALL), sentence)
    for pattern, sentence in (
        (
            r"Expected `(?P<wanted>[^`]+)`, got `(?P<found>[^`]+)`",
            _("Expected `%(wanted)s`, got `%(found)s`"),
        ),
        (
            r"Object missing required field `(?P<field>[^`]+)`",
            _("Object missing required field `%(field)s`"),
        ),
        (
            r"Expected `(?P<wanted>[^`]+)` of length (?P<bound>[<>=]+ \d+)",
            _("Expected `%(wanted)s` of length %(bound)s"),
        ),
        (
            r"Expected `(?P<wanted>[^`]+)` (?P<bound>[<>=]+ \d+)",
            _("Expected `%(wanted)s` %(bound)s"),
        ),
        (
            r"Expected `(?P<wanted>[^`]+)` matching regex (?P<pattern>.+)",
            _("Expected `%(wanted)s` matching regex %(pattern)s"),
        ),
        (r"Invalid RFC3339 encoded datetime", _("Invalid RFC3339 encoded datetime")),
        (
            r"Expected `datetime` with a timezone component",
            _("Expected `datetime` with a timezone component"),
        ),
        (r"Invalid enum value (?P<value>.+)", _("Invalid enum value %(value)s")),
        (r"Number out of range", _("Number out of range")),
    )
)
_PLACED = re.compile(r"(?P<problem>.*) - at `(?P<place>\$[^`]*)`", re.DOTALL)


def shape_told(error: Exception) -> str:
    """Return what is wrong, and where, as a sentence that can be translated if it is known."""
    said = str(error)
    if found := _PLACED.fullmatch(said):
        told = {"problem": _problem(found["problem"]), "place": found["place"]}
        return _("%(problem)s - at `%(place)s`") % told
    return _problem(said)


def _problem(said: str) -> str:
    for pattern, sentence in _SENTENCES:
        if found := pattern.fullmatch(said):
            named = found.groupdict()
            return sentence % named if named else sentence
    return said
