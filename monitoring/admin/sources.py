"""Sources, changed through their services; a secret is shown once."""

from datetime import timedelta
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from crisisapi.common.admin import ServiceAdmin, change_by
from monitoring.models import Source
from monitoring.services.sources import change_source, create_source, rotate_secret

OVERLAP = timedelta(hours=24)


@admin.register(Source)
class SourceAdmin(ServiceAdmin):
    noun = "source"
    list_display = ["name", "slug", "kind", "platform", "brand", "state", "is_active"]
    list_select_related = ["brand", "intake"]
    list_filter = ["brand", "kind", "intake__state", "is_active"]
    search_fields = ["name", "slug"]
    ordering = ["brand", "slug"]
    actions = ["rotate_secrets"]

    exclude = ["settings"]

    fixed = ("brand", "slug", "kind", "id", "previous_secret_until")

    @admin.display(description=_("state"), ordering="intake__state")
    def state(self, source: Source) -> str:
        """Return how well it is heard."""
        return source.intake.get_state_display()

    def add_by_service(self, request: HttpRequest, fields: dict[str, Any]) -> Source:
        """Make a source, and show its secret."""
        source, secret = create_source(**fields)
        _show(request, source, secret)
        return source

    def change_by_service(self, request: HttpRequest, fields: dict[str, Any]) -> Source:
        """Change name or platform, or whether it takes anything."""
        return change_source(**fields)

    @admin.action(
        description=_("Rotate the secret; the old one signs another day"), permissions=["change"]
    )
    def rotate_secrets(self, request: HttpRequest, queryset: QuerySet[Source]) -> None:
        """Give each chosen source a new secret, and show it."""
        for source in queryset:
            changed, secret = rotate_secret(
                source=source,
                overlap=OVERLAP,
                expected_version=None,
                **change_by(request),
            )
            _show(request, changed, secret)


def _show(request: HttpRequest, source: Source, secret: str) -> None:
    sentence = gettext("Signing secret of %(source)s, shown only now: %(secret)s")
    messages.warning(request, sentence % {"source": source, "secret": secret})
