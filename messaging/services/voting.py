"""The audience votes: one form, one ballot, for everybody, without an account."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from crisisapi.common.errors import DomainError, InvalidInput, Refusal
from messaging.models import Ballot, Poll, PollStatus, PublicPage
from messaging.rules.polls import is_ballot
from messaging.selectors.polls import public_polls
from messaging.services.audience_limits import (
    Caller,
    Limit,
    browser_key,
    network_key,
    take_turns,
)
from messaging.services.voters import voter_of

_DAY = timedelta(hours=24)
PER_NETWORK = (Limit(30, _DAY),)
# People of one household share a network, often a browser as well.
PER_BROWSER = (Limit(4, _DAY),)


class NoSuchPoll(DomainError):
    """There is no such poll in public."""

    code = "not_found"
    refusal = Refusal.MISSING
    detail = _("There is no such poll.")


class PollClosed(DomainError):
    """It takes no ballots."""

    code = "poll_closed"
    detail = _("This poll is closed.")


@transaction.atomic
def cast_ballot(
    *,
    page: PublicPage,
    poll_id: UUID,
    choices: Sequence[int],
    token: str,
    caller: Caller,
    now: datetime,
) -> Poll:
    """Count a ballot; the first one of a form stands, however often it is sent.

    Refuses a poll that is not open, a form that is not ours, choices that are no ballot, and who
    votes too often. The poll is locked against closing meanwhile, not against other ballots.
    """
    voter = voter_of(token)
    poll = public_polls(page).filter(pk=poll_id).first()
    if poll is None:
        raise NoSuchPoll
    poll = Poll.objects.raw("SELECT * FROM messaging_poll WHERE id = %s FOR SHARE", [poll.pk])[0]
    if poll.ballots.filter(voter_hash=voter).exists():
        return poll
    if poll.status != PollStatus.OPEN or poll.closes_at <= now:
        raise PollClosed
    if not is_ballot(list(choices), options=len(poll.options), is_multiple=poll.is_multiple):
        sentence = _("Choose one.") if not poll.is_multiple else _("Choose at least one.")
        raise InvalidInput(errors={"choices": [sentence]})
    limits: dict[str, tuple[Limit, ...]] = {
        network_key(f"{poll.pk}:vote", caller, now): PER_NETWORK,
        browser_key(f"{poll.pk}:vote", caller, now): PER_BROWSER,
    }
    take_turns(limits, now=now)
    ballot = Ballot(poll=poll, voter_hash=voter, choices=sorted(choices), created_at=now)
    Ballot.objects.bulk_create([ballot], ignore_conflicts=True)
    return poll


def has_voted(poll: Poll, token: str) -> bool:
    """Say whether a form of ours voted in this poll."""
    return poll.ballots.filter(voter_hash=voter_of(token)).exists()
