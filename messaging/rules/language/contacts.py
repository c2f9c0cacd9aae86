"""Telephone numbers and addresses in a text, for finding one that was mistyped."""

import re
from dataclasses import dataclass

_PHONE = re.compile(
    r"(?<![\w.,/-])(?:\+?\d[\d\-() ]{6,17}\d|\*\d{3,5}|1-?[78]00-?\d{3}-?\d{3})(?!\w)"
)
_LINK = re.compile(r"https?://[^\s<>\"']{4,300}", re.IGNORECASE)
MOST_CONTACTS = 50


@dataclass(frozen=True)
class Contact:
    """A number or address in its plain form; start and end are code points."""

    kind: str
    plain: str
    start: int
    end: int


def contacts_of(text: str) -> list[Contact]:
    """Return telephone numbers (digits and * only) and links, without what ends a sentence."""
    links = []
    for found in _LINK.finditer(text):
        shown = found[0].rstrip(".,;:!?)]}׳״")
        links.append(Contact("link", shown.lower(), found.start(), found.start() + len(shown)))
    phones = [
        Contact("phone", re.sub(r"[^\d*+]", "", found[0]), found.start(), found.end())
        for found in _PHONE.finditer(text)
        if not any(link.start <= found.start() < link.end for link in links)
    ]
    return sorted(links[:MOST_CONTACTS] + phones[:MOST_CONTACTS], key=lambda one: one.start)


def looks_mistyped(one: Contact, other: Contact) -> bool:
    """Say whether one is the other with a character or two wrong, or two exchanged.

    Addresses that differ only in digits may be two pages of a series.
    """
    if one.kind != other.kind or one.plain == other.plain:
        return False
    if one.kind == "link" and re.sub(r"\d", "", one.plain) == re.sub(r"\d", "", other.plain):
        return False
    shorter = min(len(one.plain), len(other.plain))
    return shorter >= 7 and _distance(one.plain, other.plain) <= (2 if shorter >= 9 else 1)


def _distance(one: str, other: str) -> int:
    """Return the edit distance (insert, delete, replace), 3 for everything above 2."""
    while one and other and one[0] == other[0]:
        one, other = one[1:], other[1:]
    while one and other and one[-1] == other[-1]:
        one, other = one[:-1], other[:-1]
    if max(len(one), len(other)) > 4 or abs(len(one) - len(other)) > 2:
        return 3
    before = list(range(len(other) + 1))
    for row, char in enumerate(one, 1):
        now = [row]
        for column, beside in enumerate(other, 1):
            step = before[column - 1] + (char != beside)
            now.append(min(step, before[column] + 1, now[-1] + 1))
        before = now
    return min(before[-1], 3)
