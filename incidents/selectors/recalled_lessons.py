"""The lessons that came with an incident."""

from incidents.models import Incident, RecalledLesson
from incidents.models.recalled_lesson import RecalledLessonQuerySet


def recalled_for(incident: Incident) -> RecalledLessonQuerySet:
    """Return them with the incidents they were learned from, the most similar first.

    After a merge an incident may have been recalled to itself; that is left out.
    """
    recalled = RecalledLesson.objects.filter(incident=incident)
    elsewhere = recalled.exclude(lesson__incident=incident)
    return elsewhere.select_related("lesson__incident").order_by("-score", "id")
