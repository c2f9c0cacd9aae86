"""Key messages: what every message of an incident comes back to."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from crisisapi.accounts.models.owned import OwnedQuerySet
from crisisapi.common.models import VersionedModel
from incidents.models.stakeholder import StakeholderKind


class KeyMessageQuerySet(OwnedQuerySet["KeyMessage"]):
    """Chainable filters."""

    subject = "incident_id"

    def standing(self) -> "KeyMessageQuerySet":
        """Only those that messages may carry: active, and not superseded."""
        return self.filter(is_active=True, superseded_by=None)


class KeyMessage(VersionedModel):
    """One thing we want one audience to know, in every language it speaks, resting on facts."""

    brand = models.ForeignKey(
        "accounts.Brand",
        on_delete=models.PROTECT,
        related_name="+",
        editable=False,
        verbose_name=_("brand"),
    )
    incident = models.ForeignKey(
        "incidents.Incident",
        on_delete=models.PROTECT,
        related_name="key_messages",
        verbose_name=_("incident"),
        help_text=_("The incident it is about."),
    )
    audience_kind = models.CharField(
        _("kind of audience"),
        max_length=12,
        choices=StakeholderKind.choices,
        blank=True,
        help_text=_("Which public it is for; empty: everybody."),
    )
    audience = models.CharField(
        _("audience"),
        max_length=200,
        blank=True,
        help_text=_("Whom exactly, in words, e.g. parents of small children."),
    )
    texts = models.JSONField(
        _("texts"), default=dict, help_text=_("One or two sentences, by language code.")
    )
    proof_points = models.JSONField(
        _("proof points"),
        default=list,
        blank=True,
        help_text=_("What bears it out, each in a sentence: a figure, a date, a deed."),
    )
    facts = models.ManyToManyField(
        "incidents.Fact",
        blank=True,
        related_name="key_messages",
        verbose_name=_("facts"),
        help_text=_("The facts it rests on; a message that carries it rests on them too."),
    )
    position = models.PositiveSmallIntegerField(
        _("position"), default=0, help_text=_("The smaller, the more important.")
    )
    is_active = models.BooleanField(
        _("active"), default=True, help_text=_("Whether messages should still carry it.")
    )
    superseded_by = models.OneToOneField(
        "self",
        null=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="supersedes",
        verbose_name=_("superseded by"),
        help_text=_("The key message that says it better; null while it stands."),
    )

    objects = KeyMessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("key message")
        verbose_name_plural = _("key messages")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(audience_kind__in=["", *StakeholderKind.values]),
                name="messaging_key_audience",
            ),
            models.CheckConstraint(
                condition=~models.Q(superseded_by=models.F("id")), name="messaging_key_not_itself"
            ),
            models.CheckConstraint(
                condition=~models.Q(texts={}), name="messaging_key_says_something"
            ),
        ]

    def __str__(self) -> str:
        return str(next(iter(self.texts.values()), ""))[:80]

    @property
    def stands(self) -> bool:
        """Whether messages may carry it."""
        return self.is_active and self.superseded_by_id is None
