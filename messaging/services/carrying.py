"""What a message carries beside its wording: key messages, and the stories it cites."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _

from crisisapi.common.errors import InvalidInput
from incidents.models import Fact
from messaging.models import Citation, KeyMessage, Message, SuccessStory


def facts_with(facts: Iterable[Fact], key_messages: Iterable[KeyMessage]) -> list[Fact]:
    """Return the facts and those that the key messages rest on, each once."""
    rested = dict.fromkeys(facts)
    if carried := [one.pk for one in key_messages]:
        theirs = Fact.objects.filter(key_messages__in=carried).select_related("superseded_by")
        rested.update(dict.fromkeys(theirs))
    return list(rested)


def check_carried(incident_id: object, key_messages: Iterable[KeyMessage]) -> None:
    """Refuse key messages of other incidents, and those that do not stand any more."""
    for one in key_messages:
        if one.incident_id != incident_id:
            foreign = _("A key message belongs to another incident.")
            raise InvalidInput(errors={"key_messages": [foreign]})
        if not one.stands:
            fallen = _("“%s” is not a key message any more.") % one
            raise InvalidInput(errors={"key_messages": [fallen]})


def cite_stories(message: Message, stories: Iterable[SuccessStory], now: datetime) -> None:
    """Let a message cite stories in their present version; refuses what may not be cited."""
    day = now.astimezone(ZoneInfo(message.brand.time_zone)).date()
    cited = list(dict.fromkeys(stories))
    for story in cited:
        if story.brand_id != message.brand_id or not story.is_citable_on(day):
            sentence = _("“%s” may not be cited.") % story.title
            raise InvalidInput(errors={"cited_stories": [sentence]})
    Citation.objects.bulk_create(
        [
            Citation(message=message, story=story, story_version=story.version, created_at=now)
            for story in cited
        ]
    )


def change_carried(
    message: Message,
    key_messages: Sequence[KeyMessage] | None,
    stories: Sequence[SuccessStory] | None,
    now: datetime,
) -> list[str]:
    """Let a locked message carry and cite something else (None: the same); return what changed.

    What it has already is not checked again: only what is new to it must stand and be citable.
    """
    changed = []
    if key_messages is not None and set(key_messages) != (
        before := set(message.key_messages.all())
    ):
        check_carried(message.incident_id, set(key_messages) - before)
        message.key_messages.set(key_messages)
        changed.append("key_messages")
    if stories is not None and set(stories) != (cited := set(message.cited_stories.all())):
        message.citations.filter(story__in=cited - set(stories)).delete()
        cite_stories(message, [story for story in stories if story not in cited], now)
        changed.append("cited_stories")
    return changed
