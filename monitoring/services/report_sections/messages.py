"""What we said, and where."""

from django.utils.translation import gettext as _

from monitoring.rules.reports.document import Cell, Section, Table
from monitoring.selectors.charts.wording import moment_text
from monitoring.selectors.story import Story


def messages_section(story: Story) -> Section | None:
    """Return the messages that reached the public, in their order."""
    if not story.spoken:
        return None
    title = _("What we said")
    rows = [
        (
            Cell(moment_text(one.at, story), one.at.astimezone(story.zone), "moment"),
            Cell(one.title),
            Cell(", ".join(one.channels)),
        )
        for one in story.spoken
    ]
    return Section("messages", title, [Table(title, (_("When"), _("Message"), _("Where")), rows)])
