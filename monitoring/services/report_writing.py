"""Writing a report as a file."""

from dataclasses import dataclass
from datetime import datetime

from incidents.models import Incident
from monitoring.models import ReportAudience
from monitoring.services.report_building import build_report, story_of
from monitoring.services.report_formats import FORMATS


@dataclass(frozen=True)
class WrittenReport:
    """A report as bytes, and what to call it."""

    content: bytes
    media_type: str
    file_name: str


def write_report(
    incident: Incident, *, audience: str, language: str, format_name: str, now: datetime
) -> WrittenReport:
    """Return the report of an incident as of now; raises `NotTold` for a public one of nothing."""
    chosen = FORMATS[format_name]
    story = story_of(incident, audience=audience, now=now)
    content = chosen.write(build_report(story, language), story)
    day = now.astimezone(story.zone).date()
    name = "report" if audience == ReportAudience.PUBLIC else incident.reference
    return WrittenReport(content, chosen.media_type, f"{name}-{day:%Y-%m-%d}.{format_name}")
