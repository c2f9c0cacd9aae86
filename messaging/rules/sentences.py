"""Where a text may be cut: after a paragraph, a sentence, a word; in Hebrew and English."""

import re
from collections.abc import Iterator

GRAPHEME, WORD, SENTENCE, PARAGRAPH = 1, 2, 3, 4

# A no-break space keeps what it stands between together.
_GAP = re.compile(r"[^\S\u00a0\u202f\u2007]+")
_BLANK_LINE = re.compile(r"\n\s*\n|\u2029")
_END = re.compile(r"[.!?…׃‽]+[\"'”’»)\]\u2069״]*\Z")
_LONGEST_END = 12
_FULL_STOP = re.compile(r"[。！？][」』”）]*")
_LETTER_DOTS = re.compile(r"(?:^|[^\w.\"'״׳])(?:[^\W\d]\.)+\Z")
_NUMBER_DOT = re.compile(r"(?:^|\n)\s*\(?\d{1,3}[.)]\Z")
_SHORT = (
    "mr mrs ms dr prof st sr jr vs etc inc ltd co corp dept est fig gen gov hon no nos approx "
    "dist e.g i.e cf al ca a.m p.m u.s u.k jan feb mar apr jun jul aug sep sept oct nov dec "
    "עמ מס טל רח שד שכ וכו וגו"
)
_ABBREVIATIONS = frozenset(_SHORT.split())
_LAST_WORD = re.compile(r"([\w.]+)\.\Z")
_OPENING, _CLOSING = "“„«", "”»"


def borders(text: str) -> Iterator[tuple[int, int]]:
    """Yield places where a next part may begin, and how good a place it is; without graphemes."""
    quoted = _quoted(text)
    for gap in _GAP.finditer(text):
        if gap.start() and gap.end() < len(text):
            yield gap.end(), _rank(text, gap, quoted)
    for stop in _FULL_STOP.finditer(text):
        if stop.end() < len(text) and not text[stop.end()].isspace():
            yield stop.end(), SENTENCE


def _rank(text: str, gap: re.Match[str], quoted: bytearray) -> int:
    if _BLANK_LINE.search(gap.group()):
        return PARAGRAPH
    if quoted[gap.start()]:
        return WORD
    return SENTENCE if "\n" in gap.group() or _ends_sentence(text, gap) else WORD


def _ends_sentence(text: str, gap: re.Match[str]) -> bool:
    """Say whether a sentence ends before a gap: not after `Dr.`, `ת.ז.`, `1.` or an initial."""
    before = text[max(0, gap.start() - 40) : gap.start()]
    end = _END.search(before[-_LONGEST_END:])
    if end is None or text[gap.end()].islower():
        return False
    if end.group() != ".":
        return True
    word = _LAST_WORD.search(before)
    is_short = word is not None and word[1].lower() in _ABBREVIATIONS
    return not (is_short or _LETTER_DOTS.search(before) or _NUMBER_DOT.search(before))


def _quoted(text: str) -> bytearray:
    """Mark the places within quotation marks; gershayim, between two letters, are none."""
    marks = bytearray(len(text) + 1)
    depth, straight = 0, False
    for at, one in enumerate(text):
        if one == "\n" and text[at + 1 : at + 2] in ("\n", "\r"):
            depth, straight = 0, False
        elif one in _OPENING:
            depth += 1
        elif one in _CLOSING:
            depth = max(0, depth - 1)
        elif one == '"' and not _is_gershayim(text, at):
            straight = not straight
        marks[at] = depth > 0 or straight
    return marks


def _is_gershayim(text: str, at: int) -> bool:
    return text[at - 1 : at].isalpha() and text[at + 1 : at + 2].isalpha()
