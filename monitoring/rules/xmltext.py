"""The text of an XML document, whatever it is encoded in, without entities and doctypes."""

import codecs
import re
from html.entities import html5
from xml.parsers import expat

from crisisapi.common.plain_sentences import plain_sentence as _
from monitoring.rules.incoming import Unreadable

# What a parser for broken XML is given at most: it takes some ten microseconds a character.
MALFORMED_LIMIT = 1_000_000

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# The first character is "<", and tells how wide they are.
_WIDE = (
    (b"<\x00\x00\x00", "utf-32-le"),
    (b"\x00\x00\x00<", "utf-32-be"),
    (b"<\x00", "utf-16-le"),
    (b"\x00<", "utf-16-be"),
)
_DECLARED = re.compile(rb"""^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w.:-]{1,40})["']""")
_DECLARATION = re.compile(r"^(?:\s*<\?xml\b[^>]*>)+")
# Python knows codecs that are no encodings of text, or take quadratic time.
_ENCODINGS = re.compile(
    r"utf-8|ascii|cp(?:125[0-8]|437|8[0-9]{2}|932|949|950)|iso8859-\d+|koi8-[rtu]|mac-\w+"
    r"|gb\d+|gbk|big5\w*|euc_\w+|shift_jis\w*|iso2022_\w+|tis-620|hz|johab|kz1048"
)
# Left to right or right to left: how the old Hebrew one is written is told behind its name.
_ALIASES = {"iso-8859-8-i": "iso8859-8", "iso-8859-8-e": "iso8859-8", "x-sjis": "shift_jis"}
_HEBREW_WORDS = re.compile(rb"[\xe0-\xfa]{2,}")
_HIGH = re.compile(rb"[\x80-\xff]+")

_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_SURROGATES = re.compile(r"&#(?:x([0-9a-fA-F]{1,6})|([0-9]{1,7}));")
_REFERENCE = re.compile(r"&#(?:x([0-9a-fA-F]+)|([0-9]+));|&([A-Za-z][A-Za-z0-9]{1,31});")
# No character has more of them, in either notation.
_MOST_DIGITS = 7
# What people forget to escape, outside of sections where it needs not be.
_BARE = re.compile(
    r"<!\[CDATA\[.*?(?:\]\]>|\Z)"
    r"|&(?!(?:lt|gt|amp|quot|apos|#[0-9]{1,20}|#x[0-9a-fA-F]{1,20});)",
    re.DOTALL,
)
_MARKUP = {"<": "&lt;", ">": "&gt;", "&": "&amp;", '"': "&quot;", "'": "&apos;"}
_DOCTYPE = re.compile(r"<!DOCTYPE[^\[>]*>", re.IGNORECASE)
_DECLARES = re.compile(r"<!(?:ENTITY|DOCTYPE)", re.IGNORECASE)


def xml_text(body: bytes) -> str:
    """Return the characters of a document without its XML declaration and doctype.

    Character references stand for characters that XML may hold. Raises `Unreadable` for a
    document that declares entities of its own: nothing that comes back does, so that no parser
    behind this one ever expands any.
    """
    text = _ILLEGAL.sub("", _decoded(body))
    text = _DOCTYPE.sub("", _DECLARATION.sub("", text))
    # Once more, since what was cut out may have joined what stood around it.
    if _DECLARES.search(text):
        reason = _("A feed that declares entities of its own is not read.")
        raise Unreadable("xml_entities", reason)
    text = _REFERENCE.sub(_resolved, _with_pairs_joined(text)).lstrip()
    text = _BARE.sub(lambda found: "&amp;" if found[0] == "&" else found[0], text)
    if len(text) > MALFORMED_LIMIT and not _is_well_formed(text):
        reason = _("The XML is broken, and too long to be guessed at.")
        raise Unreadable("malformed_xml", reason)
    return text


def with_declaration(body: bytes, charset: str) -> bytes:
    """Return a document that says itself what it is encoded in, where only its sender said so."""
    encoding = known_encoding(charset)
    is_plain = not any(body.startswith(start) for start, _name in _BOMS + _WIDE)
    if not encoding or encoding == "utf-8" or not is_plain or _DECLARED.match(body):
        return body
    return f'<?xml version="1.0" encoding="{encoding}"?>'.encode() + body


def _decoded(body: bytes) -> str:
    for mark, encoding in _BOMS:
        if body.startswith(mark):
            return body[len(mark) :].decode(encoding, "replace")
    for start, encoding in _WIDE:
        if body.startswith(start):
            return body.decode(encoding, "replace")
    declared = _declared(body)
    for encoding in filter(None, (declared, "utf-8", _guessed(body))):
        try:
            return body.decode(encoding)
        except UnicodeDecodeError:
            continue
    return body.decode(declared or "cp1252", "replace")


def _declared(body: bytes) -> str:
    found = _DECLARED.match(body)
    name = found[1].decode().lower() if found else ""
    return known_encoding(name)


def known_encoding(name: str) -> str:
    """Return Python's name of an encoding that documents come in, empty for any other."""
    try:
        known = codecs.lookup(_ALIASES.get(name.lower(), name)).name
    except (LookupError, ValueError):
        return ""
    return known if _ENCODINGS.fullmatch(known) else ""


def _guessed(body: bytes) -> str:
    """Return windows-1255 for what holds Hebrew words in it; nobody declares it where it is old."""
    words = sum(map(len, _HEBREW_WORDS.findall(body)))
    return "cp1255" if 2 * words > sum(map(len, _HIGH.findall(body))) else ""


def _with_pairs_joined(text: str) -> str:
    """Return text in which two references to the halves of an emoji are one to the whole."""
    if "&#" not in text:
        return text
    pairs = re.compile(_SURROGATES.pattern * 2)
    return pairs.sub(_joined, text)


def _joined(found: re.Match[str]) -> str:
    high = _code_point(found[1], found[2])
    low = _code_point(found[3], found[4])
    if 0xD800 <= high < 0xDC00 <= low < 0xE000:
        return chr(0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00))
    return found[0]


def _resolved(found: re.Match[str]) -> str:
    if found[3]:
        character = html5.get(f"{found[3]};", "")
        return _MARKUP.get(character) or character or found[0]
    digits = (found[1] or found[2]).lstrip("0")
    if len(digits) > _MOST_DIGITS:
        return "\ufffd"
    point = _code_point(found[1] and digits, found[2] and digits)
    is_character = point < 0x110000 and not _ILLEGAL.match(chr(point))
    return found[0] if is_character else "\ufffd"


def _code_point(hexadecimal: str | None, decimal: str | None) -> int:
    return int(hexadecimal or "0", 16) if hexadecimal is not None else int(decimal or "0")


def _is_well_formed(text: str) -> bool:
    parser = expat.ParserCreate("utf-8", " ")
    try:
        parser.Parse(text.encode(), True)
    except expat.ExpatError:
        return False
    return True
