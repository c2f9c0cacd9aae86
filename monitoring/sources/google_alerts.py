"""Google Alerts, delivered to a feed: Atom, and an address that is the only key to it."""

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.utils.translation import gettext_lazy as _

from crisisapi.common.setup import Field
from monitoring.rules.feeds import read_feed
from monitoring.rules.google_alerts import alert_fields, is_alert_path, without_address
from monitoring.rules.incoming import Batch
from monitoring.sources.base import Account
from monitoring.sources.feed import FeedProvider
from monitoring.sources.http import Answer, SourceFault, fault_of

_WHERE = _(
    "On google.com/alerts let the alert be delivered to an RSS feed, and copy the address behind "
    "its feed symbol: https://www.google.com/alerts/feeds/…/…"
)


def _check_address(value: str) -> Any:
    try:
        parts = urlsplit(value.strip())
    except ValueError:
        return _WHERE
    is_web = parts.scheme in ("http", "https") and parts.hostname and not parts.username
    return None if is_web and is_alert_path(parts.path) else _WHERE


class GoogleAlertsProvider(FeedProvider):
    """Reads what one alert has found: web, news, blogs, video, discussions."""

    kind = "google_alerts"
    label = _("Google Alerts")
    about = _("Asks for the feed of one Google Alert: news, blogs and pages that name you.")
    platform = "news"
    credentials = (
        Field(
            "url",
            _("address of the feed"),
            required=True,
            help_text=_WHERE,
            check=_check_address,
            is_secret=True,
        ),
    )
    interval = timedelta(minutes=10)
    least_interval = timedelta(minutes=2)
    address_field = "credentials.url"

    def address(self, account: Account) -> str:
        """Return the address, which is a secret."""
        return account.credentials.get("url", "").strip()

    def kept(self, account: Account, body: bytes) -> bytes:
        """Return the feed without its own address."""
        return without_address(body, self.address(account))

    def fault(self, answer: Answer) -> SourceFault:
        """Return what a refusal means: nobody signs in here, so it is the alert or ourselves."""
        if answer.status == 403:
            sentence = _("Google does not answer us for now. Let the alert be asked less often.")
            return SourceFault("blocked", str(sentence), retry_after=answer.retry_after())
        if answer.status in (400, 401, 404, 410):
            sentence = _("There is no alert at this address any more. Copy it anew from Google.")
            return SourceFault("not_found", str(sentence), needs_person=True)
        return fault_of(answer)

    def parse(self, account: Account, body: bytes, *, now: datetime) -> Batch:
        """Read the entries of the feed."""
        return read_feed(body, now=now, read=alert_fields)


PROVIDER = GoogleAlertsProvider()
