"""A text read as words in sentences, each with its place in the original."""

import re
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from messaging.rules.language.english import expand
from messaging.rules.language.hebrew import forms_of
from messaging.rules.language.normal import Plain, end_of, plain

NUMBER = "#"
_TOKEN = re.compile(
    r"""(?P<link>(?:https?://|www\.)\S+)
    |(?P<number>\d+(?:[.,:/]\d+)*)
    |(?P<word>[^\W\d_]+(?:['"][^\W\d_]+)*)
    |(?P<sign>[%₪$€£])
    |(?P<end>[.!?]+(?=["')\]]*(?:\s|$))|;)
    |(?P<line>[\r\n\u2028\u2029\v\f]+)""",
    re.VERBOSE,
)
_HEBREW = re.compile("[א-ת]")
# A full stop after these ends no sentence.
_ABBREVIATED = frozenset(["mr", "mrs", "ms", "dr", "prof", "no", "st", "vs", "inc", "approx"])
# A line at least this long that has no full stop was broken by a mail program, not by its author.
_WRAPPED_LINE = 60


class Word(NamedTuple):
    """A word in its plain forms, the first as written, the rest without glued prefixes."""

    forms: tuple[str, ...]
    start: int
    end: int
    sentence: int


@dataclass(frozen=True)
class Reading:
    """A text with its words; `sentence` numbers of words never fall."""

    text: str
    plain: Plain
    words: list[Word]

    @cached_property
    def bounds(self) -> list[tuple[int, int]]:
        """Return for each sentence that has words the first of them and the one past the last."""
        found: list[tuple[int, int]] = []
        first = 0
        for place in range(1, len(self.words) + 1):
            ended = place == len(self.words)
            if ended or self.words[place].sentence != self.words[first].sentence:
                found.append((first, place))
                first = place
        return found

    @cached_property
    def bounds_of(self) -> list[tuple[int, int]]:
        """Return the bounds of its sentence for each word."""
        return [bound for bound in self.bounds for _word in range(*bound)]

    def span(self, first: int, past: int) -> tuple[int, int]:
        """Return the place in the text of the words from `first` to before `past`."""
        return self.words[first].start, self.words[past - 1].end

    def quote(self, first: int, past: int) -> str:
        """Return the text of the words from `first` to before `past`."""
        start, end = self.span(first, past)
        return self.text[start:end]


def read(text: str) -> Reading:
    """Read any text; links hold no words."""
    simple = plain(text)
    words: list[Word] = []
    sentence = line_start = 0
    for token in _TOKEN.finditer(simple.text):
        kind = token.lastgroup
        if kind == "end":
            sentence += _ends_sentence(token[0], words)
        elif kind == "line":
            sentence += _ends_line(token, line_start)
            line_start = token.end()
        elif kind != "link":
            words.extend(_words(text, simple, token, sentence))
    return Reading(text, simple, words)


def _words(text: str, simple: Plain, token: re.Match[str], sentence: int) -> list[Word]:
    start = simple.places[token.start()]
    end = end_of(text, simple.places[token.end() - 1])
    if token.lastgroup == "number":
        return [Word((token[0], NUMBER), start, end, sentence)]
    if _HEBREW.search(token[0]):
        return [Word(forms_of(token[0]), start, end, sentence)]
    return [Word((part,), start, end, sentence) for part in expand(token[0])]


def _ends_sentence(mark: str, words: list[Word]) -> bool:
    last = words[-1].forms[0] if words else ""
    return mark != "." or not (last in _ABBREVIATED or (len(last) == 1 and last.isalpha()))


def _ends_line(token: re.Match[str], line_start: int) -> bool:
    line = token.string[line_start : token.start()]
    following = token.string[token.end() : token.end() + 1]
    broken = token[0] in ("\n", "\r\n") and len(line) >= _WRAPPED_LINE
    return not (broken and following.isalpha())
