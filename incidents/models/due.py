"""What is due at a time: shared by everything that warns before it and after it."""

from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _

from crisisapi.common.models import VersionedModel

if TYPE_CHECKING:
    from datetime import datetime


class Alarm(models.TextChoices):
    """Which warning was given last."""

    NONE = "none", _("none")
    DUE_SOON = "due_soon", _("due soon")
    LATE = "late", _("late")


class DueModel(VersionedModel):
    """Something with a due time; `incidents.raise_alarms` turns *due soon* and *late* into events.

    A subclass has `brand_id` and `incident_id` (which may be None), and lists `alarm_index` in
    the indexes of its Meta.
    """

    due_at = models.DateTimeField(
        _("due at"), null=True, blank=True, help_text=_("When it is due.")
    )
    alarm = models.CharField(
        _("alarm"),
        max_length=8,
        choices=Alarm.choices,
        default=Alarm.NONE,
        editable=False,
        help_text=_("Whether it is due soon or late."),
    )
    alarm_at = models.DateTimeField(
        _("next alarm at"),
        null=True,
        editable=False,
        help_text=_("When the next alarm comes; null when none does."),
    )

    class Meta:
        abstract = True

    @property
    def is_late(self) -> bool:
        """Whether its time was missed."""
        return self.alarm == Alarm.LATE

    def told_with_alarm(self) -> dict[str, object]:
        """Return what the events of its alarms tell beside the due time."""
        return {}

    def is_alarm_due(self, now: "datetime") -> bool:
        """Whether its next alarm has come."""
        return self.alarm_at is not None and self.alarm_at <= now


def alarm_index(name: str) -> models.Index:
    """Return the index that finds what has an alarm coming."""
    return models.Index(
        fields=["alarm_at"],
        condition=models.Q(alarm_at__isnull=False),
        name=f"incidents_{name}_due",
    )
