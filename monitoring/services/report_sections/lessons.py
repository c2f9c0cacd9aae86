"""What to do otherwise next time."""

from django.utils.translation import gettext as _

from incidents.models import Lesson, LessonStatus
from monitoring.rules.reports.document import Entries, Entry, Section
from monitoring.selectors.story import Story


def lessons_section(story: Story) -> Section | None:
    """Return the lessons of the incident but those that were rejected."""
    lessons = Lesson.objects.filter(incident=story.incident).exclude(status=LessonStatus.REJECTED)
    entries = [
        Entry(
            lesson.title,
            f"{lesson.observation}\n{lesson.recommendation}",
            str(LessonStatus(lesson.status).label),
        )
        for lesson in lessons.order_by("created_at", "id")
    ]
    return Section("lessons", _("What we learned"), [Entries(entries)]) if entries else None
