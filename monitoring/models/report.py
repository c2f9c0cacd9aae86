"""Reports: for whom, and as what."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ReportAudience(models.TextChoices):
    """Who may read it."""

    INTERNAL = "internal", _("the team")
    PUBLIC = "public", _("everybody")


class ReportFormat(models.TextChoices):
    """What it is written as."""

    HTML = "html", "HTML"
    PDF = "pdf", "PDF"
    XLSX = "xlsx", "XLSX"
    CSV = "csv", "CSV"
