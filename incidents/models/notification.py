"""What somebody should know, in one sentence of their language."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import get_language_bidi
from django.utils.translation import gettext_lazy as _

from crisisapi.accounts.models.owned import OwnedQuerySet
from crisisapi.common.directions import kept_apart
from crisisapi.common.models import IdentifiedModel
from crisisapi.common.sentences import from_json
from incidents.models.assignment import IncidentRole
from incidents.models.incident import Status

# By verb, or by verb and kind of object.
SENTENCES: dict[str, Any] = {
    "incident.opened": _("%(reference)s: opened, “%(title)s”."),
    "incident.acknowledged": _("%(reference)s: somebody has taken it on."),
    "incident.moved": _("%(reference)s: now %(status)s."),
    "incident.severity": _("%(reference)s: the severity is %(severity)s now."),
    "assignment.begun": _("%(reference)s: you have a role, %(role)s."),
    "assignment.handed_over": _("%(reference)s: a role was handed over to you, %(role)s."),
    "task.added": _("%(reference)s: a task for you, “%(title)s”."),
    "task.promised": _("%(reference)s: a public commitment for you to keep, “%(title)s”."),
    "task.reassigned": _("%(reference)s: a task was passed to you, “%(title)s”."),
    "task.due_soon": _("%(reference)s: a task is due soon, “%(title)s”."),
    "task.due_soon:commitment": _("%(reference)s: a public commitment is due soon, “%(title)s”."),
    "task.late": _("%(reference)s: a task is late, “%(title)s”."),
    "task.late:commitment": _("%(reference)s: a public commitment is late, “%(title)s”."),
    "clock.due_soon:acknowledge": _("%(reference)s: somebody has to take it on soon."),
    "clock.due_soon:first_approval": _("%(reference)s: a first message should be approved soon."),
    "clock.due_soon:first_publication": _("%(reference)s: a first message should be out soon."),
    "clock.due_soon:update_cadence": _("%(reference)s: the next public update is due soon."),
    "clock.late:acknowledge": _("%(reference)s: nobody has taken it on in time."),
    "clock.late:first_approval": _("%(reference)s: no message was approved in time."),
    "clock.late:first_publication": _("%(reference)s: no message was published in time."),
    "clock.late:update_cadence": _("%(reference)s: the public update is late."),
    "involvement.due_soon": _("%(reference)s: %(name)s should hear from us soon."),
    "involvement.late": _("%(reference)s: %(name)s should have heard from us by now."),
    "lesson.due_soon": _("%(reference)s: a lesson is to be adopted soon, “%(title)s”."),
    "lesson.late": _("%(reference)s: a lesson was not adopted in time, “%(title)s”."),
    "goal.at_risk": _("%(reference)s: a goal is at risk, “%(title)s”."),
    "goal.missed": _("%(reference)s: a goal was missed, “%(title)s”."),
    "template.due_soon": _("A template is to be looked at again soon, “%(title)s”."),
    "template.late": _("A template should have been looked at again by now, “%(title)s”."),
}


def add_sentences(sentences: Mapping[str, Any]) -> None:
    """Let a floor above say what its events are told as."""
    SENTENCES.update(sentences)


def sentence_of(verb: str, details: Mapping[str, Any]) -> str:
    """Return what an event is told as, in the language of who reads it.

    Names and titles in the other direction leave the words and numbers around them alone.
    """
    said = details_read(details)
    known = SENTENCES.get(f"{verb}:{said.get('kind')}") or SENTENCES.get(verb)
    if said.get("role") in IncidentRole.values:
        said["role"] = IncidentRole(said["role"]).label
    if said.get("status") in Status.values:
        said["status"] = Status(said["status"]).label
    # What is a sentence itself is in the reader's language already.
    plain = {name for name, one in details.items() if isinstance(one, str)}
    is_rtl = get_language_bidi()
    apart = {name: kept_apart(said[name], is_rtl=is_rtl) for name in plain}
    return verb if known is None else str(known) % (said | apart)


def details_read(details: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a sentence is made of; what is a sentence itself, kept as an object, in words."""
    return {name: _read(one) for name, one in details.items()}


def _read(value: Any) -> Any:
    return str(from_json(value)) if isinstance(value, dict) and "say" in value else value


class NotificationQuerySet(OwnedQuerySet["Notification"]):
    """Chainable filters."""

    subject = "incident_id"

    def unread(self) -> "NotificationQuerySet":
        """Only those not read yet."""
        return self.filter(read_at=None)


class Notification(IdentifiedModel):
    """One event that concerns one person."""

    brand = models.ForeignKey(
        "accounts.Brand",
        on_delete=models.PROTECT,
        related_name="+",
        editable=False,
        verbose_name=_("brand"),
    )
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="notifications",
        verbose_name=_("recipient"),
        help_text=_("Who should know."),
    )
    incident = models.ForeignKey(
        "incidents.Incident",
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("incident"),
        help_text=_("The incident it is about, if about one."),
    )
    event = models.ForeignKey(
        "events.Event",
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("event"),
        help_text=_("The event it tells of."),
    )
    verb = models.CharField(
        _("verb"), max_length=60, help_text=_("What happened, e.g. incident.opened.")
    )
    object_type = models.CharField(
        _("kind of object"), max_length=40, help_text=_("What it happened to.")
    )
    object_id = models.UUIDField(_("object"), help_text=_("Which one."))
    details = models.JSONField(
        _("details"), default=dict, help_text=_("What its sentence is made of.")
    )
    text = models.TextField(
        _("text"),
        max_length=2_000,
        blank=True,
        help_text=_("What somebody wrote; empty when the sentence is made of the details."),
    )
    read_at = models.DateTimeField(
        _("read at"), null=True, help_text=_("When it was read; null while it is unread.")
    )

    objects = NotificationQuerySet.as_manager()

    class Meta:
        verbose_name = _("notification")
        verbose_name_plural = _("notifications")
        constraints = [
            models.UniqueConstraint(fields=["recipient", "event"], name="incidents_notified_once")
        ]
        indexes = [
            models.Index(
                fields=["recipient", "-created_at", "-id"], name="incidents_notification_recent"
            ),
        ]

    def __str__(self) -> str:
        return self.sentence

    @property
    def sentence(self) -> str:
        """What to know, in the language of who reads it."""
        return self.text or sentence_of(self.verb, self.details)
