"""A word or phrase of an expression as the words it is compared with."""

import re
from collections.abc import Iterator

from monitoring.rules.queries.folding import fold
from monitoring.rules.queries.limits import HEAD
from monitoring.rules.queries.tree import Part
from monitoring.rules.queries.words import HEBREW, tokens_of

_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_WILDCARD = re.compile(r"[*?]")
_PATTERN = re.compile(rf"[{HEBREW}*?\"']+|(?:(?![{HEBREW}_])[\w*?'])+")
_NAMED = re.compile(r"[#@]\w[\w\"'.*?]*")


class BadWildcard(ValueError):
    """A wildcard that stands too early in its word, or alone."""


def parts_of(said: str) -> tuple[Part, ...]:
    """Return the words that are looked for; none when nothing of it can be found.

    Refuses (`BadWildcard`) patterns whose first letters are not given.
    """
    folded = fold(_ESCAPED.sub(_literal, said))
    return tuple(part for chunk in folded.split() for part in _parts(chunk))


def wildcards_in(said: str) -> int:
    """Return how many wildcards a word or phrase has."""
    return len(_WILDCARD.findall(_ESCAPED.sub(_literal, said)))


def _literal(escaped: re.Match[str]) -> str:
    """Return what a backslash protects; a sign that is no letter only parts words."""
    return escaped[1] if escaped[1].isalnum() else " "


def _parts(chunk: str) -> Iterator[Part]:
    if _NAMED.fullmatch(chunk):
        name = re.sub(r"[\"']", "", chunk).rstrip(".")
        yield _part(name.replace("_", "") if name[0] == "#" else name)
    elif _WILDCARD.search(chunk):
        yield from (_part(re.sub(r"[\"']", "", said)) for said in _PATTERN.findall(chunk))
    else:
        yield from (Part(token.form) for _start, _end, token in tokens_of(chunk))


def _part(said: str) -> Part:
    wildcard = _WILDCARD.search(said)
    if wildcard is None:
        return Part(said)
    head = said[: wildcard.start()]
    if len(head.lstrip("#@")) < HEAD:
        raise BadWildcard
    return Part(head, said)
