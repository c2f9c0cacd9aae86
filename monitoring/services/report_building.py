"""Building reports: what is read of an incident, put into words of one language."""

from datetime import datetime

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crisisapi.common.errors import DomainError
from incidents.models import Incident
from incidents.models.incident import Mode
from monitoring.models import ReportAudience
from monitoring.rules.reports.document import ReportDocument
from monitoring.selectors.charts.wording import moment_text, zone_text
from monitoring.selectors.story import Story
from monitoring.services.report_sections import INTERNAL, PUBLIC


class NotTold(DomainError):
    """The public is told nothing of it, so that there is nothing to report to it."""

    code = "not_told"
    detail = gettext_lazy("The public is not told of this incident: make it public first.")


def story_of(incident: Incident, *, audience: str, now: datetime) -> Story:
    """Return what is told of an incident to the team or to everybody.

    Raises `NotTold` where the public is told nothing; of drills and restricted incidents it never
    is.
    """
    is_public = audience == ReportAudience.PUBLIC
    story = Story(incident, now, is_public=is_public, is_in_report=True)
    if is_public and story.public is None:
        raise NotTold
    return story


def build_report(story: Story, language: str) -> ReportDocument:
    """Return the report in a language; for everybody it holds approved words and numbers only."""
    with translation.override(language):
        return _written(story, language)


def _written(story: Story, language: str) -> ReportDocument:
    parts = PUBLIC if story.is_public else INTERNAL
    sections = [section for write in parts if (section := write(story)) is not None]
    made = _("As of %(when)s.") % {"when": moment_text(story.now, story)}
    return ReportDocument(
        title=_title(story, language),
        brand=story.incident.brand.name,
        note=f"{made} {zone_text(story)}",
        language=language,
        is_rtl=translation.get_language_bidi(),
        made_at=story.now,
        notices=_notices(story),
        sections=sections,
    )


def _title(story: Story, language: str) -> str:
    told = story.told(language) if story.is_public else None
    if told is not None:
        return told.title.text
    return f"{story.incident.reference} · {story.incident.title}"


def _notices(story: Story) -> list[str]:
    if story.is_public:
        return []
    notices = [_("For the team only: do not pass it on.")]
    if story.is_drill:
        notices.insert(0, _("This is a drill: nothing of it happened."))
    if story.incident.mode == Mode.RETROSPECTIVE:
        notices.append(_("Entered afterwards."))
    return notices
