"""Membership: what a person may do for a brand, and where in the organisation they sit."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from crisisapi.accounts.models.owned import OwnedQuerySet
from crisisapi.common.models import VersionedModel


class Role(models.TextChoices):
    """What a member may do; each role may also do what the ones before it may."""

    VIEWER = "viewer", _("viewer")
    RESPONDER = "responder", _("responder")
    APPROVER = "approver", _("approver")
    MANAGER = "manager", _("manager")

    @property
    def rank(self) -> int:
        """Higher may do more."""
        return list(Role).index(self)


class Department(models.TextChoices):
    """Where in the organisation a member sits."""

    MARKETING = "marketing", _("marketing")
    PR = "pr", _("public relations")
    LEGAL = "legal", _("legal")
    HR = "hr", _("human resources")
    SUPPORT = "support", _("customer support")
    EXECUTIVE = "executive", _("executive")
    OPERATIONS = "operations", _("operations")
    OTHER = "other", _("other")


class MemberQuerySet(OwnedQuerySet["Member"]):
    """Chainable filters."""


class Member(VersionedModel):
    """A user's role in a brand."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="memberships",
        verbose_name=_("user"),
        help_text=_("The person."),
    )
    brand = models.ForeignKey(
        "accounts.Brand",
        on_delete=models.CASCADE,
        related_name="members",
        verbose_name=_("brand"),
        help_text=_("The brand."),
    )
    role = models.CharField(
        _("role"), max_length=10, choices=Role.choices, help_text=_("What the member may do.")
    )
    department = models.CharField(
        _("department"),
        max_length=10,
        choices=Department.choices,
        default=Department.OTHER,
        help_text=_("Where in the organisation the member sits."),
    )

    objects = MemberQuerySet.as_manager()

    class Meta:
        verbose_name = _("member")
        verbose_name_plural = _("members")
        constraints = [
            models.UniqueConstraint(fields=["brand", "user"], name="accounts_member_once"),
            models.CheckConstraint(
                condition=models.Q(role__in=Role.values), name="accounts_member_role"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} ({self.get_role_display()})"
