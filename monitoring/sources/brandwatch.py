"""Brandwatch Consumer Research: the mentions of queries, asked for page by page."""

import hashlib
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _

from crisisapi.common.setup import Field, Problem, check_address, check_number, one_of
from monitoring.rules.brandwatch import error_in, read_mentions, read_page
from monitoring.rules.brandwatch_walk import Walk
from monitoring.rules.incoming import Batch, Unreadable
from monitoring.sources.base import Account, BaseProvider, Budget, Page
from monitoring.sources.brandwatch_session import Session, api_base, refused
from monitoring.sources.http import Answer, Calls, SourceFault

# What a client may ask for in ten minutes, all its users together.
CALLS = 30
# A call that was sent is counted when it arrives, up to half a minute later.
WINDOW = timedelta(minutes=10, seconds=30)
DAYS, MOST_DAYS = 30, 365
MOST_QUERIES = 50
_YES_NO = {"yes": "", "no": ""}


def _check_queries(value: str) -> Any:
    numbers = _numbers(value)
    if numbers and len(numbers) <= MOST_QUERIES and all(_is_id(one) for one in numbers):
        return None
    return _("Give the numbers, with commas between them.")


def _check_days(value: str) -> Any:
    is_right = _is_id(value) and 1 <= int(value) <= MOST_DAYS
    return None if is_right else _("Give a number of days from 1 to 365.")


class BrandwatchProvider(BaseProvider):
    """Reads what queries of Brandwatch have found; docs/sources/brandwatch.md."""

    kind = "brandwatch"
    label = _("Brandwatch")
    about = _("Asks for what the queries of a Brandwatch project find, from all over the web.")
    settings: ClassVar[tuple[Field, ...]] = (
        Field("project_id", _("number of the project"), required=True, check=check_number),
        Field(
            "query_ids",
            _("numbers of the queries"),
            required=True,
            help_text=_("Several with commas between them; all of them take one call."),
            check=_check_queries,
        ),
        Field(
            "query_type",
            _("what the numbers are of"),
            help_text=_("query (as usual) or group."),
            check=one_of({"query": "", "group": ""}),
        ),
        Field(
            "days",
            _("days back"),
            help_text=_("How old a post may be that is found only now; 30 as usual."),
            check=_check_days,
        ),
        Field(
            "resolve_x",
            _("look posts of X up"),
            help_text=_("yes, if the brand has a source for X; otherwise they have no text."),
            check=one_of(_YES_NO),
        ),
        Field(
            "full_text",
            _("ask for full texts"),
            help_text=_("yes, if your plan has them; otherwise the part that fits the query."),
            check=one_of(_YES_NO),
        ),
        Field(
            "client_id",
            _("number of the client"),
            help_text=_("Only for accounts that change between clients; the same everywhere."),
            check=check_number,
        ),
        Field("api_base", _("address of the API"), check=check_address),
    )
    credentials: ClassVar[tuple[Field, ...]] = (
        Field("username", _("user name"), required=True),
        Field("password", _("password"), required=True, is_secret=True),
    )
    interval = timedelta(minutes=5)
    least_interval = timedelta(minutes=1)
    is_fetched = True

    def fetch(
        self, account: Account, cursor: Mapping[str, Any], calls: Calls, *, now: datetime
    ) -> Iterator[Page]:
        """Yield what was added since the last walk, the newest first."""
        session = Session(account, calls)
        walk: Walk | None = Walk.resumed(cursor, days=_days(account), now=now)
        is_again = False
        while walk:
            try:
                answer = _ask(session, account, walk)
            except SourceFault as fault:
                if fault.code != "refused" or not walk.next or is_again:
                    raise
                # Its word for the page has run out: the way is gone once more from the top.
                walk, is_again = walk.again(), True
                continue
            page = _read(answer)
            following = walk.after(page, now=now)
            yield Page(
                answer.body,
                following.cursor() if following else walk.finished(page, now=now),
            )
            walk = following

    def parse(self, account: Account, body: bytes, *, now: datetime) -> Batch:
        """Read a page of mentions."""
        return read_mentions(body, now=now, resolves_x=account.settings.get("resolve_x") == "yes")

    def budget(self, account: Account) -> Budget | None:
        """Return what all sources of the client share."""
        client = account.settings.get("client_id") or account.credentials.get("username", "")
        named = f"{api_base(account)} {client.strip().lower()}"
        key = hashlib.sha256(named.encode()).hexdigest()[:32]
        return Budget(f"{self.kind}:{key}", CALLS, int(WINDOW.total_seconds()))

    def test(self, account: Account, calls: Calls) -> list[Problem]:
        """Sign in and ask for one mention."""
        walk = Walk.resumed({}, days=1, now=datetime.now(UTC))
        try:
            _read(_ask(Session(account, calls), account, walk, size=1))
        except SourceFault as fault:
            return [Problem(fault.code, fault.sentence, _FIELDS.get(fault.code, ""))]
        return []


_FIELDS = {
    "credentials_refused": "credentials.password",
    "forbidden": "settings.project_id",
    "not_found": "settings.project_id",
    "refused": "settings.query_ids",
    "host_forbidden": "settings.api_base",
    "address_invalid": "settings.api_base",
}


def _ask(session: Session, account: Account, walk: Walk, *, size: int = 0) -> Answer:
    settings = account.settings
    name = "queryGroupId" if settings.get("query_type") == "group" else "queryId"
    params = [(name, one) for one in _numbers(settings.get("query_ids", ""))]
    params += [
        ("startDate", walk.start),
        ("endDate", walk.end),
        ("orderBy", "added"),
        ("orderDirection", "desc"),
        ("pageSize", str(size or walk.size)),
    ]
    if walk.next:
        params.append(("cursor", walk.next))
    kind = "/fulltext" if settings.get("full_text") == "yes" else ""
    return session.get(f"/projects/{settings['project_id']}/data/mentions{kind}", params)


def _read(answer: Answer) -> dict[str, Any]:
    try:
        return read_page(answer.body)
    except Unreadable as error:
        if reason := error_in(answer.body)[1]:
            raise refused(reason) from error
        raise SourceFault.not_understood(answer.body) from error


def _days(account: Account) -> int:
    return int(account.settings.get("days") or DAYS)


def _numbers(value: str) -> list[str]:
    return [one.strip() for one in value.split(",") if one.strip()]


def _is_id(value: str) -> bool:
    return value.isascii() and value.isdigit() and len(value) <= 20


PROVIDER = BrandwatchProvider()
