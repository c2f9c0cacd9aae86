"""Pictures and films that go with messages."""

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from crisisapi.accounts.models.owned import OwnedQuerySet
from crisisapi.common.models import VersionedModel
from messaging.rules.media_files import MEDIA_TYPES

ALT_LENGTH = 1_500


class MediaAssetQuerySet(OwnedQuerySet["MediaAsset"]):
    """Chainable filters."""

    subject = "incident_id"


class MediaAsset(VersionedModel):
    """A picture or film, kept here or at a public address; its bytes never change."""

    brand = models.ForeignKey(
        "accounts.Brand",
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("brand"),
        help_text=_("The brand it belongs to."),
    )
    incident = models.ForeignKey(
        "incidents.Incident",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="media",
        verbose_name=_("incident"),
        help_text=_("The incident it is for; null: for any of the brand."),
    )
    name = models.CharField(
        _("name"), max_length=200, help_text=_("Name people find it by; at first that of the file.")
    )
    alt_text = models.CharField(
        _("alternative text"),
        max_length=ALT_LENGTH,
        blank=True,
        help_text=_("What it shows, for those who do not see it; a message needs it for pictures."),
    )
    content_type = models.CharField(
        _("content type"),
        max_length=20,
        editable=False,
        help_text=_("Media type; of a file kept here, told by its content."),
    )
    size = models.PositiveBigIntegerField(
        _("size"), editable=False, help_text=_("Size of the file in bytes.")
    )
    sha256 = models.CharField(
        max_length=64, editable=False, help_text=_("SHA-256 of the file, hexadecimal.")
    )
    width = models.PositiveIntegerField(
        _("width"), null=True, editable=False, help_text=_("In pixels; null: not known.")
    )
    height = models.PositiveIntegerField(
        _("height"), null=True, editable=False, help_text=_("In pixels; null: not known.")
    )
    url = models.URLField(
        _("public address"),
        max_length=2_000,
        blank=True,
        help_text=_("Where it is, https; empty when the file is kept here."),
    )
    # Nobody guesses it: the address the public reads the file at, while it must.
    token = models.UUIDField(unique=True, default=uuid4, editable=False)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("added by"),
        help_text=_("Who added it; null when an API key did."),
    )

    objects = MediaAssetQuerySet.as_manager()

    class Meta:
        verbose_name = _("picture or film")
        verbose_name_plural = _("pictures and films")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(content_type__in=list(MEDIA_TYPES)), name="messaging_media_type"
            )
        ]
        indexes = [models.Index(fields=["brand", "-created_at", "-id"], name="messaging_media")]

    def __str__(self) -> str:
        return self.name

    @property
    def is_video(self) -> bool:
        """Whether it is a film."""
        return self.content_type.startswith("video/")


class MediaFile(models.Model):
    """The bytes of a picture or film, apart from what lists read (docs/adr/0007)."""

    asset = models.OneToOneField(
        MediaAsset, primary_key=True, on_delete=models.PROTECT, related_name="stored"
    )
    content = models.BinaryField()

    def __str__(self) -> str:
        return str(self.asset_id)
