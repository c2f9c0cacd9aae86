"""The updates of a page as Atom (RFC 4287), in one language.

Ids are `urn:uuid:` of our rows: they stay when the page, its name or its host moves.
"""

import re
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID
from xml.etree.ElementTree import Element, SubElement, tostring

from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from messaging.models import PublicPage
from messaging.rules.words import chosen
from messaging.selectors.public_addresses import feed_address, page_address, update_address
from messaging.selectors.public_shapes import UpdateView, Words

Entry = tuple[UpdateView, UUID, Words]
_LANGUAGE = "xml:lang"
_UNKNOWN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def feed_of(page: PublicPage, language: str, entries: Sequence[Entry]) -> str:
    """Return the document; entries the newest first."""
    name, _language = chosen(page.titles, [language, *page.languages])
    feed = Element("feed", {"xmlns": "http://www.w3.org/2005/Atom", _LANGUAGE: language})
    SubElement(feed, "id").text = f"urn:uuid:{page.pk}"
    SubElement(feed, "title").text = name
    updated = max([page.created_at, *(one.changed_at for one, _public, _title in entries)])
    SubElement(feed, "updated").text = _moment(updated)
    SubElement(SubElement(feed, "author"), "name").text = name
    _link(feed, "self", feed_address(page, language), "application/atom+xml")
    _link(feed, "alternate", page_address(page, language), "text/html")
    for update, public_id, title in entries:
        _add_entry(feed, page, language, update, public_id, title)
    text = tostring(feed, encoding="unicode")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{_without_controls(text)}\n'


def _add_entry(
    feed: Element,
    page: PublicPage,
    language: str,
    update: UpdateView,
    public_id: UUID,
    topic: Words,
) -> None:
    entry = SubElement(feed, "entry", {_LANGUAGE: update.language})
    is_gone = update.withdrawn_at is not None
    SubElement(entry, "id").text = f"urn:uuid:{update.id}"
    SubElement(entry, "title").text = _("An update was taken down") if is_gone else update.title
    SubElement(entry, "published").text = _moment(update.published_at)
    SubElement(entry, "updated").text = _moment(update.changed_at)
    _link(entry, "alternate", update_address(page, public_id, update.id, language), "text/html")
    SubElement(entry, "category", {"term": str(public_id), "label": topic.text})
    said = {"update": update, "language": language}
    text = render_to_string("public/feed_entry.html", said)
    SubElement(entry, "content", {"type": "html"}).text = text


def _link(parent: Element, relation: str, address: str, media_type: str) -> None:
    SubElement(parent, "link", {"rel": relation, "href": address, "type": media_type})


def _moment(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")


def _without_controls(text: str) -> str:
    """Leave out characters that XML 1.0 does not know."""
    return _UNKNOWN.sub("", text)
