"""Channels: the accounts and places a brand speaks through."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from crisisapi.accounts.models.owned import OwnedQuerySet
from crisisapi.common.models import VersionedModel
from crisisapi.common.secrets import EncryptedJSONField


class Platform(models.TextChoices):
    """Where the public reads it."""

    X = "x", "X"
    FACEBOOK = "facebook", "Facebook"
    INSTAGRAM = "instagram", "Instagram"
    LINKEDIN = "linkedin", "LinkedIn"
    TIKTOK = "tiktok", "TikTok"
    YOUTUBE = "youtube", "YouTube"
    THREADS = "threads", "Threads"
    BLUESKY = "bluesky", "Bluesky"
    MASTODON = "mastodon", "Mastodon"
    WEBSITE = "website", _("website")
    EMAIL = "email", _("e-mail")
    PRESS = "press", _("press")
    OTHER = "other", _("other")


class ChannelKind(models.TextChoices):
    """How a message gets there."""

    MANUAL = "manual", _("a person posts it")
    PAGE = "page", _("the public page of the brand")
    X = "x", "X"
    FACEBOOK = "facebook", "Facebook"
    INSTAGRAM = "instagram", "Instagram"
    HOOTSUITE = "hootsuite", "Hootsuite"
    MASTODON = "mastodon", "Mastodon"
    BLUESKY = "bluesky", "Bluesky"
    WEBHOOK = "webhook", _("signed webhook")
    EMAIL = "email", _("e-mail")


class ChannelQuerySet(OwnedQuerySet["Channel"]):
    """Chainable filters."""


class Channel(VersionedModel):
    """One account or place a brand publishes to."""

    brand = models.ForeignKey(
        "accounts.Brand",
        on_delete=models.PROTECT,
        related_name="channels",
        verbose_name=_("brand"),
        help_text=_("The brand that speaks there."),
    )
    name = models.CharField(
        _("name"), max_length=120, help_text=_("Name people know it by; unique in the brand.")
    )
    platform = models.CharField(
        _("platform"),
        max_length=10,
        choices=Platform.choices,
        help_text=_("Where the public reads it."),
    )
    kind = models.CharField(
        _("kind"),
        max_length=10,
        choices=ChannelKind.choices,
        default=ChannelKind.MANUAL,
        help_text=_("How a message gets there."),
    )
    is_active = models.BooleanField(
        _("active"), default=True, help_text=_("Nothing is published to an inactive channel.")
    )
    settings = models.JSONField(
        _("settings"),
        default=dict,
        blank=True,
        help_text=_("By name; which there are depends on the kind (docs/channels.md)."),
    )
    credentials = EncryptedJSONField(default=dict, editable=False)
    tested_at = models.DateTimeField(
        _("tested at"),
        null=True,
        editable=False,
        help_text=_("When it was last tested as it is set up now; null when it never was."),
    )
    test_problems = models.JSONField(
        _("problems"),
        default=list,
        editable=False,
        help_text=_("What the last test found wrong: code, sentence, and the setting to mend."),
    )
    limits = models.JSONField(
        _("limits"),
        default=dict,
        editable=False,
        help_text=_("What the platform said it takes, by its own names; asked by the test."),
    )
    resume_at = models.DateTimeField(
        _("resumes at"),
        null=True,
        editable=False,
        help_text=_("The platform asked us to wait; nothing is sent there before."),
    )

    objects = ChannelQuerySet.as_manager()

    class Meta:
        verbose_name = _("channel")
        verbose_name_plural = _("channels")
        constraints = [
            models.UniqueConstraint(fields=["brand", "name"], name="messaging_channel_once"),
            models.CheckConstraint(
                condition=models.Q(kind__in=ChannelKind.values), name="messaging_channel_kind"
            ),
            models.CheckConstraint(
                condition=models.Q(platform__in=Platform.values),
                name="messaging_channel_platform",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.get_platform_display()})"
