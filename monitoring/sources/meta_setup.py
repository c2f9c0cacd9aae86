"""How sources of Meta are set up: what both kinds ask for, and what is right."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from crisisapi.common.sentences import sentence as gettext
from crisisapi.common.setup import Field, check_address, one_of
from monitoring.sources.base import Account
from monitoring.sources.http import SourceFault

DAYS = 14
MOST_DAYS = 90
MOST_PLACES = 50


def check_numbers(value: str) -> Any:
    """Return what would be right when these are no ids made of digits, else nothing."""
    found = numbers_in(value)
    is_right = found and all(one.isascii() and one.isdigit() for one in found)
    return (
        None
        if is_right and len(found) <= MOST_PLACES
        else _("Give numbers, with commas between them.")
    )


def numbers_in(value: str) -> list[str]:
    """Return the ids in a setting, in their order."""
    return list(dict.fromkeys(part.strip() for part in value.split(",") if part.strip()))


def check_days(value: str) -> Any:
    """Return what would be right when this is no number of days, else nothing."""
    is_right = value.isascii() and value.isdigit() and 1 <= int(value[:4]) <= MOST_DAYS
    return None if is_right else _("Give a number of days from 1 to 90.")


SETTINGS = (
    Field(
        "poll",
        _("ask as well"),
        check=one_of({"on": "", "off": ""}),
        help_text=_(
            "`on` or `off`; on as soon as there is an access token. Finds what was not pushed."
        ),
    ),
    Field(
        "days",
        _("days"),
        check=check_days,
        help_text=_("Asked for are comments on posts of so many days, 14 by default."),
    ),
    Field("version", _("version of the Graph API")),
    Field("api_base", _("address of the API"), check=check_address),
)
CREDENTIALS = (
    Field(
        "app_secret",
        _("secret of the app"),
        required=True,
        is_secret=True,
        help_text=_("Signs what is pushed, and proves that the calls come from your app."),
    ),
    Field(
        "verify_token",
        _("token of the webhook"),
        is_secret=True,
        help_text=_("A text you make up; give the same one to Meta when you enter the address."),
    ),
    Field(
        "access_token",
        _("access token"),
        is_secret=True,
        help_text=_("Of the Page or a system user; without it nothing is asked."),
    ),
)


def places_of(account: Account, name: str) -> list[str]:
    """Return the ids of the Pages or accounts that are listened for."""
    return numbers_in(account.settings.get(name, ""))


def require_token(account: Account) -> None:
    """Refuse to look up what only came as an id while there is no token to do it with."""
    if not account.credentials.get("access_token"):
        sentence = gettext("Meta sends mentions as ids. Give an access token to look them up.")
        raise SourceFault("credentials_refused", sentence, needs_person=True)
