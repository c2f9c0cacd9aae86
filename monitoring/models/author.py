"""Authors: accounts that were heard, each by its number; who it is stands in its mentions only.

What is counted here follows from the rows of mentions. Nothing here names anybody, so that an
author is forgotten together with the mentions (docs/adr/0018-an-author-is-a-number.md).
"""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import OuterRef, Subquery
from django.db.models.functions import JSONObject
from django.utils.translation import gettext_lazy as _

from crisisapi.accounts.models.owned import OwnedQuerySet
from crisisapi.common.models import VersionedModel
from monitoring.models.belonging import OfBrand
from monitoring.models.mention import Mention

if TYPE_CHECKING:
    from crisisapi.accounts.callers import Caller

# What the latest mention that still names its author says of them, by name of the column.
NAMES = {
    "external_id": "author_external_id",
    "handle": "author_handle",
    "name": "author_name",
    "followers": "author_followers",
    "verified": "author_verified",
    "profile": "author_profile",
}


class AuthorQuerySet(OwnedQuerySet["Author"]):
    """Chainable filters."""

    def heard(self) -> "AuthorQuerySet":
        """Only those of whom there is a mention."""
        return self.filter(mentions__gt=0)

    def named(self) -> "AuthorQuerySet":
        """Add `known`: what the latest mention that names the author says of them, else null."""
        said = Mention.objects.filter(
            brand_id=OuterRef("brand_id"), author_key=OuterRef("key"), removed_at=None
        )
        return self.annotate(
            known=models.Case(
                # Of those who are forgotten every mention would be looked at, to find nothing.
                models.When(
                    is_known=True,
                    then=Subquery(
                        said.order_by("-published_at", "-id").values(said=JSONObject(**NAMES))[:1]
                    ),
                ),
                default=None,
                output_field=models.JSONField(),
            )
        )

    def with_handle(self, handle: str, caller: "Caller") -> "AuthorQuerySet":
        """Only accounts of this plain name, now or before, as far as mentions still say so."""
        said = Mention.objects.all().visible_to(caller).by_handle(handle)
        return self.filter(key__in=said.filter(author_key__isnull=False).values("author_key"))


class Author(VersionedModel):
    """One account of one platform, as a brand hears it."""

    brand = models.ForeignKey(
        "accounts.Brand",
        on_delete=models.PROTECT,
        related_name="+",
        editable=False,
        verbose_name=_("brand"),
        help_text=_("The brand that hears them."),
    )
    key = models.BigIntegerField(
        _("number of the author"),
        editable=False,
        help_text=_("The same for all that one account says; does not tell whose it is."),
    )
    platform = models.TextField(
        _("platform"), editable=False, help_text=_("Where the account is, e.g. x or facebook.")
    )
    is_known = models.BooleanField(
        _("is known"),
        default=True,
        editable=False,
        help_text=_("Whether a mention still says who it is; false for the forgotten."),
    )
    mentions = models.BigIntegerField(
        _("mentions"), default=0, editable=False, help_text=_("How often they were heard.")
    )
    positive = models.BigIntegerField(
        _("positive"), default=0, editable=False, help_text=_("How many of them are positive.")
    )
    neutral = models.BigIntegerField(
        _("neutral"), default=0, editable=False, help_text=_("How many of them are neutral.")
    )
    negative = models.BigIntegerField(
        _("negative"), default=0, editable=False, help_text=_("How many of them are negative.")
    )
    repeats = models.BigIntegerField(
        _("with a key message"),
        default=0,
        editable=False,
        help_text=_("How many of them repeat a key message."),
    )
    agrees = models.BigIntegerField(
        _("agree with it"),
        default=0,
        editable=False,
        help_text=_("How many of them repeat one and are positive."),
    )
    disputes = models.BigIntegerField(
        _("dispute it"),
        default=0,
        editable=False,
        help_text=_("How many of them repeat one to deny it, or are negative."),
    )
    first_seen_at = models.DateTimeField(
        _("first heard"),
        null=True,
        editable=False,
        help_text=_("In which five minutes they were first heard."),
    )
    last_seen_at = models.DateTimeField(
        _("last heard"),
        null=True,
        editable=False,
        help_text=_("In which five minutes they were last heard."),
    )
    stakeholder = models.ForeignKey(
        "incidents.Stakeholder",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("stakeholder"),
        help_text=_("Who that is, as the team says; null while nobody has said."),
    )

    objects = AuthorQuerySet.as_manager()

    class Meta:
        verbose_name = _("author")
        verbose_name_plural = _("authors")
        constraints = [
            models.UniqueConstraint(fields=["brand", "key"], name="monitoring_author_once")
        ]
        indexes = [
            models.Index(fields=["brand", "-last_seen_at", "-id"], name="monitoring_author_recent"),
        ]

    def __str__(self) -> str:
        return f"{self.platform} {self.pk}"


class AuthorCounts(OfBrand):
    """What one author said on one day (of UTC)."""

    author_key = models.BigIntegerField()
    platform = models.TextField()
    day = models.DateField()
    mentions = models.BigIntegerField(db_default=0)
    positive = models.BigIntegerField(db_default=0)
    neutral = models.BigIntegerField(db_default=0)
    negative = models.BigIntegerField(db_default=0)
    repeats = models.BigIntegerField(db_default=0)
    agrees = models.BigIntegerField(db_default=0)
    disputes = models.BigIntegerField(db_default=0)

    class Meta:
        abstract = True


class AuthorDay(AuthorCounts):
    """The folded counts of a day."""

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["brand", "author_key", "day"], name="monitoring_authorday_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.author_key} {self.day}"


class AuthorDelta(AuthorCounts):
    """A change of the counts of a day that is not folded yet.

    One of zeros says that somebody was forgotten: whether the author is still known is looked at.
    """

    class Meta:
        indexes = [models.Index(fields=["brand", "author_key"], name="monitoring_authordelta_of")]

    def __str__(self) -> str:
        return f"{self.author_key} {self.day}"
