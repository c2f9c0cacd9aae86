"""What is true of every feed that is asked for, whoever serves it."""

import hashlib
import re
from abc import abstractmethod
from collections.abc import Iterator, Mapping
from datetime import datetime
from email.message import Message
from typing import Any, ClassVar
from urllib.parse import urljoin

import msgspec
from django.utils import timezone

from crisisapi.common.sentences import sentence as _
from crisisapi.common.setup import Problem
from monitoring.rules.incoming import COUNTERS, Batch, Unreadable
from monitoring.rules.xmltext import with_declaration
from monitoring.sources.base import Account, BaseProvider, Page
from monitoring.sources.http import Answer, Calls, SourceFault, fault_of

FEED_BYTES = 4 * 1024 * 1024
_TYPES = "application/atom+xml, application/rss+xml, application/xml;q=0.9, text/xml;q=0.8"
# Entries remembered from the last time, from either end of the feed: one is enough to know that
# nothing was missed.
_REMEMBERED = 100
_VERSION_LENGTH = 1000
_LINK = re.compile(rb"<link\b[^<>]{0,1000}>", re.IGNORECASE)
_FEED_TYPE = re.compile(rb"type\s*=\s*[\"']?application/(?:rss|atom)\+xml", re.IGNORECASE)
_HREF = re.compile(rb"href\s*=\s*[\"']([^\"'<>\s]{1,1000})[\"']", re.IGNORECASE)


class FeedProvider(BaseProvider):
    """Asks for one address with conditional requests, and tells when entries may be missing.

    The cursor holds what the server named the version by, what the entries said, and the hashes
    of their ids. A feed that says nothing new leaves no trace, whatever its other bytes are.
    """

    is_fetched = True
    address_field: ClassVar[str]

    @abstractmethod
    def address(self, account: Account) -> str:
        """Return where the feed is."""

    @abstractmethod
    def parse(self, account: Account, body: bytes, *, now: datetime) -> Batch:
        """Read the entries of the feed."""

    def headers(self, account: Account) -> dict[str, str]:
        """Return headers besides those of every feed."""
        return {}

    def kept(self, account: Account, body: bytes) -> bytes:
        """Return the bytes as they may be kept."""
        return body

    def fault(self, answer: Answer) -> SourceFault:
        """Return what a refusal means."""
        return fault_of(answer)

    def fetch(
        self, account: Account, cursor: Mapping[str, Any], calls: Calls, *, now: datetime
    ) -> Iterator[Page]:
        """Yield the feed when it says something else than before.

        What is no feed is a fault, so that an unchanged page of that kind is none either.
        """
        answer = self._ask(account, cursor, calls)
        if answer is None:
            return
        body, batch = self._read(account, answer, now)
        said = _said(batch)
        if said == cursor.get("said"):
            return
        seen = _names(batch)
        missed = _missed() if _may_have_missed(cursor.get("seen") or [], batch) else None
        yield Page(body, {**_version(answer), "said": said, "seen": seen}, missed)

    def test(self, account: Account, calls: Calls) -> list[Problem]:
        """Ask for the feed once, and read it."""
        try:
            answer = self._ask(account, {}, calls)
            if answer is not None:
                self._read(account, answer, timezone.now())
        except SourceFault as fault:
            return [Problem(fault.code, fault.sentence, self._field(fault))]
        return []

    def _ask(self, account: Account, cursor: Mapping[str, Any], calls: Calls) -> Answer | None:
        headers = {"Accept": _TYPES, **self.headers(account)}
        if etag := cursor.get("etag"):
            headers["If-None-Match"] = etag
        if modified := cursor.get("modified"):
            headers["If-Modified-Since"] = modified
        answer = calls.get(self.address(account), headers=headers, limit=FEED_BYTES)
        if answer.status == 304 and (etag or modified):
            return None
        if not answer.is_ok:
            raise self.fault(answer)
        return answer

    def _read(self, account: Account, answer: Answer, now: datetime) -> tuple[bytes, Batch]:
        body = self.kept(account, with_declaration(answer.body, _charset(answer)))
        try:
            return body, self.parse(account, body, now=now)
        except Unreadable as error:
            raise _no_feed(error, answer, body) from error

    def _field(self, fault: SourceFault) -> str:
        is_refused = fault.code == "credentials_refused" and self.credentials
        return f"credentials.{self.credentials[0].name}" if is_refused else self.address_field


def _charset(answer: Answer) -> str:
    message = Message()
    message["Content-Type"] = answer.headers.get("content-type", "")
    return str(message.get_content_charset("") or "")


def _version(answer: Answer) -> dict[str, str]:
    said = {
        "etag": answer.headers.get("etag", ""),
        "modified": answer.headers.get("last-modified", ""),
    }
    # What is no ASCII could not be sent back; half of one would be another's.
    return {
        name: value
        for name, value in said.items()
        if 0 < len(value) < _VERSION_LENGTH and value.isascii()
    }


def _said(batch: Batch) -> str:
    told = [
        [one.id, one.revision, one.text, *(getattr(one, name) for name in COUNTERS)]
        for one in batch.mentions
    ]
    return hashlib.sha256(msgspec.json.encode(told)).hexdigest()


def _names(batch: Batch) -> list[str]:
    latest = sorted(batch.mentions, key=lambda one: (str(one.published_at), one.id))
    kept = (
        latest if len(latest) <= 2 * _REMEMBERED else latest[:_REMEMBERED] + latest[-_REMEMBERED:]
    )
    return [_name(one.id) for one in kept]


def _name(external_id: str) -> str:
    return hashlib.sha256(external_id.encode()).hexdigest()[:12]


def _may_have_missed(seen: list[str], batch: Batch) -> bool:
    names = {_name(one.id) for one in batch.mentions}
    return len(names) > 1 and bool(seen) and names.isdisjoint(seen)


def _missed() -> SourceFault:
    sentence = _(
        "Every entry of the feed is new since the last time, so that some may have been missed. "
        "Let it be asked more often."
    )
    return SourceFault("entries_missed", sentence)


def _no_feed(error: Unreadable, answer: Answer, body: bytes) -> SourceFault:
    if error.code == "xml_entities":
        sentence = _("The feed declares entities of its own, which can be used for attacks.")
    elif error.code == "malformed_xml":
        sentence = _("The XML of the feed is broken. Tell whoever publishes it.")
    elif found := _announced(answer):
        sentence = _("This is a web page. Its feed is at %(address)s") % {"address": found}
    else:
        sentence = _("What came is neither RSS nor Atom. Check the address in a browser.")
    return SourceFault(error.code, sentence, body=body)


def _announced(answer: Answer) -> str:
    """Return the address of the feed that a web page tells of; empty without one."""
    for tag in _LINK.findall(answer.body[:200_000]):
        href = _HREF.search(tag)
        if href and _FEED_TYPE.search(tag):
            address = href[1].decode("utf-8", "replace").replace("&amp;", "&")
            return str(urljoin(answer.url, address))[:500]
    return ""
