"""Comments on messages, at a place of the wording or on all of it."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from crisisapi.accounts.models.owned import OwnedQuerySet
from crisisapi.common.models import VersionedModel
from incidents.models import Incident


class CommentQuerySet(OwnedQuerySet["Comment"]):
    """Chainable filters."""

    subject = "message__incident_id"

    def blocking(self) -> "CommentQuerySet":
        """What keeps a message from being approved."""
        return self.filter(is_blocking=True, resolved_at=None)


class Comment(VersionedModel):
    """What somebody says of a wording; resolved when it was seen to."""

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
        related_name="comments",
        verbose_name=_("message"),
        help_text=_("What it is about."),
    )
    revision = models.PositiveIntegerField(
        _("revision"), help_text=_("Number of the wording it is about.")
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("author"),
        help_text=_("Who says it; null when an API key did."),
    )
    text = models.TextField(_("text"), max_length=5_000, help_text=_("What is said."))
    start = models.PositiveIntegerField(
        _("from"),
        null=True,
        help_text=_("Where the place in the body begins, in code points; null: all of it."),
    )
    end = models.PositiveIntegerField(
        _("to"), null=True, help_text=_("Where the place ends, one behind its last code point.")
    )
    quote = models.TextField(
        _("quote"), blank=True, help_text=_("The words of the body at that place.")
    )
    is_blocking = models.BooleanField(
        _("blocking"),
        default=False,
        help_text=_("Whether the message cannot be approved before it is resolved."),
    )
    resolved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("resolved by"),
        help_text=_("Who resolved it."),
    )
    resolved_at = models.DateTimeField(
        _("resolved at"), null=True, help_text=_("When it was seen to; null: it is open.")
    )
    resolution = models.TextField(
        _("resolution"), blank=True, max_length=2_000, help_text=_("What was done about it.")
    )

    objects = CommentQuerySet.as_manager()

    class Meta:
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        constraints = [
            models.CheckConstraint(condition=~models.Q(text=""), name="messaging_comment_text"),
            models.CheckConstraint(
                condition=models.Q(start=None, end=None, quote="")
                | (models.Q(start__isnull=False, end__gt=models.F("start")) & ~models.Q(quote="")),
                name="messaging_comment_place",
            ),
        ]
        indexes = [
            models.Index(fields=["brand", "-created_at", "-id"], name="messaging_comment_recent")
        ]

    def __str__(self) -> str:
        return self.text[:80]

    @property
    def incident(self) -> Incident:
        """The incident the message is about."""
        return self.message.incident

    @property
    def is_open(self) -> bool:
        """Whether it still has to be seen to."""
        return self.resolved_at is None
