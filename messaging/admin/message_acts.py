"""What reviewers and authors do with a message at the desk: always with the wording they read."""

from collections.abc import Callable, Collection
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crisisapi.common.admin import ReasonActionForm, service_action
from crisisapi.common.errors import InvalidInput
from crisisapi.common.numbers import whole_number
from messaging.admin.message_times import (
    MomentField,
    publish_to,
    reschedule,
    revising,
    unschedule,
)
from messaging.models import Channel, Message, MessageStatus, Publication, Purpose, ReviewRound
from messaging.selectors.message_findings import findings_of
from messaging.services.approvals import approve_message, reject_message, request_changes
from messaging.services.break_glass import break_glass, ratify_message
from messaging.services.findings import Acceptance
from messaging.services.flags import clear_flag
from messaging.services.messages import submit_message, withdraw_message

REVIEW = ["approve", "approve_despite", "request_changes_of", "reject", "break_the_glass"]
REVISING = ["say_anew", "correct"]
_OFFERED: dict[str, list[str]] = {
    MessageStatus.DRAFT: ["submit", "submit_despite", "break_the_glass", "withdraw_message"],
    MessageStatus.IN_REVIEW: [*REVIEW, "withdraw_message"],
    MessageStatus.APPROVED: ["publish_to", "withdraw_message"],
    MessageStatus.SCHEDULED: ["publish_to", "withdraw_message"],
    MessageStatus.ON_HOLD: ["publish_to", "withdraw_message"],
    MessageStatus.FAILED: ["publish_to", "withdraw_message"],
    MessageStatus.PUBLISHING: ["publish_to", "withdraw_message"],
    MessageStatus.PUBLISHED: ["publish_to", *REVISING, "withdraw_message"],
    MessageStatus.PARTIALLY_PUBLISHED: ["publish_to", *REVISING, "withdraw_message"],
    MessageStatus.SUPERSEDED: ["withdraw_message"],
}


class ReviewActionForm(ReasonActionForm):
    """Room for a reason; the page gives along which wording was read there."""

    revision = forms.CharField(required=False, label="", widget=forms.HiddenInput)


class MessageActionForm(ReviewActionForm):
    """Room for a channel and a time, too."""

    channel = forms.ModelChoiceField(
        queryset=Channel.objects.filter(is_active=True).order_by("name"),
        required=False,
        label=_("Channel:"),
    )
    publish_at = MomentField()


def offered_for(message: Message) -> Collection[str]:
    """Return the names of the actions that the status of a message allows."""
    names = list(_OFFERED.get(message.status, []))
    if message.status in (MessageStatus.DRAFT, MessageStatus.IN_REVIEW) and not errors_in(message):
        names = [name for name in names if not name.endswith("_despite")]
    if message.owes_ratification:
        names += ["ratify", "disavow"]
    if Publication.objects.scheduled().filter(message=message).exists():
        names += ["reschedule", "unschedule"]
    return [*names, "clear_flag"] if message.is_flagged else names


def errors_in(message: Message) -> list[str]:
    """Return the rules of language whose errors stand in the present wording."""
    placed = findings_of(message, now=timezone.now()).placed
    return sorted({one.finding.rule for one in placed if one.finding.severity == "error"})


def submit(*, message: Message, reason: str, **said: Any) -> Message:
    """Submit a draft; the reason is for errors that stand, and is not asked for here."""
    return submit_message(message=message, **said)


def submit_despite(*, message: Message, reason: str, **said: Any) -> Message:
    """Submit a draft, and let the errors of the language checks stand for a reason."""
    return submit_message(message=message, acceptance=_accepting(message, reason), **said)


def approve(*, message: Message, revision: str, reason: str, **said: Any) -> Message:
    """Approve the wording that was read."""
    return approve_message(message=message, revision=_read(revision), comment=reason, **said)


def approve_despite(*, message: Message, revision: str, reason: str, **said: Any) -> Message:
    """Approve the wording that was read, and let its errors stand for a reason."""
    return approve_message(
        message=message,
        revision=_read(revision),
        comment=reason,
        acceptance=_accepting(message, reason),
        **said,
    )


def request_changes_of(*, revision: str, **said: Any) -> Message:
    """Send the wording that was read back to its author."""
    return request_changes(revision=_read(revision), **said)


def reject(*, revision: str, **said: Any) -> Message:
    """Say that the wording that was read shall not be said."""
    return reject_message(revision=_read(revision), **said)


def break_the_glass(*, revision: str, **said: Any) -> Message:
    """Approve the wording that was read without review."""
    return break_glass(revision=_read(revision), **said)


def ratify(*, reason: str, **said: Any) -> Message:
    """Say that it was right to break the glass."""
    return ratify_message(comment=reason, **said)


def disavow(*, reason: str, **said: Any) -> Message:
    """Say that it was wrong to break the glass."""
    return ratify_message(comment=reason, is_justified=False, **said)


def _read(revision: str) -> int:
    number = whole_number(revision)
    if number is None:
        sentence = _("Open the message and decide there: you decide on the wording you read.")
        raise InvalidInput(errors={"revision": [sentence]})
    return number


def _accepting(message: Message, reason: str) -> Acceptance:
    return Acceptance(errors_in(message), reason)


def on_message(service: Callable[..., Message]) -> Callable[..., Message]:
    """Return the service for the message of a round, under the same name."""

    def act(*, round_: ReviewRound, **said: Any) -> Message:
        return service(message=round_.message, **said)

    act.__name__ = service.__name__
    return act


# Service, label, and what is asked for beside the reason.
_REVIEWING = [
    (approve, _("Approve (a comment may go along)"), ["revision"]),
    (
        approve_despite,
        _("Approve, and let the errors of language stand (give a reason)"),
        ["revision"],
    ),
    (request_changes_of, _("Ask for changes (say which)"), ["revision"]),
    (reject, _("Reject (give a reason)"), ["revision"]),
    (
        break_the_glass,
        _("Break the glass: approve without review (give a reason)"),
        ["revision"],
    ),
]
_OTHERS = [
    (submit, _("Submit for review"), []),
    (submit_despite, _("Submit, and let the errors of language stand (give a reason)"), []),
    (
        publish_to,
        _("Publish (choose a channel; without a time, at once)"),
        ["channel", "publish_at"],
    ),
    (reschedule, _("Move what is scheduled (give the new time)"), ["publish_at"]),
    (unschedule, _("Call off what is scheduled (a reason may go along)"), []),
    (ratify, _("Ratify: it was right to break the glass (say why)"), []),
    (disavow, _("Do not ratify: the glass should have stayed whole (say why)"), []),
    (withdraw_message, _("Withdraw: it will not be said (give a reason)"), []),
    (clear_flag, _("Clear the flag (give a reason)"), []),
]


def _action(service: Any, noun: str, label: Any, gives: list[str], *, reasoned: bool = True) -> Any:
    return service_action(
        service, noun, label, gives=gives, gives_reason=reasoned, permission="decide"
    )


_UNREASONED = (publish_to, reschedule)
_REVISIONS = [
    revising("say_anew", Purpose.UPDATE, _("Say it anew: draft an update of it (give a reason)")),
    revising("correct", Purpose.CORRECTION, _("Correct it: draft a correction (give a reason)")),
]
MESSAGE_ACTIONS = [
    _action(service, "message", label, gives, reasoned=service not in _UNREASONED)
    for service, label, gives in [*_OTHERS[:2], *_REVIEWING, *_OTHERS[2:]]
] + _REVISIONS
ROUND_ACTIONS = [
    _action(on_message(service), "round_", label, gives) for service, label, gives in _REVIEWING
]
