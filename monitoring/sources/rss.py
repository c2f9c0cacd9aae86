"""Any feed: RSS or Atom, asked with conditional requests."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from crisisapi.common.setup import Field, Problem
from monitoring.rules.feeds import read_feed
from monitoring.rules.incoming import Batch
from monitoring.sources.base import Account, BaseProvider, Page
from monitoring.sources.http import Answer, Calls, SourceFault, fault_of

_TYPES = "application/atom+xml, application/rss+xml, application/xml;q=0.9, text/xml;q=0.8"
_FEED_BYTES = 8 * 1024 * 1024


class RssProvider(BaseProvider):
    """Reads a feed of news, blogs or a forum."""

    kind = "rss"
    label = _("RSS or Atom feed")
    platform = "news"
    settings = (Field("url", _("address of the feed"), required=True),)
    interval = timedelta(minutes=10)
    least_interval = timedelta(minutes=1)
    is_fetched = True

    def fetch(
        self, account: Account, cursor: Mapping[str, Any], calls: Calls, *, now: datetime
    ) -> Iterator[Page]:
        """Yield the feed when it has changed."""
        answer = _ask(account.settings["url"], cursor, calls)
        if answer.status == 304:
            return
        if not answer.is_ok:
            raise fault_of(answer)
        yield Page(answer.body, _cursor(answer))

    def parse(self, account: Account, body: bytes, *, now: datetime) -> Batch:
        """Read the entries of the feed."""
        return read_feed(body, now=now)

    def test(self, account: Account, calls: Calls) -> list[Problem]:
        """Ask for the feed once."""
        try:
            answer = _ask(account.settings["url"], {}, calls)
            if not answer.is_ok:
                raise fault_of(answer)
        except SourceFault as fault:
            return [Problem(fault.code, fault.sentence, "settings.url")]
        return []


def _ask(url: str, cursor: Mapping[str, Any], calls: Calls) -> Answer:
    headers = {"Accept": _TYPES}
    if etag := cursor.get("etag"):
        headers["If-None-Match"] = etag
    if modified := cursor.get("modified"):
        headers["If-Modified-Since"] = modified
    return calls.get(url, headers=headers, limit=_FEED_BYTES)


def _cursor(answer: Answer) -> dict[str, str]:
    said = {
        "etag": answer.headers.get("etag", ""),
        "modified": answer.headers.get("last-modified", ""),
    }
    return {name: value for name, value in said.items() if value}


PROVIDER = RssProvider()
