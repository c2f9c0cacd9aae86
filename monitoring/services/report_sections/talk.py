"""The talk as charts."""

from django.utils.translation import gettext as _

from monitoring.rules.reports.document import Picture, Section
from monitoring.selectors.charts import CHARTS
from monitoring.selectors.story import Story

_INTERNAL = ("volume", "sentiment", "negative-share", "platforms", "emotions", "share-of-voice")
_PUBLIC = ("volume", "sentiment", "platforms")


def talk_section(story: Story) -> Section:
    """Return how much was said, how it sounded, where it was."""
    names = [name for name in _INTERNAL if name != "share-of-voice" or len(story.voices) > 1]
    return _section(story, names)


def public_talk_section(story: Story) -> Section:
    """Return the charts that tell of nothing but the talk itself."""
    return _section(story, _PUBLIC)


def _section(story: Story, names: tuple[str, ...] | list[str]) -> Section:
    return Section("talk", _("The talk"), [Picture(name, CHARTS[name](story)) for name in names])
