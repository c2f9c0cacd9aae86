r"""Which stretches of a text X links, with or without `https://`; linear in the text.

After the conformance suite of twitter-text 3 (`conformance/extract.yml`). Where the vendor's one
large expression backtracks, this reads a run of letters, digits and dots once.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

MOST_CHARACTERS = 4096
MOST_IN_LABEL = 63
MOST_IN_SHORT_LINK = 40

_TLDS = frozenset(Path(__file__).with_name("tlds.txt").read_text("utf-8").split()) | {"onion"}
_LONGEST_TLD = max(map(len, _TLDS))
_TLD_FIRSTS = frozenset(name[0] for name in _TLDS if not name.isascii())

_INVALID = "\ufffe\ufeff\uffff"
_DIRECTIONS = "\u202a-\u202e\u061c\u200e\u200f\u2066-\u2069"
_SPACES = "\x09-\x0d \x85\xa0\u1680\u180e\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
_LATIN = (
    "\xc0-\xd6\xd8-\xf6\xf8-\xff\u0100-\u024f\u0253\u0254\u0256\u0257\u0259\u025b\u0263\u0268"
    "\u026f\u0272\u0289\u028b\u02bb\u0300-\u036f\u1e00-\u1eff"
)
# Everything but punctuation, spaces and marks of direction may stand in the name of a host.
_HOST = re.compile(rf"[^!'#%&()*+,/:;<=>?@\[\]\\^{{|}}~${_SPACES}{_INVALID}{_DIRECTIONS}\"]+")
_ASCII_HOST = re.compile(rf"[-a-z0-9{_LATIN}]+(?:\.[-a-z0-9{_LATIN}]+)*\.?", re.IGNORECASE)
_NOT_BEFORE = frozenset(f"@＠$#＃{_INVALID}")
_NOT_BEFORE_BARE = frozenset("-_./")
_SCHEME = re.compile(r"https?://\Z", re.IGNORECASE)
_LONGEST_SCHEME = len("https://")
_TLD = re.compile(r"[a-z]+(?![0-9a-z@])|xn--[a-z0-9-]+", re.IGNORECASE)

_PATH_CHAR = rf"[a-z\u0400-\u04ff0-9!*';:=+,.$/%#\[\]\-\u2013_~@|&{_LATIN}]"
_PATH_PART = re.compile(
    rf"{_PATH_CHAR}++|\((?:{_PATH_CHAR}++|{_PATH_CHAR}*+\({_PATH_CHAR}++\){_PATH_CHAR}*+)\)",
    re.IGNORECASE,
)
_PATH_END = re.compile(rf"[a-z\u0400-\u04ff0-9=_#/+\-{_LATIN}]", re.IGNORECASE)
_QUERY = re.compile(r"\?[a-z0-9!?*'@();:&=+$/%#\[\]\-_.,~|]*+", re.IGNORECASE)
_QUERY_TAIL = "!?*'@();:+$%[].,~|"
_PORT = re.compile(r":[0-9]++")
_SHORT = re.compile(r"https?://t\.co/([a-z0-9]+)(?:\?[a-z0-9!?*'();:&=+$/%#\[\]\-_.,~|]*"
                    r"[a-z0-9\-_&=#/])?", re.IGNORECASE)  # fmt: skip


@dataclass(frozen=True)
class Url:
    """A link in a text, its end not included."""

    start: int
    end: int


def find_urls(text: str) -> Iterator[Url]:
    """Yield the links of a text in their order."""
    done = 0
    for run in _HOST.finditer(text):
        if run.end() <= done or "." not in run.group():
            continue
        start = max(run.start(), done)
        scheme = _scheme_before(text, start)
        found = (
            _with_scheme(text, start, run.end(), scheme)
            if scheme
            else _bare(text, start, run.end())
        )
        for url in found:
            done = url.end
            yield url


def _scheme_before(text: str, start: int) -> int:
    """Return the length of `https://` before a place, 0 for none that counts."""
    found = _SCHEME.search(text, max(0, start - _LONGEST_SCHEME), start)
    if found is None or not _may_follow(text, found.start()):
        return 0
    return start - found.start()


def _may_follow(text: str, start: int) -> bool:
    before = text[start - 1 : start]
    return not (before and (_is_ascii_word(before) or before in _NOT_BEFORE))


def _is_ascii_word(one: str) -> bool:
    return one.isascii() and one.isalnum()


def _with_scheme(text: str, start: int, end: int, scheme: int) -> Iterator[Url]:
    host_end = _host_end(text, start, end)
    if host_end is None or not _is_encodable(text[start:host_end]):
        return
    found = Url(start - scheme, _rest_end(text, host_end))
    short = _SHORT.match(text, found.start, found.end)
    if short is not None:
        if len(short[1]) > MOST_IN_SHORT_LINK:
            return
        found = Url(found.start, short.end())
    if found.end - found.start <= MOST_CHARACTERS:
        yield found


def _host_end(text: str, start: int, end: int) -> int | None:
    """Return where the longest host that begins here ends: names, then a real top level domain."""
    last, at, before = None, start, ""
    for label in text[start:end].split("."):
        if before and "_" not in before:
            length = _tld_length(text, at)
            last = at + length if length else last
        if not label or label[0] in "-_" or label[-1] in "-_":
            break
        at += len(label) + 1
        before = label
    return last


def _tld_length(text: str, start: int) -> int:
    """Return the length of the top level domain at a place, 0 for none."""
    found = _TLD.match(text, start, start + MOST_IN_LABEL)
    if found is not None:
        name = found.group().lower()
        return len(name) if name in _TLDS or name.startswith("xn--") else 0
    if text[start : start + 1] not in _TLD_FIRSTS:
        return 0
    for length in range(_LONGEST_TLD, 0, -1):
        behind = text[start + length : start + length + 1]
        if text[start : start + length] in _TLDS and not (_is_ascii_word(behind) or behind == "@"):
            return length
    return 0


def _is_encodable(host: str) -> bool:
    """Say whether each label of a host fits into the DNS, in Punycode where it is not ASCII."""
    for label in host.split("."):
        if len(label) > MOST_IN_LABEL:
            return False
        if not label.isascii():
            encoded = len(label.lower().encode("punycode")) + len("xn--")
            if encoded > MOST_IN_LABEL or label.lower().startswith("xn--"):
                return False
    return True


def _bare(text: str, start: int, end: int) -> Iterator[Url]:
    """Yield the hosts in ASCII or Latin letters of a run without a scheme."""
    for host in _ASCII_HOST.finditer(text, start, end):
        at = host.start()
        before = text[at - 1 : at]
        if not _may_follow(text, at) or (before and before in _NOT_BEFORE_BARE):
            continue
        host_end = _host_end(text, at, end)
        ascii_end = host_end is not None and _tld_start(text, at, host_end) <= host.end()
        if host_end is None or not ascii_end:
            host_end = _host_end(text, at, host.end())
        if host_end is not None and _is_encodable(text[at:host_end]):
            yield Url(at, _rest_end(text, host_end))


def _tld_start(text: str, start: int, end: int) -> int:
    return text.rindex(".", start, end) + 1


def _rest_end(text: str, at: int) -> int:
    """Return where port, path and query behind a host end."""
    port = _PORT.match(text, at)
    at = port.end() if port else at
    at = _path_end(text, at) if text[at : at + 1] == "/" else at
    query = _QUERY.match(text, at)
    if query is None:
        return at
    kept = query.group().rstrip(_QUERY_TAIL)
    return at + len(kept)


def _path_end(text: str, start: int) -> int:
    end = at = start
    while part := _PATH_PART.match(text, at):
        at = part.end()
        is_bracket = part.group()[0] == "("
        end = at if is_bracket else _last_good(text, part.start(), at) or end
    return end


def _last_good(text: str, start: int, end: int) -> int | None:
    for at in range(end, start, -1):
        if _PATH_END.match(text, at - 1):
            return at
    return None
