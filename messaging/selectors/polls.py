"""What polls counted, and what everybody may read of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.models import Q

from messaging.models import Poll, PollResults, PollStatus, PublicPage
from messaging.models.poll import PollQuerySet
from messaging.rules.polls import Count, told
from messaging.rules.words import chosen, direction_of
from messaging.selectors.audience import shown_incidents

MOST_POLLS = 20


@dataclass(frozen=True)
class Tally:
    """What was counted: ballots, and by option how many named it."""

    ballots: int
    counts: dict[int, int]


@dataclass(frozen=True)
class OptionView:
    """An option as people read it, with its count where that is told."""

    number: int
    text: str
    count: int | None
    share: float | None

    @property
    def percent(self) -> str:
        """The share as people read it; empty where it is not told."""
        return "" if self.share is None else f"{self.share * 100:.0f}%"


@dataclass(frozen=True)
class PollView:
    """A poll as the public reads it; `ballots` is None while nothing is told."""

    id: UUID
    question: str
    language: str
    is_multiple: bool
    is_open: bool
    opens_at: datetime | None
    closes_at: datetime
    ballots: int | None
    options: list[OptionView]

    @property
    def direction(self) -> str:
        """Which way it runs."""
        return direction_of(self.language)


def tallies_of(polls: Iterable[Poll]) -> dict[UUID, Tally]:
    """Count the ballots of polls exactly, from the rows, in two queries."""
    ids = [poll.pk for poll in polls]
    tallies = {pk: Tally(0, {}) for pk in ids}
    if not ids:
        return tallies
    with connection.cursor() as cursor:
        cursor.execute(_BALLOTS, [ids])
        for poll_id, count in cursor.fetchall():
            tallies[poll_id] = Tally(count, {})
        cursor.execute(_CHOICES, [ids])
        for poll_id, option, count in cursor.fetchall():
            tallies[poll_id].counts[option] = count
    return tallies


_BALLOTS = """
    SELECT poll_id, count(*) FROM messaging_ballot WHERE poll_id = ANY(%s) GROUP BY poll_id
"""
_CHOICES = """
    SELECT poll_id, option, count(*) FROM messaging_ballot, unnest(choices) AS option
    WHERE poll_id = ANY(%s) GROUP BY poll_id, option
"""


def public_polls(page: PublicPage) -> PollQuerySet:
    """Return the polls that everybody may read: asked, and of nothing the public is not told."""
    rows = Poll.objects.filter(brand_id=page.brand_id)
    about = Q(incident=None) | shown_incidents(page)
    return rows.filter(about, status__in=[PollStatus.OPEN, PollStatus.CLOSED])


def view_polls(
    page: PublicPage, language: str, *, now: datetime, polls: Iterable[Poll] | None = None
) -> list[PollView]:
    """Return polls as everybody sees them, open ones first, without what only voters see."""
    rows = list(polls if polls is not None else _latest(page))
    tallies = tallies_of(rows)
    views = [
        view_poll(row, tallies[row.pk], page, language, now=now, has_voted=False) for row in rows
    ]
    return sorted(views, key=lambda view: not view.is_open)


def view_poll(
    poll: Poll, tally: Tally, page: PublicPage, language: str, *, now: datetime, has_voted: bool
) -> PollView:
    """Return one poll as somebody sees it who voted, or did not."""
    question, spoken = chosen(poll.questions, [language, *page.languages])
    is_open = poll.status == PollStatus.OPEN and poll.closes_at > now
    is_told = _is_told(poll, is_open=is_open, has_voted=has_voted)
    counts = told(
        tally.counts, options=len(poll.options), ballots=tally.ballots, least=poll.least_shown
    )
    return PollView(
        id=poll.pk,
        question=question,
        language=spoken,
        is_multiple=poll.is_multiple,
        is_open=is_open,
        opens_at=poll.opened_at,
        closes_at=poll.closed_at or poll.closes_at,
        ballots=tally.ballots if is_told and tally.ballots >= poll.least_shown else None,
        options=[
            _option(poll, count if is_told else Count(count.option, None, None), spoken)
            for count in counts
        ],
    )


def _is_told(poll: Poll, *, is_open: bool, has_voted: bool) -> bool:
    if not is_open or poll.results == PollResults.ALWAYS:
        return True
    return poll.results == PollResults.AFTER_VOTING and has_voted


def _option(poll: Poll, count: Count, language: str) -> OptionView:
    text = poll.options[count.option - 1][language]
    return OptionView(count.option, text, count.count, count.share)


def _latest(page: PublicPage) -> list[Poll]:
    return list(public_polls(page).order_by("-opened_at", "-id")[:MOST_POLLS])
