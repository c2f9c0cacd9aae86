"""Any feed: RSS or Atom, asked with conditional requests."""

import base64
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.utils.translation import gettext_lazy as _

from crisisapi.common.setup import Field
from monitoring.rules.feeds import read_feed
from monitoring.rules.incoming import Batch
from monitoring.sources.base import Account
from monitoring.sources.feed import FeedProvider


def _check_address(value: str) -> Any:
    try:
        parts = urlsplit(value.strip())
        is_address = parts.scheme in ("http", "https") and parts.hostname
    except ValueError:
        is_address = False
    if not is_address:
        return _("Give an address that begins with https://.")
    if parts.username or parts.password:
        return _("Give user name and password among the credentials, not in the address.")
    return None


class RssProvider(FeedProvider):
    """Reads a feed of news, blogs or a forum."""

    kind = "rss"
    label = _("RSS or Atom feed")
    about = _("Asks for any feed: a newspaper, a blog, a forum.")
    platform = "news"
    settings = (
        Field(
            "url",
            _("address of the feed"),
            required=True,
            help_text=_("Of the feed itself, not of the page that tells of it."),
            check=_check_address,
        ),
    )
    credentials = (
        Field("username", _("user name"), help_text=_("Only where the feed asks for one.")),
        Field("password", _("password"), is_secret=True),
    )
    interval = timedelta(minutes=10)
    least_interval = timedelta(minutes=1)
    address_field = "settings.url"

    def address(self, account: Account) -> str:
        """Return the address as it was set."""
        return account.settings.get("url", "").strip()

    def headers(self, account: Account) -> dict[str, str]:
        """Return what signs in, where there is a user name."""
        if not account.credentials.get("username"):
            return {}
        pair = f"{account.credentials['username']}:{account.credentials.get('password', '')}"
        return {"Authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"}

    def parse(self, account: Account, body: bytes, *, now: datetime) -> Batch:
        """Read the entries of the feed."""
        return read_feed(body, now=now, base=self.address(account))


PROVIDER = RssProvider()
