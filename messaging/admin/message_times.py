"""Going out at the desk: published at once or at a time, moved, called off, said anew."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.html import format_html
from django.utils.translation import gettext as translated
from django.utils.translation import gettext_lazy as _

from crisisapi.common.admin import change_by, said_by
from crisisapi.common.errors import DomainError, InvalidInput
from messaging.admin.message_page import link_to
from messaging.models import Channel, Message, Purpose
from messaging.services.publications import publish_message
from messaging.services.revising import revise_message
from messaging.services.schedules import reschedule_message, unschedule_message


class MomentField(forms.CharField):
    """A time in one field, as browsers offer it; the action says what is wrong with it."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TextInput(attrs={"type": "datetime-local"})
        super().__init__(required=False, label=_("Time:"), widget=widget, **kwargs)


def moment_of(text: str) -> datetime | None:
    """Return the time that was typed, None where none was; refuses what is no time."""
    if not text.strip():
        return None
    try:
        moment = parse_datetime(text.strip())
    except ValueError:
        moment = None
    if moment is None:
        raise InvalidInput(errors={"publish_at": [_("Give a time, e.g. 2026-03-04T10:30.")]})
    return moment if timezone.is_aware(moment) else timezone.make_aware(moment)


def publish_to(*, channel: str, publish_at: str, **said: Any) -> Message:
    """Publish on one channel, at once or at a time; refuses when no channel is chosen."""
    try:
        chosen = list(Channel.objects.filter(pk=UUID(channel)))
    except ValueError:
        chosen = []
    if not chosen:
        raise InvalidInput(errors={"channel": [_("Choose a channel.")]})
    return publish_message(channels=chosen, publish_at=moment_of(publish_at), **said)


def reschedule(*, publish_at: str, **said: Any) -> Message:
    """Give what waits for a time another one; refuses where none is given."""
    moment = moment_of(publish_at)
    if moment is None:
        raise InvalidInput(errors={"publish_at": [_("Give the new time.")]})
    return reschedule_message(publish_at=moment, **said)


def unschedule(**said: Any) -> Message:
    """Call off what waits for a time."""
    return unschedule_message(**said)


def revising(name: str, purpose: Purpose, label: Any) -> Any:
    """Return an action that drafts what takes the place of a public message, and leads to it."""

    @admin.action(description=label, permissions=["decide"])
    def act(self: Any, request: HttpRequest, chosen: Any) -> None:
        reason = request.POST.get("reason", "")
        for message in chosen:
            try:
                draft = revise_message(
                    message=message,
                    purpose=purpose,
                    reason=reason,
                    expected_version=None,
                    **change_by(request),
                )
            except DomainError as refusal:
                self.message_user(request, f"{message}: {said_by(refusal)}", messages.ERROR)
            else:
                sentence = format_html("{} {}", translated("Go on here:"), link_to(draft))
                self.message_user(request, sentence, messages.SUCCESS)

    act.__name__ = name
    return act
