"""Playbooks: what to do when it happens, in numbered versions."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from crisisapi.accounts.models.owned import OwnedQuerySet
from crisisapi.common.models import VersionedModel
from incidents.models.assessment import Severity
from incidents.models.incident import Kind


class OnOpening(models.TextChoices):
    """What happens when an incident opens for which the triggers hold."""

    APPLY = "apply", _("apply at once")
    SUGGEST = "suggest", _("suggest")
    NEVER = "never", _("by hand only")


class VersionStatus(models.TextChoices):
    """Whether a version is being written, is in use, or was."""

    DRAFT = "draft", _("draft")
    PUBLISHED = "published", _("published")
    RETIRED = "retired", _("retired")


class PlaybookQuerySet(OwnedQuerySet["Playbook"]):
    """Chainable filters."""

    def with_versions(self) -> "PlaybookQuerySet":
        """Read the versions that stand, the published one and the draft, along with them."""
        standing = PlaybookVersion.objects.exclude(status=VersionStatus.RETIRED).defer("steps")
        return self.prefetch_related(
            models.Prefetch("versions", queryset=standing, to_attr="standing_versions")
        )


class Playbook(VersionedModel):
    """What to do in a sort of crisis, and when to begin with it."""

    brand = models.ForeignKey(
        "accounts.Brand",
        on_delete=models.PROTECT,
        related_name="playbooks",
        verbose_name=_("brand"),
        help_text=_("The brand it is for."),
    )
    name = models.CharField(
        _("name"), max_length=120, help_text=_("What people call it; unique in the brand.")
    )
    description = models.TextField(
        _("description"), max_length=5_000, blank=True, help_text=_("What it is for.")
    )
    is_active = models.BooleanField(
        _("active"), default=True, help_text=_("Only active playbooks are applied or suggested.")
    )
    kinds = ArrayField(
        models.CharField(max_length=20, choices=Kind.choices),
        default=list,
        blank=True,
        verbose_name=_("kinds of incident"),
        help_text=_("It applies to incidents of these kinds; empty: of any."),
    )
    least_severity = models.PositiveSmallIntegerField(
        _("least severity"),
        choices=Severity.choices,
        null=True,
        blank=True,
        help_text=_("It applies to incidents at least this severe (1 is the worst); null: any."),
    )
    words = ArrayField(
        models.CharField(max_length=100),
        default=list,
        blank=True,
        verbose_name=_("words"),
        help_text=_(
            "It applies when one of these words or phrases is in the title, the summary or the "
            "cause; empty: always."
        ),
    )
    on_opening = models.CharField(
        _("on opening"),
        max_length=8,
        choices=OnOpening.choices,
        default=OnOpening.SUGGEST,
        help_text=_(
            "What happens when an incident opens and every trigger given holds; without "
            "triggers nothing does."
        ),
    )

    objects = PlaybookQuerySet.as_manager()

    class Meta:
        verbose_name = _("playbook")
        verbose_name_plural = _("playbooks")
        constraints = [
            models.UniqueConstraint(fields=["brand", "name"], name="incidents_playbook_once"),
            models.CheckConstraint(
                condition=models.Q(on_opening__in=OnOpening.values),
                name="incidents_playbook_on_opening",
            ),
            models.CheckConstraint(
                condition=models.Q(least_severity=None) | models.Q(least_severity__range=(1, 4)),
                name="incidents_playbook_severity",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class PlaybookVersionQuerySet(OwnedQuerySet["PlaybookVersion"]):
    """Chainable filters."""


class PlaybookVersion(VersionedModel):
    """The steps of a playbook at one time.

    Once published its steps stand for ever; the database refuses to change them.
    """

    brand = models.ForeignKey(
        "accounts.Brand",
        on_delete=models.PROTECT,
        related_name="+",
        editable=False,
        verbose_name=_("brand"),
    )
    playbook = models.ForeignKey(
        "incidents.Playbook",
        on_delete=models.PROTECT,
        related_name="versions",
        verbose_name=_("playbook"),
        help_text=_("The playbook it is a version of."),
    )
    number = models.PositiveIntegerField(
        _("number"), editable=False, help_text=_("1 for the first, without gaps.")
    )
    status = models.CharField(
        _("status"),
        max_length=10,
        choices=VersionStatus.choices,
        default=VersionStatus.DRAFT,
        editable=False,
        help_text=_("Being written, in use, or no longer in use."),
    )
    steps = models.JSONField(
        _("steps"), default=list, blank=True, help_text=_("What is done, and after what.")
    )
    note = models.TextField(
        _("note"), max_length=2_000, blank=True, help_text=_("What is new in it, and why.")
    )
    based_on = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("based on"),
        help_text=_("The published version whose steps it took over; null for the first."),
    )
    lesson = models.ForeignKey(
        "incidents.Lesson",
        null=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="versions",
        verbose_name=_("lesson"),
        help_text=_("The lesson that made it; null when none did."),
    )
    published_at = models.DateTimeField(
        _("published at"), null=True, editable=False, help_text=_("When it came into use.")
    )
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("published by"),
        help_text=_("Who brought it into use; null when the service did."),
    )

    objects = PlaybookVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("version of a playbook")
        verbose_name_plural = _("versions of playbooks")
        constraints = [
            models.UniqueConstraint(
                fields=["playbook", "number"], name="incidents_version_number_once"
            ),
            models.UniqueConstraint(
                fields=["playbook"],
                condition=models.Q(status="published"),
                name="incidents_one_published",
            ),
            models.UniqueConstraint(
                fields=["playbook"],
                condition=models.Q(status="draft"),
                name="incidents_one_draft",
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=VersionStatus.values),
                name="incidents_version_status",
            ),
            models.CheckConstraint(
                condition=models.Q(status="draft") | models.Q(published_at__isnull=False),
                name="incidents_version_published_at",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.playbook} {self.number}"

    @property
    def is_draft(self) -> bool:
        """Whether its steps may still change."""
        return self.status == VersionStatus.DRAFT
