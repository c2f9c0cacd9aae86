"""Updates on the public page: approved messages, word for word, with what became of them."""

from uuid import UUID

from django.db import models
from django.utils.translation import gettext_lazy as _

from crisisapi.accounts.models.owned import OwnedQuerySet
from crisisapi.common.models import VersionedModel
from messaging.models.template import BODY_LENGTH, LANGUAGE


class PublicUpdateQuerySet(OwnedQuerySet["PublicUpdate"]):
    """Chainable filters."""

    subject = "incident_id"

    def of_incidents(self, incident_ids: list[UUID]) -> "PublicUpdateQuerySet":
        """Only those that tell of these incidents."""
        return self.filter(incident_id__in=incident_ids)


class PublicUpdate(VersionedModel):
    """One message as it went up; the database refuses to change its words."""

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
        related_name="public_updates",
        verbose_name=_("incident"),
        help_text=_("The incident it tells of."),
    )
    message = models.ForeignKey(
        "messaging.Message",
        on_delete=models.PROTECT,
        related_name="public_updates",
        verbose_name=_("message"),
        help_text=_("The approved message whose words these are."),
    )
    key = models.UUIDField(
        _("key"),
        unique=True,
        editable=False,
        help_text=_("What was published: the same key never goes up twice."),
    )
    language = models.CharField(
        _("language"),
        max_length=2,
        validators=[LANGUAGE],
        help_text=_("Language of the body, ISO 639-1, e.g. he or en."),
    )
    title = models.CharField(_("title"), max_length=200, help_text=_("One line."))
    body = models.TextField(_("body"), max_length=BODY_LENGTH, help_text=_("The wording."))
    published_at = models.DateTimeField(_("published at"), help_text=_("When it went up."))
    withdrawn_at = models.DateTimeField(
        _("withdrawn at"),
        null=True,
        editable=False,
        help_text=_("When it was taken down; that it was stays to be seen."),
    )
    withdrawn_reason = models.TextField(
        _("reason"), blank=True, editable=False, help_text=_("Why it was taken down.")
    )
    corrected_by = models.ForeignKey(
        "self",
        null=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="corrects",
        verbose_name=_("corrected by"),
        help_text=_("The update that says it right; both stay to be read."),
    )
    mailed_at = models.DateTimeField(
        _("mailed at"),
        null=True,
        editable=False,
        help_text=_("When a mail to each subscriber was made ready; null while that is due."),
    )

    objects = PublicUpdateQuerySet.as_manager()

    class Meta:
        verbose_name = _("update on the public page")
        verbose_name_plural = _("updates on the public page")
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(corrected_by=models.F("id")), name="messaging_update_corrected"
            ),
        ]
        indexes = [
            models.Index(
                fields=["incident", "-published_at", "-id"], name="messaging_update_timeline"
            ),
            models.Index(fields=["brand", "-created_at", "-id"], name="messaging_update_recent"),
            models.Index(
                fields=["published_at"],
                condition=models.Q(mailed_at=None, withdrawn_at=None),
                name="messaging_update_to_mail",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_withdrawn(self) -> bool:
        """Whether it was taken down."""
        return self.withdrawn_at is not None
