"""What a stakeholder has to do with an incident, and when they hear of us next."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from crisisapi.accounts.models.owned import OwnedQuerySet
from incidents.models.due import Alarm, DueModel, alarm_index

MOST_HOURS = 24 * 30


class InvolvementQuerySet(OwnedQuerySet["Involvement"]):
    """Chainable filters."""

    subject = "incident_id"

    def current(self) -> "InvolvementQuerySet":
        """Only those not ended."""
        return self.filter(ended_at=None)


class Involvement(DueModel):
    """A stakeholder in an incident; `due_at` is when they are to be informed next."""

    brand = models.ForeignKey(
        "accounts.Brand",
        on_delete=models.PROTECT,
        related_name="+",
        editable=False,
        verbose_name=_("brand"),
    )
    stakeholder = models.ForeignKey(
        "incidents.Stakeholder",
        on_delete=models.PROTECT,
        related_name="involvements",
        verbose_name=_("stakeholder"),
        help_text=_("Who is involved."),
    )
    incident = models.ForeignKey(
        "incidents.Incident",
        on_delete=models.PROTECT,
        related_name="involvements",
        verbose_name=_("incident"),
        help_text=_("The incident it belongs to."),
    )
    part = models.CharField(
        _("part"),
        max_length=200,
        blank=True,
        help_text=_("What part they have in it: affected, witness, authority in charge."),
    )
    needs = models.TextField(
        _("needs"), max_length=5_000, blank=True, help_text=_("What they need from us.")
    )
    contact_every_hours = models.PositiveSmallIntegerField(
        _("contact every hours"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_HOURS)],
        help_text=_("How often to inform them; null when there is no rhythm."),
    )
    last_informed_at = models.DateTimeField(
        _("last informed at"),
        null=True,
        editable=False,
        help_text=_("When we last contacted them about it; set by the contact log."),
    )
    ended_at = models.DateTimeField(
        _("ended at"), null=True, editable=False, help_text=_("When it ended; null while it lasts.")
    )

    objects = InvolvementQuerySet.as_manager()

    class Meta:
        verbose_name = _("involvement")
        verbose_name_plural = _("involvements")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(alarm__in=Alarm.values), name="incidents_involvement_alarm"
            ),
            models.CheckConstraint(
                condition=models.Q(contact_every_hours=None)
                | models.Q(contact_every_hours__range=(1, MOST_HOURS)),
                name="incidents_involvement_rhythm",
            ),
            models.UniqueConstraint(
                fields=["stakeholder", "incident"],
                condition=models.Q(ended_at=None),
                name="incidents_involved_once",
            ),
        ]
        indexes = [alarm_index("involvement")]

    def __str__(self) -> str:
        return f"{self.stakeholder}: {self.incident}"
