"""What a post says, apart from whom it names, links to, repeats and decorates."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from monitoring.rules.queries.folding import fold
from monitoring.rules.queries.words import tokens_of

CHARACTERS_READ = 1000

_LINK = re.compile(r"(?:https?://|www\.)[^\s<>\"']+", re.IGNORECASE)
_NAME = re.compile(r"(?<![\w@])@\w[\w.]*")
# "RT @name: …", and the words that apps put before or behind what is passed on.
_REPOST = re.compile(
    r"^\W*(?:RT|MT|ר\"ט|ריטוויט)\b\s*@?\w*\s*:?|^\W*(?:forwarded|shared|הועבר|שותף)(?:\s+\S+)?\s*:",
    re.IGNORECASE,
)
_VIA = re.compile(r"\s(?:via|דרך)\s+@\w[\w.]*\s*$", re.IGNORECASE)
_CUT_OFF = re.compile(r"\S*(?:…|\.\.\.)\s*$")
_HASHTAG = re.compile(r"(?<!\w)#(\w+)")
_DIGITS = re.compile(r"\d+")
_NO_LETTER = re.compile(r"[\W_]+")
_STRETCHED = re.compile(r"(\w)\1{2,}")
_TRACKING = re.compile(r"(?:[?#].*)?$")
_HOST = re.compile(r"^(?:https?://)?(?:www\.|m\.)?", re.IGNORECASE)


class Word(NamedTuple):
    """A word as it is compared, and as it was written."""

    form: str
    surface: str


class Said(NamedTuple):
    """A post as others are compared with it.

    `plain` has words with one space between, numbers as 0; `links` and `tags` stand in the order
    they were written in.
    """

    plain: str
    is_repost: bool
    links: tuple[str, ...]
    tags: tuple[str, ...]


def read_post(text: str) -> Said:
    """Read a post of any length; only its beginning tells."""
    begun = text[:CHARACTERS_READ]
    links = tuple(_place(found) for found in _LINK.findall(begun))
    bare = _LINK.sub(" ", begun)
    is_repost = bool(_REPOST.match(bare) or _VIA.search(bare))
    bare = _NAME.sub(" ", _VIA.sub(" ", _REPOST.sub(" ", bare)))
    if is_repost:
        bare = _CUT_OFF.sub(" ", bare)
    folded = fold(bare)
    plain = _NO_LETTER.sub(" ", _DIGITS.sub("0", _STRETCHED.sub(r"\1\1", folded))).strip()
    tags = tuple(fold(tag) for tag in _HASHTAG.findall(bare))
    return Said(plain, is_repost, links, tags)


def _place(link: str) -> str:
    """Return where a link leads, without what tells one reader from another."""
    return _TRACKING.sub("", _HOST.sub("", link.rstrip(".,;:!?)»”"))).rstrip("/").lower()


def words_of(text: str) -> Iterator[Word]:
    """Yield the words of a post that say something: no names of accounts, links or numbers."""
    bare = _NAME.sub(" ", _LINK.sub(" ", _VIA.sub(" ", _REPOST.sub(" ", text[:CHARACTERS_READ]))))
    parts = (" " + part for part in re.split(r"\s+", bare) if part)
    for part in parts:
        yield from _words(part)


def _words(part: str) -> Iterator[Word]:
    folded = fold(part)
    for start, end, token in tokens_of(folded):
        form = token.form
        if len(form) < 2 or form.isdigit() or not form[0].isalpha():
            continue
        is_same = len(folded) == len(part)
        yield Word(form, part[start:end] if is_same else form)
