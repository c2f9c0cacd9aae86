"""Evidence: links and files that show something of an incident."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from crisisapi.accounts.models.owned import OwnedQuerySet
from crisisapi.common.models import VersionedModel


class EvidenceKind(models.TextChoices):
    """In which shape it is kept."""

    LINK = "link", _("link")
    FILE = "file", _("file")


class EvidenceQuerySet(OwnedQuerySet["Evidence"]):
    """Chainable filters."""

    subject = "incident_id"

    def standing(self) -> "EvidenceQuerySet":
        """Only pieces that were not withdrawn."""
        return self.filter(withdrawn_at=None)


class Evidence(VersionedModel):
    """A link, or a file, that shows a fact, a task done, or something of an incident."""

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
        related_name="evidence",
        verbose_name=_("incident"),
        help_text=_("The incident it belongs to."),
    )
    fact = models.ForeignKey(
        "incidents.Fact",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="pieces",
        verbose_name=_("fact"),
        help_text=_("The fact it shows; null for none."),
    )
    task = models.ForeignKey(
        "incidents.Task",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="pieces",
        verbose_name=_("task"),
        help_text=_("The task or commitment it shows to be done; null for none."),
    )
    kind = models.CharField(
        _("kind"),
        max_length=4,
        choices=EvidenceKind.choices,
        editable=False,
        help_text=_("A link or a file."),
    )
    title = models.CharField(_("title"), max_length=200, help_text=_("What it is, in one line."))
    note = models.TextField(
        _("note"), max_length=5_000, blank=True, help_text=_("What it shows, and where from.")
    )
    url = models.URLField(
        _("link"), max_length=2_000, blank=True, help_text=_("Where it is, http or https.")
    )
    file_name = models.CharField(
        _("file name"),
        max_length=200,
        blank=True,
        editable=False,
        help_text=_("Name it came with."),
    )
    content_type = models.CharField(
        _("content type"),
        max_length=100,
        blank=True,
        editable=False,
        help_text=_("Media type, told by the content and not by the name."),
    )
    size = models.PositiveIntegerField(
        _("size"), null=True, editable=False, help_text=_("Size of the file in bytes.")
    )
    sha256 = models.CharField(
        max_length=64, blank=True, editable=False, help_text=_("SHA-256 of the file, hexadecimal.")
    )
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("added by"),
        help_text=_("Who attached it; null when an API key did."),
    )
    withdrawn_at = models.DateTimeField(
        _("withdrawn at"),
        null=True,
        editable=False,
        help_text=_("When it was withdrawn; null while it counts."),
    )
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("withdrawn by"),
        help_text=_("Who withdrew it."),
    )
    withdrawn_reason = models.TextField(
        _("reason"), blank=True, editable=False, help_text=_("Why it was withdrawn.")
    )

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("piece of evidence")
        verbose_name_plural = _("evidence")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=EvidenceKind.values), name="incidents_evidence_kind"
            ),
            models.CheckConstraint(
                condition=models.Q(kind="link", sha256="", size=None) & ~models.Q(url="")
                | models.Q(kind="file", url="", size__isnull=False) & ~models.Q(sha256=""),
                name="incidents_evidence_shape",
            ),
            models.CheckConstraint(
                condition=models.Q(fact=None) | models.Q(task=None),
                name="incidents_evidence_one_owner",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_withdrawn(self) -> bool:
        """Whether it counts no more."""
        return self.withdrawn_at is not None


class EvidenceFile(models.Model):
    """The bytes of a file, apart from what lists read (docs/adr/0007)."""

    evidence = models.OneToOneField(
        Evidence, primary_key=True, on_delete=models.PROTECT, related_name="stored"
    )
    content = models.BinaryField()

    def __str__(self) -> str:
        return str(self.evidence_id)
