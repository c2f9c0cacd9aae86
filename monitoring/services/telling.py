"""Whom it concerns that a source fails, falls silent, or is heard again."""

from django.utils.translation import gettext_lazy as _

from crisisapi.accounts.models import Member, Role
from crisisapi.common.sentences import reason_in
from crisisapi.events.models import Event
from incidents.models import Notification, add_sentences
from incidents.services.notifications import notify
from monitoring.models import SourceState

_TROUBLE = {"source.failing", "source.silent"}
_OVER = {"source.recovered", "source.heard_again"}
_SAID = ("name", "hours", "usual")

add_sentences(
    {
        "source.failing": _("The source %(name)s is not heard: %(reason)s"),
        "source.recovered": _("The source %(name)s is heard again."),
        "source.silent": _(
            "Nothing from %(name)s for %(hours)s hours, usually %(usual)s mentions an hour."
        ),
        "source.heard_again": _("The source %(name)s is heard again."),
    }
)


def tell_of_sources(event: Event) -> None:
    """Tell the managers of a brand, in the event's transaction.

    Of trouble that comes and goes one warning stands until it is read.
    """
    if not _is_told(event):
        return
    managers = Member.objects.filter(brand_id=event.brand_id, role=Role.MANAGER)
    told = {str(person) for person in managers.values_list("user_id", flat=True)}
    told -= _warned(event)
    if told:
        details = {name: event.data[name] for name in _SAID if name in event.data}
        if "reason" in event.data:
            details["reason"] = reason_in(event.data)
        notify(told, event=event, details=details)


def _is_told(event: Event) -> bool:
    """Say whether people care: of what recovered only where it had failed before."""
    if event.verb in _OVER:
        return bool(event.data.get("before", SourceState.FAILING) == SourceState.FAILING)
    return event.verb in _TROUBLE


def _warned(event: Event) -> set[str]:
    """Return who was told the same of the same source, and has not read it."""
    same = Notification.objects.unread().filter(verb=event.verb, object_id=event.object_id)
    return {str(person) for person in same.values_list("recipient_id", flat=True)}
