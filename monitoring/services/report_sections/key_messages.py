"""Which of our key messages the public repeats."""

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from messaging.models import KeyMessage
from messaging.rules.words import chosen
from monitoring.rules.intervals import share
from monitoring.rules.reports.document import Cell, Section, Table
from monitoring.selectors.charts.wording import number_text, share_text
from monitoring.selectors.pull_through import EchoTotals, read_pull_through
from monitoring.selectors.story import Story


def key_messages_section(story: Story) -> Section | None:
    """Return how many mentions repeat each key message, and what they make of it."""
    messages = list(KeyMessage.objects.filter(incident=story.incident).order_by("position", "pk"))
    if not messages:
        return None
    counted = read_pull_through(
        key_message_ids=[one.pk for one in messages], query_id=story.query_id, window=story.window
    )
    title = _("Which of our messages get through")
    columns = (_("Key message"), _("Repeated by"), _("Share"), _("Agree"), _("Dispute"))
    rows = [_row(one, counted[one.pk].totals, story) for one in messages]
    return Section("key-messages", title, [Table(title, columns, rows)])


def _row(message: KeyMessage, totals: EchoTotals, story: Story) -> list[Cell]:
    found = share(totals.mentions, story.metrics.totals.analysed)
    said = share_text(found.low, found.value, found.high) if found else "–"
    return [
        Cell(chosen(message.texts, [get_language() or "en"])[0]),
        Cell(number_text(totals.mentions), totals.mentions, "number"),
        Cell(said, round(found.value, 4) if found else None, "share"),
        Cell(number_text(totals.agrees), totals.agrees, "number"),
        Cell(number_text(totals.disputes), totals.disputes, "number"),
    ]
