"""Feeds, read into mentions: RSS and Atom, without entities, DTDs or scripts."""

import calendar
import hashlib
import io
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from time import struct_time
from typing import Any

import feedparser

from crisisapi.common.plain_sentences import plain_sentence as _
from monitoring.rules.incoming import (
    COUNT_LIMIT,
    EARLIEST,
    FUTURE_TOLERANCE,
    Batch,
    IncomingMention,
    Refused,
    Unreadable,
    mention_of,
    sift,
)
from monitoring.rules.language import SURE, detect_language, language_code
from monitoring.rules.links import web_address
from monitoring.rules.markup import plain
from monitoring.rules.xmltext import xml_text

_PAGE = re.compile(r"<html[\s>]", re.IGNORECASE)
_UTF8 = '<?xml version="1.0" encoding="utf-8"?>\n'
_ID_LENGTH = 300
_MAIL = re.compile(r"[^\s()<>\"]{1,100}@[^\s()<>\"]{1,200}")
_DIGITS = re.compile(r"[0-9]{1,11}")

EntryReader = Callable[[Any, Any], dict[str, Any] | None]


def read_feed(
    body: bytes, *, now: datetime, base: str = "", read: EntryReader | None = None
) -> Batch:
    """Read the entries of a feed; raises `Unreadable` for what is none.

    Links are relative to `base`. `read` returns the fields of a mention from an entry and its
    feed, both as feedparser has them.
    """
    found = _parsed(body)
    read = read or (lambda entry, feed: entry_fields(entry, feed, base=base))
    return sift(found.entries, lambda entry: _mention(entry, found.feed, read, now), now=now)


def entry_fields(entry: Any, feed: Any, *, base: str = "") -> dict[str, Any]:
    """Return the fields of the mention an entry is."""
    url = _link(entry, base)
    text = _text(entry)
    return {
        "id": stable_id(entry, url, text),
        "text": text,
        "url": url,
        "language": said_language(_language(entry, feed), text),
        "published_at": moment(entry, "published") or moment(entry, "updated"),
        "revision": revision(entry),
        "author": _author(entry, feed),
        "parent_id": _attribute(entry, "thr_in-reply-to", "ref"),
        "comments": _count(entry.get("slash_comments")) or _count(entry.get("thr_total")),
        "reach": _count(_attribute(entry, "media_statistics", "views")),
        "likes": _count(_attribute(entry, "media_starrating", "count")),
    }


def stable_id(entry: Any, url: str, text: str) -> str:
    """Return what names an entry whenever it comes again: its id, its link, or else its words.

    One that is too long to be kept whole is hashed: cut, it might be another's.
    """
    name = str(entry.get("id") or "").strip() or url
    if not name:
        said = f"{moment(entry, 'published')}\n{text}"
        return f"sha256:{_hashed(said)}" if text else ""
    return name if len(name) <= _ID_LENGTH else f"sha256:{_hashed(name)}"


def said_language(said: object, text: str) -> str:
    """Return the language a feed claims, unless its words are clearly of another one.

    Many a blog in Hebrew has never told its software that it is not in English.
    """
    language = language_code(str(said or ""))
    if not language:
        return ""
    guess = detect_language(text)
    return language if guess.code == language or guess.confidence < SURE else ""


def moment(entry: Any, name: str) -> datetime | None:
    """Return when an entry was `published` or `updated`; None where no clock could say so."""
    parsed = dict.get(entry, f"{name}_parsed")
    if not isinstance(parsed, struct_time):
        return None
    try:
        return datetime.fromtimestamp(calendar.timegm(parsed), UTC)
    except (ValueError, OverflowError, OSError):
        return None


def revision(entry: Any) -> int:
    """Return the Unix time of the last change that an entry tells of; 0 without one."""
    told = [moment(entry, "published"), moment(entry, "updated")]
    return max((max(0, int(one.timestamp())) for one in told if one), default=0)


def _parsed(body: bytes) -> Any:
    text = xml_text(body)
    if _PAGE.match(text):
        raise Unreadable("not_a_feed", _("The answer is a web page, neither RSS nor Atom."))
    # A stream, since feedparser would open a file of the name that bytes spell.
    stream = io.BytesIO((_UTF8 + text).encode("utf-8", "replace"))
    try:
        found = feedparser.parse(stream, sanitize_html=False, resolve_relative_uris=False)
    except Exception as error:
        # What a parser of broken XML trips over is nobody's fault here, and not foreseeable.
        reason = _("The XML is broken: %(error)s.") % {"error": f"{error!r:.200}"}
        raise Unreadable("malformed_xml", reason) from error
    if not found.get("version") and not found.entries:
        raise Unreadable("not_a_feed", _("The answer is neither RSS nor Atom."))
    return found


def _mention(entry: Any, feed: Any, read: EntryReader, now: datetime) -> IncomingMention | None:
    try:
        fields = read(entry, feed)
    except (TypeError, ValueError, AttributeError, LookupError) as error:
        reason = _("The entry is not as feeds have it: %(error)s") % {"error": str(error)}
        raise Refused("invalid_item", reason) from error
    if fields is None:
        return None
    if not fields["text"]:
        raise Refused("no_text", _("The entry has neither a title nor a text."))
    published = fields.get("published_at")
    if published and not EARLIEST <= published <= now + FUTURE_TOLERANCE:
        # A clock that stands at 1970, or an event that is announced: it was said when it came.
        fields = {**fields, "published_at": None, "revision": 0}
    return mention_of(fields)


def _text(entry: Any) -> str:
    title = plain(entry.get("title") or "")
    body = plain(_body_of(entry))
    if not title or body.startswith(title.removesuffix("…").removesuffix("...").strip()):
        return body or title
    return f"{title}\n\n{body}" if body else title


def _body_of(entry: Any) -> str:
    parts = [str(part.get("value") or "") for part in entry.get("content") or []]
    return max([*parts, str(entry.get("summary") or "")], key=len)


def _link(entry: Any, base: str) -> str:
    named = str(entry.get("feedburner_origlink") or entry.get("link") or "")
    is_only_an_id = named == entry.get("id") and "/" not in named
    if named and not is_only_an_id:
        return web_address(named, base=base)
    links = (web_address(str(one.get("href") or ""), base=base) for one in _links(entry))
    return next(filter(None, links), "")


def _links(entry: Any) -> list[Any]:
    links = [one for one in entry.get("links") or [] if isinstance(one, Mapping)]
    # Two entries of one feed have the same "self"; the enclosure is a file.
    return [one for one in links if one.get("rel") in (None, "alternate", "enclosure", "via")]


def _language(entry: Any, feed: Any) -> object:
    detail = entry.get("title_detail") or {}
    return (
        entry.get("dc_language")
        or entry.get("language")
        or detail.get("language")
        or feed.get("language")
    )


def _author(entry: Any, feed: Any) -> dict[str, str]:
    found = entry.get("author_detail")
    detail = found if isinstance(found, Mapping) else {}
    outlet = (entry.get("source") or {}).get("title") or feed.get("title")
    said = str(entry.get("author") or feed.get("author") or "")
    name = _name_beside_mail(said) if "@" in said else detail.get("name") or said
    return {
        "name": plain(name or outlet or ""),
        "profile": web_address(str(detail.get("href") or "")),
    }


def _name_beside_mail(said: str) -> str:
    """Return the name in `noa@a.example (Noa Levi)`, or else what stands before the @."""
    named = _MAIL.sub("", said).strip(" ()<>\"'")
    return named or said.strip(" <").partition("@")[0]


def _attribute(entry: Any, element: str, name: str) -> str:
    found = entry.get(element)
    return str(found.get(name) or "") if isinstance(found, Mapping) else ""


def _count(said: object) -> int:
    digits = str(said or "").strip()
    return min(int(digits), COUNT_LIMIT) if _DIGITS.fullmatch(digits) else 0


def _hashed(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
