"""Columns that several lists share."""

from typing import Any

from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _


@admin.display(description=_("incident"), ordering="incident__reference")
def incident_link(row: Any) -> SafeString | str:
    """Return the reference of its incident, which leads there and tells its title."""
    if row.incident is None:
        return "-"
    page = reverse("admin:incidents_incident_change", args=[row.incident.pk])
    return format_html(
        '<a href="{}" title="{}"><bdi>{}</bdi></a>',
        page,
        row.incident.title,
        row.incident.reference,
    )
