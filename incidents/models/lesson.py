"""Lessons: what to do otherwise next time."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from crisisapi.accounts.models.owned import OwnedQuerySet
from incidents.models.due import DueModel, alarm_index


class LessonStatus(models.TextChoices):
    """How far the lesson has come."""

    PROPOSED = "proposed", _("proposed")
    ACCEPTED = "accepted", _("accepted")
    REJECTED = "rejected", _("rejected")
    ADOPTED = "adopted", _("adopted")
    VERIFIED = "verified", _("verified")


class LessonQuerySet(OwnedQuerySet["Lesson"]):
    """Chainable filters."""

    subject = "incident_id"


class Lesson(DueModel):
    """What happened, and what is recommended because of it."""

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
        related_name="lessons",
        verbose_name=_("incident"),
        help_text=_("The incident it was learned from."),
    )
    title = models.CharField(_("title"), max_length=200, help_text=_("One line."))
    observation = models.TextField(
        _("observation"), max_length=10_000, help_text=_("What happened.")
    )
    recommendation = models.TextField(
        _("recommendation"), max_length=10_000, help_text=_("What to do otherwise.")
    )
    status = models.CharField(
        _("status"),
        max_length=10,
        choices=LessonStatus.choices,
        default=LessonStatus.PROPOSED,
        editable=False,
        help_text=_("How far it has come."),
    )
    status_reason = models.TextField(
        _("reason"), blank=True, editable=False, help_text=_("Why it last changed its status.")
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("owner"),
        help_text=_("The member who sees it through."),
    )
    change = models.TextField(
        _("change"),
        max_length=5_000,
        blank=True,
        editable=False,
        help_text=_("What was changed when it was adopted."),
    )
    playbook_version = models.ForeignKey(
        "incidents.PlaybookVersion",
        null=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("version of a playbook"),
        help_text=_(
            "The version of a playbook it became part of; null when it changed no playbook."
        ),
    )
    evidence = models.TextField(
        _("evidence"),
        max_length=5_000,
        blank=True,
        editable=False,
        help_text=_("What shows that it works."),
    )

    objects = LessonQuerySet.as_manager()

    class Meta:
        verbose_name = _("lesson")
        verbose_name_plural = _("lessons")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(status__in=LessonStatus.values), name="incidents_lesson_status"
            )
        ]
        indexes = [alarm_index("lesson")]

    def __str__(self) -> str:
        return self.title
