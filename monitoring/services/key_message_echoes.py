"""Key messages are written, changed and put to rest; whoever repeats them is found anew."""

from crisisapi.common.actors import SYSTEM
from crisisapi.events.models import Event
from messaging.models import KeyMessage
from monitoring.services.rereadings import ask_echoes

_TEXTS = {"texts", "is_active"}


def follow_key_messages(event: Event) -> None:
    """Look for a key message that is new or says something else, in the transaction of the event.

    Also for those of an incident that goes on after it was over, or that another was merged into.
    """
    if event.verb in ("incident.reopened", "incident.merged_in"):
        rows = KeyMessage.objects.standing().filter(incident_id=event.object_id).order_by("pk")
    elif _is_about_words(event):
        rows = KeyMessage.objects.filter(pk=event.object_id)
    else:
        return
    for key_message in rows.select_related("incident"):
        ask_echoes(key_message=key_message, actor=SYSTEM, now=event.occurred_at)


def _is_about_words(event: Event) -> bool:
    if event.verb == "keymessage.changed":
        return not _TEXTS.isdisjoint(event.data["fields"])
    return event.verb in ("keymessage.added", "keymessage.superseded")
