"""Sources: where mentions come from."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from crisisapi.accounts.models.owned import OwnedQuerySet
from crisisapi.common.models import VersionedModel
from crisisapi.common.secrets import EncryptedJSONField, EncryptedTextField


class SourceQuerySet(OwnedQuerySet["Source"]):
    """Chainable filters."""


class Source(VersionedModel):
    """One place mentions of a brand come from."""

    brand = models.ForeignKey(
        "accounts.Brand",
        on_delete=models.PROTECT,
        related_name="sources",
        verbose_name=_("brand"),
        help_text=_("The brand it listens for."),
    )
    slug = models.SlugField(
        _("slug"), max_length=50, help_text=_("Short name, unique in the brand; never changes.")
    )
    name = models.CharField(_("name"), max_length=120, help_text=_("Name as people know it."))
    kind = models.CharField(
        _("kind"),
        max_length=20,
        default="webhook",
        help_text=_("The platform or tool they come from (docs/sources/README.md)."),
    )
    platform = models.SlugField(
        _("platform"),
        max_length=30,
        default="other",
        help_text=_("Platform of mentions that do not name their own, e.g. x, facebook, news."),
    )
    is_active = models.BooleanField(
        _("active"), default=True, help_text=_("Deliveries to an inactive source are refused.")
    )
    interval_seconds = models.PositiveIntegerField(
        _("interval in seconds"),
        null=True,
        blank=True,
        help_text=_("How often it is asked; empty for what suits its kind."),
    )
    settings = models.JSONField(
        _("settings"),
        default=dict,
        blank=True,
        help_text=_("By name; which there are depends on the kind."),
    )
    credentials = EncryptedJSONField(default=dict, editable=False)
    secret = EncryptedTextField(default="", editable=False)
    previous_secret = EncryptedTextField(default="", editable=False)
    previous_secret_until = models.DateTimeField(
        _("old secret signs until"),
        null=True,
        editable=False,
        help_text=_("Until when the secret before still signs."),
    )

    objects = SourceQuerySet.as_manager()

    class Meta:
        verbose_name = _("source")
        verbose_name_plural = _("sources")
        constraints = [
            models.UniqueConstraint(fields=["brand", "slug"], name="monitoring_source_once")
        ]

    def __str__(self) -> str:
        return self.name
