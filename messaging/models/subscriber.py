"""Subscribers of a public page: who asked to be written to, and said so twice."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from crisisapi.accounts.models.owned import OwnedQuerySet
from crisisapi.common.models import IdentifiedModel, VersionedModel
from crisisapi.common.secrets import EncryptedTextField
from messaging.models.template import LANGUAGE
from messaging.rules.mail_addresses import masked


class SubscriberStatus(models.TextChoices):
    """Whether they are written to."""

    PENDING = "pending", _("asked, not confirmed yet")
    CONFIRMED = "confirmed", _("confirmed")
    LEFT = "left", _("left")
    UNREACHABLE = "unreachable", _("cannot be reached")


class SubscriberQuerySet(OwnedQuerySet["Subscriber"]):
    """Chainable filters."""

    def confirmed(self) -> "SubscriberQuerySet":
        """Only those who are written to."""
        return self.filter(status=SubscriberStatus.CONFIRMED)


class Subscriber(VersionedModel):
    """An address that asked for updates; of one that left only a hash stays."""

    brand = models.ForeignKey(
        "accounts.Brand",
        on_delete=models.PROTECT,
        related_name="+",
        editable=False,
        verbose_name=_("brand"),
    )
    page = models.ForeignKey(
        "messaging.PublicPage",
        on_delete=models.PROTECT,
        related_name="subscribers",
        verbose_name=_("public page"),
        help_text=_("The page whose updates they get."),
    )
    address = EncryptedTextField(
        _("address"), blank=True, help_text=_("Encrypted; empty once they left.")
    )
    address_hash = models.CharField(
        _("hash of the address"),
        max_length=64,
        help_text=_("Tells the same address from another without knowing it."),
    )
    language = models.CharField(
        _("language"),
        max_length=2,
        validators=[LANGUAGE],
        help_text=_("Language they are written to in."),
    )
    status = models.CharField(
        _("status"),
        max_length=11,
        choices=SubscriberStatus.choices,
        default=SubscriberStatus.PENDING,
        help_text=_("Whether they are written to."),
    )
    asked_at = models.DateTimeField(_("asked at"), help_text=_("When they last asked."))
    confirmed_at = models.DateTimeField(
        _("confirmed at"), null=True, help_text=_("When they confirmed it.")
    )
    ended_at = models.DateTimeField(
        _("ended at"), null=True, help_text=_("When they left, or were given up.")
    )
    failures = models.PositiveSmallIntegerField(
        _("failures"), default=0, help_text=_("Mails in a row that were refused for good.")
    )

    objects = SubscriberQuerySet.as_manager()

    class Meta:
        verbose_name = _("subscriber")
        verbose_name_plural = _("subscribers")
        constraints = [
            models.UniqueConstraint(
                fields=["page", "address_hash"], name="messaging_subscriber_once"
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=SubscriberStatus.values),
                name="messaging_subscriber_status",
            ),
        ]
        indexes = [models.Index(fields=["page", "status"], name="messaging_subscriber_status_of")]

    def __str__(self) -> str:
        return self.masked_address or self.address_hash[:8]

    @property
    def masked_address(self) -> str:
        """The address as lists show it; empty once they left."""
        return masked(self.address)


class SubscriptionRequest(IdentifiedModel):
    """One request to subscribe, so that nobody is flooded; forgotten after a day."""

    address_hash = models.CharField(
        max_length=64, help_text=_("Tells the same address from another without knowing it.")
    )
    client_hash = models.CharField(
        max_length=64, help_text=_("Tells the same network address from another.")
    )

    class Meta:
        verbose_name = _("request to subscribe")
        verbose_name_plural = _("requests to subscribe")
        indexes = [
            models.Index(fields=["address_hash", "created_at"], name="messaging_asked_address"),
            models.Index(fields=["client_hash", "created_at"], name="messaging_asked_client"),
        ]

    def __str__(self) -> str:
        return self.address_hash[:8]
