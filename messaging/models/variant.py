"""Variants: a message as one channel shows it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from crisisapi.accounts.models.owned import OwnedQuerySet
from crisisapi.common.models import VersionedModel
from messaging.models.media_asset import ALT_LENGTH
from messaging.models.template import BODY_LENGTH


class VariantQuerySet(OwnedQuerySet["Variant"]):
    """Chainable filters."""

    subject = "message__incident_id"


class Variant(VersionedModel):
    """What a message says on one channel, and the posts that makes, word for word."""

    brand = models.ForeignKey(
        "accounts.Brand",
        on_delete=models.PROTECT,
        related_name="+",
        editable=False,
        verbose_name=_("brand"),
    )
    message = models.ForeignKey(
        "messaging.Message",
        on_delete=models.PROTECT,
        related_name="variants",
        verbose_name=_("message"),
        help_text=_("The message it is a variant of."),
    )
    channel = models.ForeignKey(
        "messaging.Channel",
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("channel"),
        help_text=_("Where it is shown."),
    )
    title = models.CharField(
        _("title"), max_length=200, blank=True, help_text=_("One line; empty: that of the message.")
    )
    text = models.TextField(
        _("text"),
        max_length=BODY_LENGTH,
        blank=True,
        help_text=_("The wording there; empty: that of the message."),
    )
    is_thread = models.BooleanField(
        _("thread"), default=False, help_text=_("Whether a long text is cut into several posts.")
    )
    is_numbered = models.BooleanField(
        _("numbered"),
        default=True,
        help_text=_("Whether the posts of a thread say which of how many they are."),
    )
    is_isolated = models.BooleanField(
        _("directions kept"),
        null=True,
        help_text=_(
            "Whether names, tags, numbers and links in text of the other direction are isolated; "
            "null: where the language is written from the right."
        ),
    )
    link = models.URLField(
        _("link"),
        max_length=2_000,
        blank=True,
        help_text=_("An address the post leads to: a preview where there is one, else its end."),
    )
    options = models.JSONField(
        _("options"),
        default=dict,
        blank=True,
        help_text=_("What the platform is told beside it (docs/platform-limits.md)."),
    )
    pieces = models.JSONField(
        _("posts"),
        default=list,
        editable=False,
        help_text=_("Exactly what is sent, a post each; the approval covers it."),
    )

    objects = VariantQuerySet.as_manager()

    class Meta:
        verbose_name = _("variant")
        verbose_name_plural = _("variants")
        constraints = [
            models.UniqueConstraint(fields=["message", "channel"], name="messaging_variant_once")
        ]

    def __str__(self) -> str:
        return f"{self.message} → {self.channel}"


class VariantMedia(models.Model):
    """A picture or film of a variant, in its place, as it is described there."""

    variant = models.ForeignKey(Variant, on_delete=models.CASCADE, related_name="media")
    asset = models.ForeignKey(
        "messaging.MediaAsset",
        on_delete=models.PROTECT,
        related_name="uses",
        verbose_name=_("picture or film"),
        help_text=_("What is shown."),
    )
    position = models.PositiveSmallIntegerField(_("position"), help_text=_("From 0, in order."))
    alt_text = models.CharField(
        _("alternative text"),
        max_length=ALT_LENGTH,
        blank=True,
        help_text=_("What it shows, for those who do not see it."),
    )

    class Meta:
        verbose_name = _("picture or film of a variant")
        verbose_name_plural = _("pictures and films of variants")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["variant", "position"], name="messaging_variant_media_place"
            )
        ]

    def __str__(self) -> str:
        return f"{self.position}: {self.asset_id}"
