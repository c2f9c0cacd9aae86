"""Feeds, read into mentions: RSS and Atom, without entities, DTDs or scripts."""

import calendar
import html
import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import feedparser

from monitoring.rules.incoming import Batch, IncomingMention, Unreadable, mention_of, sift

_TAG = re.compile(r"<[^<>]{0,2000}>")
_BLANKS = re.compile(r"\s+")

_DECLARES = re.compile(rb"<!(?:ENTITY|DOCTYPE[^>]*\[)", re.IGNORECASE)

EntryReader = Callable[[Any], dict[str, Any] | None]


def read_feed(body: bytes, *, now: datetime, read: EntryReader | None = None) -> Batch:
    """Read the entries of a feed; raises `Unreadable` for what is none.

    `read` returns the fields of a mention from an entry as feedparser has it.
    """
    if _DECLARES.search(body):
        raise Unreadable("xml_entities", "A feed that declares entities of its own is not read.")
    found = feedparser.parse(body, sanitize_html=False, resolve_relative_uris=False)
    if not found.version and not found.entries:
        raise Unreadable("not_a_feed", "The answer is neither RSS nor Atom.")
    return sift(found.entries, lambda entry: _mention(entry, read or entry_fields), now=now)


def entry_fields(entry: Any) -> dict[str, Any]:
    """Return the fields of the mention an entry is."""
    link = str(entry.get("link", ""))
    said = [plain(entry.get("title", "")), plain(_body_of(entry))]
    return {
        "id": str(entry.get("id") or link),
        "text": "\n\n".join(text for text in said if text),
        "url": link if link.startswith(("http://", "https://")) else "",
        "published_at": moment(entry),
        "author": {"name": plain(entry.get("author", ""))},
    }


def plain(markup: str) -> str:
    """Return text without its tags, with its character references resolved, on one line."""
    return _BLANKS.sub(" ", html.unescape(_TAG.sub(" ", str(markup)))).strip()


def moment(entry: Any) -> datetime | None:
    """Return when an entry was published, or else changed."""
    parsed = entry.get("published_parsed") or entry.get("updated_parsed")
    return datetime.fromtimestamp(calendar.timegm(parsed), UTC) if parsed else None


def _mention(entry: Any, read: EntryReader) -> IncomingMention | None:
    fields = read(entry)
    return None if fields is None else mention_of(fields)


def _body_of(entry: Any) -> str:
    parts = entry.get("content") or []
    return str(parts[0].get("value", "")) if parts else str(entry.get("summary", ""))
