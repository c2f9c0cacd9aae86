"""What the audience writes: made readable, and what a moderator should look at twice."""

import ipaddress
import re
import unicodedata
from collections.abc import Sequence
from datetime import UTC, datetime

FLAGS = ("link", "contact", "blocked_word")
# Letters of other scripts and emoji need their joiners; marks of direction could turn our page.
_JOINERS = "\u200c\u200d"
_LINK = re.compile(
    r"https?:|www\.|\b[\w-]+(?:\.[\w-]+)*\.(?:com|org|net|info|io|co|il|ru|cn|xyz|top|biz|me|ly)\b",
    re.IGNORECASE,
)
_CONTACT = re.compile(r"[\w.+-]+@[\w-]+\.[\w.]+|(?<!\d)\+?\d(?:[ ./()-]?\d){8,13}(?!\d)")
_POINTS = re.compile(r"[\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7]")
_WORDS = re.compile(r"[^\W_]+")
_PREFIXES = "והבכלמש"


def readable(text: str, *, is_one_line: bool = False) -> str:
    """Return the text composed, without controls and marks of direction, runs of space as one."""
    composed = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    kept = "".join(mark for mark in composed if _is_kept(mark))
    lines = [" ".join(line.split()) for line in kept.split("\n")]
    joined = (" " if is_one_line else "\n").join(lines)
    return re.sub(r"\n{3,}", "\n\n", joined).strip()


def flags_of(text: str, blocked: Sequence[str]) -> list[str]:
    """Return what a moderator should look at twice, of `FLAGS`.

    A blocked word is found as a whole word, in Hebrew also with up to two glued prefixes and
    without niqqud; several words in a row are found as they stand.
    """
    found = {
        "link": bool(_LINK.search(text)),
        "contact": bool(_CONTACT.search(text)),
        "blocked_word": _has_blocked(text, blocked),
    }
    return [flag for flag in FLAGS if found[flag]]


def network_of(address: str) -> str:
    """Return what stands for a caller: an IPv4 address, or the /64 that one house has of IPv6."""
    try:
        parsed = ipaddress.ip_address(address.strip())
    except ValueError:
        return address[:64]
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped is not None:
            return str(parsed.ipv4_mapped)
        return str(ipaddress.ip_network((parsed, 64), strict=False).network_address)
    return str(parsed)


def day_of(now: datetime) -> str:
    """Return the day in UTC that salts what is kept of a caller."""
    return now.astimezone(UTC).date().isoformat()


def _is_kept(mark: str) -> bool:
    return mark in "\n\t" or mark in _JOINERS or unicodedata.category(mark)[0] != "C"


def _has_blocked(text: str, blocked: Sequence[str]) -> bool:
    said = _told(text)
    spoken = f" {' '.join(said)} "
    known = {form for word in said for form in _forms(word)}
    for entry in blocked:
        words = _told(entry)
        if len(words) == 1 and words[0] in known:
            return True
        if len(words) > 1 and f" {' '.join(words)} " in spoken:
            return True
    return False


def _told(text: str) -> list[str]:
    plain = _POINTS.sub("", unicodedata.normalize("NFKC", text)).casefold()
    return _WORDS.findall(plain)


def _forms(word: str) -> list[str]:
    """Return the word, and what may be it without one or two glued prefixes."""
    forms = [word]
    for count in (1, 2):
        is_prefixed = all(letter in _PREFIXES for letter in word[:count])
        if is_prefixed and len(word) - count >= 2:
            forms.append(word[count:])
    return forms
