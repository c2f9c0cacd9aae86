"""Who may read a restricted incident: managers, and everybody with a role in it."""

from crisisapi.accounts.models import Circle, User
from incidents.models import Assignment, Incident


def draw_circle(incident: Incident) -> None:
    """Make the circle of an incident what its visibility and its assignments say.

    What was merged into it is for the same people: it tells of the same.
    """
    incident.merged_from.exclude(visibility=incident.visibility).update(
        visibility=incident.visibility
    )
    subjects = [incident.pk, *incident.merged_from.values_list("pk", flat=True)]
    if not incident.is_restricted:
        Circle.objects.filter(subject_id__in=subjects).delete()
        return
    current = Assignment.objects.current().filter(incident=incident)
    readers = User.objects.filter(pk__in=current.values("person_id"))
    for subject_id in subjects:
        circle, _made = Circle.objects.get_or_create(
            subject_id=subject_id, defaults={"brand_id": incident.brand_id}
        )
        circle.readers.set(readers)
