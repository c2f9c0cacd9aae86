"""Breaking the glass: saying something in an emergency that nobody else has read."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from crisisapi.accounts.models import Role
from crisisapi.common.actors import Actor
from crisisapi.common.concurrency import save_change
from crisisapi.common.errors import DomainError, InvalidInput, Refusal, StaleVersion
from messaging.models import Decision, Message, MessageStatus, RoundOutcome
from messaging.services.approvals import grant_approval, require_confirmed
from messaging.services.decisions import FourEyes, NotAsked, Said, keep_decision, person_of
from messaging.services.findings import require_no_gaps
from messaging.services.rounds import (
    close_round,
    policy_for,
    reviewer_in,
    round_of,
    terms_of,
)
from messaging.services.steps import WrongStatus, lock_message, record_step, waits_on

REASON_LENGTH = 20
_FROM = (MessageStatus.DRAFT, MessageStatus.IN_REVIEW)


class GlassClosed(DomainError):
    """The policy does not let this person do without the review."""

    code = "glass_closed"
    refusal = Refusal.FORBIDDEN
    detail = _("The review policy does not let you approve without review.")


class NothingOwed(DomainError):
    """No glass was broken, or somebody has looked at it."""

    code = "nothing_owed"
    detail = _("This message has no broken glass to look at.")


@transaction.atomic
def break_glass(
    *,
    message: Message,
    revision: int,
    reason: str,
    actor: Actor,
    now: datetime,
    expected_version: int | None,
) -> Message:
    """Approve the present wording without review: draft or in_review → approved.

    It skips the stages, the other eyes and the language checks, never the facts. Refuses whom the
    policy does not let (`GlassClosed`), a reason of less than 20 characters, facts not confirmed,
    and a wording with places still to be filled in. A manager has to look at it afterwards.
    """
    _require_reasoned(reason)
    locked = lock_message(message, expected_version=expected_version)
    if locked.status not in _FROM:
        raise WrongStatus(
            _("Only a draft, or a message in review, can do without review. It is: %s.")
            % MessageStatus(locked.status).label
        )
    if locked.revision != revision:
        raise StaleVersion
    person_id = person_of(actor)
    round_ = round_of(locked)
    terms = round_.terms if round_ else terms_of(policy_for(locked))
    reviewer = reviewer_in(locked.brand_id, person_id)
    if reviewer is None or reviewer.role not in terms["break_glass_roles"]:
        raise GlassClosed
    require_confirmed(locked)
    require_no_gaps(locked, now=now)
    keep_decision(round_, locked, reviewer, Said(Decision.GLASS_BROKEN, reason), now=now)
    if round_ is not None:
        close_round(round_, RoundOutcome.GLASS_BROKEN, now)
    grant_approval(locked, terms, reason=reason, person_id=person_id, now=now, is_break_glass=True)
    said = {"revision": revision, "wording_hash": locked.approved_hash}
    record_step(locked, "message.glass_broken", actor, now, **said, reason=reason)
    waiting = waits_on(role=Role.MANAGER)
    record_step(locked, "message.approved", actor, now, **said, waits_on=waiting)
    return locked


@transaction.atomic
def ratify_message(
    *,
    message: Message,
    comment: str,
    actor: Actor,
    now: datetime,
    expected_version: int | None,
    is_justified: bool = True,
) -> Message:
    """A manager looked at it afterwards, and says whether it was right to break the glass.

    Refuses who broke it, who wrote it, who is no manager, and where nothing is owed.
    """
    locked = lock_message(message, expected_version=expected_version)
    if not locked.owes_ratification:
        raise NothingOwed
    person_id = person_of(actor)
    reviewer = reviewer_in(locked.brand_id, person_id)
    if person_id in (locked.approved_by_id, locked.author_id):
        raise FourEyes(_("Somebody who neither wrote it nor broke the glass has to look at it."))
    if reviewer is None or reviewer.role != Role.MANAGER:
        raise NotAsked(_("Only a manager looks at a broken glass."))
    decision = Decision.RATIFIED if is_justified else Decision.DISAVOWED
    locked.ratified_at = now
    locked.ratified_by_id = person_id
    save_change(locked, "ratified_at", "ratified_by", now=now)
    keep_decision(None, locked, reviewer, Said(decision, comment), now=now)
    data = {"is_justified": is_justified, "comment": comment, "waits_on": None}
    record_step(locked, "message.ratified", actor, now, **data)
    return locked


def _require_reasoned(reason: str) -> None:
    if len(reason.strip()) < REASON_LENGTH:
        sentence = _("Say why it cannot wait, in at least %s characters.") % REASON_LENGTH
        raise InvalidInput(errors={"reason": [sentence]})
