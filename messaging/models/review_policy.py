"""Review policies: what a brand decided beforehand about who has to agree."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from crisisapi.accounts.models.owned import OwnedQuerySet
from crisisapi.common.models import VersionedModel
from messaging.rules.reviews import default_stages


def default_breakers() -> list[str]:
    """Return a new copy of who may break the glass where nobody decided otherwise."""
    return ["approver", "manager"]


class ReviewPolicyQuerySet(OwnedQuerySet["ReviewPolicy"]):
    """Chainable filters."""

    def in_order(self) -> "ReviewPolicyQuerySet":
        """Active ones, the first asked first."""
        return self.filter(is_active=True).order_by("position", "id")


class ReviewPolicy(VersionedModel):
    """Who reviews which messages, in which stages; the first that applies counts."""

    brand = models.ForeignKey(
        "accounts.Brand",
        on_delete=models.PROTECT,
        related_name="review_policies",
        verbose_name=_("brand"),
        help_text=_("The brand it holds for."),
    )
    name = models.CharField(
        _("name"), max_length=120, help_text=_("Name people know it by; unique in the brand.")
    )
    position = models.PositiveSmallIntegerField(
        _("position"), default=100, help_text=_("Of several that apply the lowest counts.")
    )
    purposes = models.JSONField(
        _("purposes"),
        default=list,
        blank=True,
        help_text=_("Only messages of these purposes; empty: of any."),
    )
    kinds = models.JSONField(
        _("kinds of incidents"),
        default=list,
        blank=True,
        help_text=_("Only in incidents of these kinds; empty: of any."),
    )
    severities = models.JSONField(
        _("severities"),
        default=list,
        blank=True,
        help_text=_("Only in incidents of these severities; empty: of any."),
    )
    stages = models.JSONField(
        _("stages"),
        default=default_stages,
        help_text=_("Who is asked, stage after stage, and how many of them have to agree."),
    )
    expires_after_hours = models.PositiveSmallIntegerField(
        _("approval expires after hours"),
        null=True,
        blank=True,
        help_text=_("How long an approval waits to be used; null: for ever."),
    )
    keeps_scheduled = models.BooleanField(
        _("keeps what is scheduled"),
        default=False,
        help_text=_("Whether the approval of a scheduled message stays when its time is over."),
    )
    remind_after_minutes = models.PositiveIntegerField(
        _("reminds after minutes"),
        null=True,
        blank=True,
        help_text=_("How often those who are asked are reminded; null: never."),
    )
    break_glass_roles = models.JSONField(
        _("may break the glass"),
        default=default_breakers,
        blank=True,
        help_text=_("Roles that may approve without review in an emergency; empty: nobody."),
    )
    is_active = models.BooleanField(
        _("active"), default=True, help_text=_("An inactive policy applies to nothing new.")
    )

    objects = ReviewPolicyQuerySet.as_manager()

    class Meta:
        verbose_name = _("review policy")
        verbose_name_plural = _("review policies")
        constraints = [
            models.UniqueConstraint(fields=["brand", "name"], name="messaging_policy_once"),
            models.CheckConstraint(
                condition=models.Q(expires_after_hours=None)
                | models.Q(expires_after_hours__gte=1, expires_after_hours__lte=8784),
                name="messaging_policy_expiry",
            ),
            models.CheckConstraint(
                condition=models.Q(remind_after_minutes=None)
                | models.Q(remind_after_minutes__gte=5, remind_after_minutes__lte=43200),
                name="messaging_policy_reminder",
            ),
        ]

    def __str__(self) -> str:
        return self.name
