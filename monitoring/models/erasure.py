"""Erasures: people who asked to be forgotten, and what became of it."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from crisisapi.accounts.models.owned import OwnedQuerySet
from crisisapi.common.models import IdentifiedModel
from crisisapi.common.secrets import EncryptedJSONField, EncryptedTextField


class ErasureState(models.TextChoices):
    """How far it has come."""

    MENTIONS = "mentions", _("erasing mentions")
    DELIVERIES = "deliveries", _("looking through deliveries")
    COPIES = "copies", _("looking for copies")
    DONE = "done", _("done")


class ErasureQuerySet(OwnedQuerySet["Erasure"]):
    """Chainable filters."""


class Erasure(IdentifiedModel):
    """The request of one author; who that is, is known only until it is done."""

    brand = models.ForeignKey(
        "accounts.Brand",
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("brand"),
        help_text=_("The brand that forgets."),
    )
    platform = models.SlugField(
        _("platform"), max_length=30, help_text=_("Where the account is, e.g. x or facebook.")
    )
    author_hash = models.CharField(
        _("hash of the author"),
        max_length=64,
        editable=False,
        help_text=_("Tells one author from another in this brand, not who they are."),
    )
    # Emptied when it is done.
    names = EncryptedJSONField(default=dict, editable=False)
    suppress = models.BooleanField(
        _("also what they say from now on"),
        default=False,
        help_text=_("Whether new posts of theirs are counted without words and author, too."),
    )
    reason = models.TextField(
        _("reason"),
        max_length=2_000,
        help_text=_("Why, e.g. the number of the request. Do not name the person."),
    )
    state = models.CharField(
        _("state"),
        max_length=10,
        choices=ErasureState.choices,
        default=ErasureState.MENTIONS,
        editable=False,
        help_text=_("How far it has come."),
    )
    # The last delivery that was looked through.
    cursor = models.UUIDField(null=True, editable=False)
    erased_mentions = models.PositiveIntegerField(
        _("erased mentions"),
        default=0,
        editable=False,
        help_text=_("Mentions that were emptied; they still count."),
    )
    seen_deliveries = models.PositiveIntegerField(
        _("deliveries looked through"),
        default=0,
        editable=False,
        help_text=_("Deliveries that were looked through."),
    )
    redacted_deliveries = models.PositiveIntegerField(
        _("redacted deliveries"),
        default=0,
        editable=False,
        help_text=_("Deliveries of which the bytes were rewritten without the person."),
    )
    erased_questions = models.PositiveIntegerField(
        _("erased questions"),
        default=0,
        editable=False,
        help_text=_("Questions collected from those mentions whose words were replaced."),
    )
    left = models.JSONField(
        _("left to people"),
        default=list,
        editable=False,
        help_text=_("What the team wrote and names the person: a person has to look at it."),
    )
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("entered by"),
        help_text=_("Who entered it."),
    )
    finished_at = models.DateTimeField(
        _("finished at"), null=True, editable=False, help_text=_("When all of it was done.")
    )

    objects = ErasureQuerySet.as_manager()

    class Meta:
        verbose_name = _("erasure")
        verbose_name_plural = _("erasures")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=ErasureState.values), name="monitoring_erasure_state"
            )
        ]
        indexes = [
            models.Index(fields=["brand", "-created_at", "-id"], name="monitoring_erasure_recent"),
            models.Index(
                fields=["id"],
                condition=models.Q(finished_at__isnull=True),
                name="monitoring_erasure_due",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.platform} {self.author_hash[:8]}"


class SuppressedName(models.Model):
    """A name of somebody whose new posts are counted only: the hash of it."""

    erasure = models.ForeignKey(Erasure, on_delete=models.CASCADE, related_name="suppressed")
    brand = models.ForeignKey(
        "accounts.Brand", on_delete=models.CASCADE, related_name="+", db_index=False
    )
    name_hash = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["brand", "name_hash", "erasure"], name="monitoring_suppressed_once"
            )
        ]

    def __str__(self) -> str:
        return self.name_hash[:8]


class Privacy(models.Model):
    """What a brand knows the forgotten by: a key made with the first of them, and how far it is.

    Without the key no repetition of an erased post is known again; it never changes.
    """

    brand = models.OneToOneField(
        "accounts.Brand", on_delete=models.CASCADE, primary_key=True, related_name="+"
    )
    key = EncryptedTextField()
    # The last mention whose time was over.
    forgotten_until = models.UUIDField(null=True)
    # Of how many of them the event log does not tell yet.
    untold = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return str(self.brand_id)
