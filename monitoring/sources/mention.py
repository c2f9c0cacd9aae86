"""Mention (mention.com): its list of mentions, asked for, or its stream, listened to.

dev.mention.com/current. The list tells what is new by the order in which it was found; the stream
only tells it sooner: after each connection the list is asked for what lies behind.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from crisisapi.common.setup import Field, Problem, check_address, one_of
from monitoring.rules.incoming import Batch
from monitoring.rules.mention_payloads import read_mentions
from monitoring.sources.base import Account, BaseProvider, Budget, Page
from monitoring.sources.http import Calls, SourceFault
from monitoring.sources.mention_api import Api, alerts_of
from monitoring.sources.mention_list import Reading
from monitoring.sources.mention_stream import listen

_ALERTS = 20
_DAYS = 90
_MODES = {"list": _("ask the list"), "stream": _("listen to the stream")}
# https://en.support.mention.com/en/articles/1904644: of each alert, in a rolling day.
_CALLS = 3600
_DAY_SECONDS = 24 * 3600
_ACCOUNT = re.compile(r"[0-9]{1,20}(_[A-Za-z0-9]{1,100})?\Z")


def check_alerts(value: str) -> Any:
    """Return what would be right when these are not the numbers of alerts, else nothing."""
    alerts = alerts_of(value)
    are_numbers = all(one.isascii() and one.isdigit() and len(one) < 19 for one in alerts)
    if alerts and are_numbers and len(alerts) <= _ALERTS:
        return None
    return _("Give up to %(most)s numbers of alerts, separated by commas.") % {"most": _ALERTS}


def check_days(value: str) -> Any:
    """Return what would be right when this is no number of days, else nothing."""
    if value.isascii() and value.isdigit() and len(value) < 4 and 1 <= int(value) <= _DAYS:
        return None
    return _("Give a number of days from 1 to %(most)s.") % {"most": _DAYS}


def check_account(value: str) -> Any:
    """Return what would be right when this is no id of an account, else nothing."""
    if _ACCOUNT.match(value):
        return None
    return _("Give the id as Mention shows it: digits, a low line, letters and digits.")


class MentionProvider(BaseProvider):
    """Asks for the mentions of some alerts, or listens to them."""

    kind = "mention"
    label = _("Mention (mention.com)")
    about = _("Asks for what your alerts at mention.com find, or listens to them as it comes.")
    settings = (
        Field(
            "alerts",
            _("numbers of the alerts, separated by commas"),
            required=True,
            check=check_alerts,
            help_text=_("The number stands in the address of the alert."),
        ),
        Field(
            "mode",
            _("list or stream"),
            check=one_of(_MODES),
            help_text=_("An account may have one stream open at a time. The list if empty."),
        ),
        Field(
            "days",
            _("days to look back at first"),
            check=check_days,
            help_text=_("Of what was published before, this much is brought; 7 if empty."),
        ),
        Field(
            "account",
            _("id of the account"),
            check=check_account,
            help_text=_("Of whoever the token belongs to, if empty."),
        ),
        Field("api_base", _("address of the API"), check=check_address),
        Field("stream_base", _("address of the stream"), check=check_address),
    )
    credentials = (Field("access_token", _("access token"), required=True, is_secret=True),)
    interval = timedelta(minutes=5)
    least_interval = timedelta(minutes=1)
    is_fetched = True

    def fetch(
        self, account: Account, cursor: Mapping[str, Any], calls: Calls, *, now: datetime
    ) -> Iterator[Page]:
        """Yield what the list holds, then, of a stream, what is heard.

        An alert that Mention refuses holds up no other: its fault is raised when the others were
        read, or shown while they are listened to.
        """
        reading = Reading(Api(account, calls), cursor, now=now)
        yield from reading.pages()
        if self.streams(account) and reading.alerts:
            yield from listen(reading, calls)
        elif reading.fault is not None:
            raise reading.fault

    def parse(self, account: Account, body: bytes, *, now: datetime) -> Batch:
        """Read a list, one mention, or lines of the stream."""
        return read_mentions(body, now=now)

    def streams(self, account: Account) -> bool:
        """Say whether it is listened to."""
        return account.settings.get("mode") == "stream"

    def budget(self, account: Account) -> Budget:
        """Return the calls that Mention allows; of a stream, one source of an account at a time."""
        known_as = account.settings.get("account") or account.tokens.get("account")
        alerts = alerts_of(account.settings.get("alerts", ""))
        parts = [known_as or account.credentials.get("access_token", "")]
        if not self.streams(account):
            parts += sorted(alerts)
        place = "stream" if self.streams(account) else "list"
        # A key stands in the open, and a token must not.
        key = hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]
        return Budget(
            f"mention:{place}:{key}",
            _CALLS * max(1, len(alerts)),
            _DAY_SECONDS,
            one_stream=self.streams(account),
        )

    def test(self, account: Account, calls: Calls) -> list[Problem]:
        """Ask whose token it is, then for each alert."""
        api = Api(account, calls)
        try:
            own = api.own_account()
        except SourceFault as fault:
            place = "credentials.access_token" if fault.code == "credentials_refused" else ""
            return [Problem(fault.code, fault.sentence, place)]
        given = account.settings.get("account")
        if given and given != own:
            sentence = _("The access token belongs to another account: %(account)s.")
            return [Problem("wrong_account", str(sentence % {"account": own}), "settings.account")]
        alerts = alerts_of(account.settings.get("alerts", ""))
        faults = [api.fault_of_alert(own, alert) for alert in alerts]
        return [Problem(one.code, one.sentence, "settings.alerts") for one in faults if one]


PROVIDER = MentionProvider()
