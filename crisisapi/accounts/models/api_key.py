"""Keys of integrators: shown once, stored as a hash."""

from datetime import datetime

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from crisisapi.accounts.models.owned import OwnedQuerySet
from crisisapi.common.models import VersionedModel


class Scope(models.TextChoices):
    """What a key may do; approving, publishing and managing people are for people only."""

    BRANDS_READ = "brands:read", _("read brands")
    EVENTS_READ = "events:read", _("read the event log")
    INCIDENTS_READ = "incidents:read", _("read incidents and what belongs to them")
    INCIDENTS_WRITE = "incidents:write", _("open and change incidents")
    MESSAGES_READ = "messages:read", _("read templates, messages, channels, publications")
    MESSAGES_WRITE = "messages:write", _("write and submit messages")
    MENTIONS_READ = "mentions:read", _("read mentions and deliveries")
    MENTIONS_WRITE = "mentions:write", _("push mentions")
    METRICS_READ = "metrics:read", _("read metrics")
    SOURCES_READ = "sources:read", _("read sources")


class ApiKeyQuerySet(OwnedQuerySet["ApiKey"]):
    """Chainable filters."""

    def usable(self, *, now: datetime) -> "ApiKeyQuerySet":
        """Neither revoked nor past their time."""
        return self.filter(revoked_at=None).filter(
            models.Q(expires_at=None) | models.Q(expires_at__gt=now)
        )


class ApiKey(VersionedModel):
    """A key of one brand with scopes; what it is cannot be read back."""

    brand = models.ForeignKey(
        "accounts.Brand",
        on_delete=models.CASCADE,
        related_name="api_keys",
        verbose_name=_("brand"),
        help_text=_("The one brand the key is good for."),
    )
    name = models.CharField(_("name"), max_length=100, help_text=_("Who or what uses it."))
    prefix = models.CharField(
        _("prefix"), max_length=16, editable=False, help_text=_("Its first characters.")
    )
    secret_hash = models.CharField(max_length=64, unique=True, editable=False)
    scopes = ArrayField(
        models.CharField(max_length=20, choices=Scope.choices),
        verbose_name=_("scopes"),
        help_text=_("What it may do."),
    )
    expires_at = models.DateTimeField(
        _("expires at"), null=True, blank=True, help_text=_("When it stops working by itself.")
    )
    revoked_at = models.DateTimeField(
        _("revoked at"), null=True, editable=False, help_text=_("When it was taken back.")
    )
    last_used_at = models.DateTimeField(
        _("last used at"), null=True, editable=False, help_text=_("To the minute.")
    )
    replaces = models.OneToOneField(
        "self",
        null=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="replaced_by",
        verbose_name=_("replaces"),
        help_text=_("The key this one was rotated from."),
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("created by"),
        help_text=_("Who made it."),
    )

    objects = ApiKeyQuerySet.as_manager()

    class Meta:
        verbose_name = _("API key")
        verbose_name_plural = _("API keys")

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"

    # DRF asks these of whoever a request is authenticated as.
    is_authenticated = True
    is_active = True
