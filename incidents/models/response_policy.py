"""The response policy of a brand: how severity is computed, and how fast we want to be."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from crisisapi.accounts.models.owned import OwnedQuerySet
from crisisapi.common.models import VersionedModel
from incidents.rules.clock_targets import default_clock_targets
from incidents.rules.severity import default_severity_rules


class ResponsePolicyQuerySet(OwnedQuerySet["ResponsePolicy"]):
    """Chainable filters."""


class ResponsePolicy(VersionedModel):
    """What a brand decided beforehand; a brand without one uses the defaults."""

    brand = models.OneToOneField(
        "accounts.Brand",
        on_delete=models.PROTECT,
        related_name="response_policy",
        verbose_name=_("brand"),
        help_text=_("The brand it holds for."),
    )
    severity_rules = models.JSONField(
        _("severity rules"),
        default=default_severity_rules,
        help_text=_(
            "Each rule names a severity and the conditions under which it holds; the worst "
            "severity of any rule that holds wins."
        ),
    )
    clock_targets = models.JSONField(
        _("clock targets"),
        default=default_clock_targets,
        help_text=_("Minutes until each clock has run out, by severity."),
    )

    objects = ResponsePolicyQuerySet.as_manager()

    class Meta:
        verbose_name = _("response policy")
        verbose_name_plural = _("response policies")

    def __str__(self) -> str:
        return str(self.brand)
