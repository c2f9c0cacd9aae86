"""Whom it concerns that a source fails or falls silent, and that an alert is raised."""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from crisisapi.accounts.selectors.members import managers_of, members_in
from crisisapi.common.sentences import reason_in
from crisisapi.events.models import Event
from incidents.models import Notification, add_sentences
from incidents.services.notifications import notify
from messaging.services.telling import waited_on
from monitoring.models import Alert, SourceState

_TROUBLE = {"source.failing", "source.silent"}
_OVER = {"source.recovered", "source.heard_again"}
_ALERTS = {"alert.raised", "alert.due_soon", "alert.late", "alert.subsided"}
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
    told = {str(person) for person in managers_of(event.brand_id)} - _warned(event)
    if told:
        details = {name: event.data[name] for name in _SAID if name in event.data}
        if "reason" in event.data:
            details["reason"] = reason_in(event.data)
        notify(told, event=event, details=details)


def tell_of_alerts(event: Event) -> None:
    """Tell those who answer for an alert, in the event's transaction.

    Of one that joined another nobody is told. What nobody acknowledged in time goes further, and
    where a department has nobody the managers are told.
    """
    if event.verb not in _ALERTS or event.data.get("first"):
        return
    people = _answering(event) or managers_of(event.brand_id)
    details = dict(event.data["said"])
    notify({str(person) for person in people}, event=event, details=details)


def _answering(event: Event) -> Iterable[object]:
    """Return whom an alert waits on, whom it goes further to, or who took it on."""
    if event.verb == "alert.raised":
        return waited_on(event)
    alert = Alert.objects.select_related("rule").get(pk=event.object_id)
    if event.verb == "alert.subsided" and alert.acknowledged_by_id:
        return [alert.acknowledged_by_id]
    rule = alert.rule
    department = rule.escalates_to if event.verb == "alert.late" else rule.department
    return members_in(event.brand_id, department) if department else []


def _is_told(event: Event) -> bool:
    """Say whether people care: of what recovered only where it had failed before."""
    if event.verb in _OVER:
        return bool(event.data.get("before", SourceState.FAILING) == SourceState.FAILING)
    return event.verb in _TROUBLE


def _warned(event: Event) -> set[str]:
    """Return who was told the same of the same source, and has not read it."""
    same = Notification.objects.unread().filter(verb=event.verb, object_id=event.object_id)
    return {str(person) for person in same.values_list("recipient_id", flat=True)}
