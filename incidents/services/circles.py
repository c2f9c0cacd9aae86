"""Who may read a restricted incident: managers, and everybody with a role in it."""

from crisisapi.accounts.models import Circle, User
from incidents.models import Assignment, Incident


def draw_circle(incident: Incident) -> None:
    """Make the circle of an incident what its visibility and its assignments say."""
    if not incident.is_restricted:
        Circle.objects.filter(subject_id=incident.pk).delete()
        return
    circle, _made = Circle.objects.get_or_create(
        subject_id=incident.pk, defaults={"brand_id": incident.brand_id}
    )
    current = Assignment.objects.current().filter(incident=incident)
    circle.readers.set(User.objects.filter(pk__in=current.values("person_id")))
