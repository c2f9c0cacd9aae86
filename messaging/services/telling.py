"""Whom what happens on this floor concerns: those are told, in its transaction."""

from crisisapi.accounts.models import Member, Role
from crisisapi.events.models import Event
from incidents.services.notifications import notify

_DUE = {"template.due_soon", "template.late"}


def tell_of_templates(event: Event) -> None:
    """Tell the managers of a brand that a template is to be looked at again."""
    if event.verb not in _DUE:
        return
    managers = Member.objects.filter(brand_id=event.brand_id, role=Role.MANAGER)
    people = list(managers.values_list("user_id", flat=True))
    if people:
        notify(people, event=event, details={"title": event.data["title"]})
