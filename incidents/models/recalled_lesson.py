"""Lessons of similar incidents, recalled when a new one opened."""

from typing import TYPE_CHECKING, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from crisisapi.accounts.models.circle import Circle
from crisisapi.accounts.models.owned import OwnedQuerySet
from crisisapi.common.models import IdentifiedModel

if TYPE_CHECKING:
    from crisisapi.accounts.callers import Caller


class RecalledLessonQuerySet(OwnedQuerySet["RecalledLesson"]):
    """Chainable filters."""

    subject = "incident_id"

    def visible_to(self, caller: "Caller") -> Self:
        """Only where the caller may see the incident and the one it was learned from."""
        closed = Circle.objects.closed_to(caller).values("subject_id")
        return super().visible_to(caller).exclude(lesson__incident_id__in=closed)


class RecalledLesson(IdentifiedModel):
    """A lesson that came with an incident, and why."""

    brand = models.ForeignKey(
        "accounts.Brand",
        on_delete=models.PROTECT,
        related_name="+",
        editable=False,
        verbose_name=_("brand"),
    )
    incident = models.ForeignKey(
        "incidents.Incident",
        on_delete=models.PROTECT,
        related_name="recalled_lessons",
        editable=False,
        verbose_name=_("incident"),
        help_text=_("The incident it was recalled for."),
    )
    lesson = models.ForeignKey(
        "incidents.Lesson",
        on_delete=models.PROTECT,
        related_name="recalls",
        editable=False,
        verbose_name=_("lesson"),
        help_text=_("The lesson."),
    )
    score = models.FloatField(
        _("similarity"),
        editable=False,
        help_text=_("How similar the incidents are, 0 to 1."),
    )
    reasons = models.JSONField(
        _("reasons"), default=list, editable=False, help_text=_("In what they are similar.")
    )

    objects = RecalledLessonQuerySet.as_manager()

    class Meta:
        verbose_name = _("recalled lesson")
        verbose_name_plural = _("recalled lessons")
        constraints = [
            models.UniqueConstraint(
                fields=["incident", "lesson"], name="incidents_lesson_recalled_once"
            ),
            models.CheckConstraint(
                condition=models.Q(score__range=(0, 1)), name="incidents_recall_score"
            ),
        ]

    def __str__(self) -> str:
        return str(self.lesson)
