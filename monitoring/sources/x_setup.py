"""How a source of X is set up: its fields, what they say, and what would be right."""

import re
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext_lazy

from crisisapi.common.sentences import sentence as _
from crisisapi.common.setup import Field, check_address, one_of
from monitoring.sources.base import Account
from monitoring.sources.http import SourceFault

MODES = ("push", "search", "mentions", "stream")
RULE_LENGTH = 4_096
RULES = 1_000
LONGEST_LOOKBACK = 7 * 24 - 1
LOOKBACK = 24
BACKFILL = 5

_USERNAME = re.compile(r"@?\w{1,50}")


def _check_query(value: str) -> Any:
    lines = value.splitlines()
    if len(lines) > RULES or any(len(line) > RULE_LENGTH for line in lines):
        limits = {"lines": RULES, "length": RULE_LENGTH}
        return _("At most %(lines)s lines of %(length)s characters.") % limits
    return None


def _check_username(value: str) -> Any:
    return None if _USERNAME.fullmatch(value) else _("Give the name that stands behind the @.")


def _check_choice(value: str) -> Any:
    return None if value in ("yes", "no") else _("Write yes or no.")


def _check_range(value: str, least: int, most: int) -> Any:
    if value.isascii() and value.isdigit() and len(value) < 6 and least <= int(value) <= most:
        return None
    return _("A whole number from %(least)s to %(most)s.") % {"least": least, "most": most}


SETTINGS = (
    Field(
        "mode",
        gettext_lazy("how to listen"),
        required=True,
        check=one_of(dict.fromkeys(MODES)),
        help_text=gettext_lazy("push, search, mentions or stream."),
    ),
    Field(
        "query",
        gettext_lazy("what to search for"),
        check=_check_query,
        help_text=gettext_lazy("As one searches on X. A line each, for a search or stream rule."),
    ),
    Field(
        "username",
        gettext_lazy("user name of your account"),
        check=_check_username,
        help_text=gettext_lazy("Without the @. What it posts itself is no mention."),
    ),
    Field(
        "catch_up",
        gettext_lazy("ask for missed mentions"),
        check=_check_choice,
        help_text=gettext_lazy("yes: what is pushed is also asked for. Needs a user name."),
    ),
    Field(
        "manage_rules",
        gettext_lazy("keep the rules of the stream"),
        check=_check_choice,
        help_text=gettext_lazy("yes: rules that are missing at X are added there."),
    ),
    Field(
        "lookback_hours",
        gettext_lazy("hours to look back at first"),
        check=lambda value: _check_range(value, 0, LONGEST_LOOKBACK),
    ),
    Field(
        "backfill_minutes",
        gettext_lazy("minutes that X repeats"),
        check=lambda value: _check_range(value, 1, BACKFILL),
        help_text=gettext_lazy("Only where the plan has backfill."),
    ),
    Field("api_base", gettext_lazy("address of the API"), check=check_address),
)
CREDENTIALS = (
    Field(
        "bearer_token",
        gettext_lazy("bearer token of the app"),
        is_secret=True,
        help_text=gettext_lazy("Whenever X is asked."),
    ),
    Field(
        "consumer_secret",
        gettext_lazy("consumer secret of the app"),
        is_secret=True,
        help_text=gettext_lazy("Where X pushes: it signs with this."),
    ),
)


def lines_of(account: Account) -> list[str]:
    """Return the searches, or the rules of the stream, one a line."""
    lines = account.settings.get("query", "").splitlines()
    return list(dict.fromkeys(filter(None, map(str.strip, lines))))


def username_of(account: Account) -> str:
    """Return the name of the brand's own account, empty when none is given."""
    return account.settings.get("username", "").strip().removeprefix("@")


def lookback_of(account: Account) -> timedelta:
    """Return how far back the first run looks."""
    return timedelta(hours=int(account.settings.get("lookback_hours") or LOOKBACK))


def says_yes(account: Account, name: str) -> bool:
    """Say whether a setting says yes."""
    return account.settings.get(name) == "yes"


def missing(name: str) -> SourceFault:
    """Return that the mode cannot do without a setting."""
    sentence = _("This way of listening needs the setting %(name)s.") % {"name": name}
    return SourceFault("setting_missing", sentence, needs_person=True)


def streams(account: Account) -> bool:
    """Say whether the source listens to the stream."""
    return account.settings.get("mode") == "stream"


def asks_for_mentions(account: Account) -> bool:
    """Say whether what mentions the account is asked for."""
    mode = account.settings.get("mode")
    return mode == "mentions" or (mode == "push" and says_yes(account, "catch_up"))
