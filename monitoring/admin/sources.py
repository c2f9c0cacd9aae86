"""Sources, changed through their services; a secret is shown once."""

from datetime import timedelta
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from crisisapi.common.actors import Actor
from messaging.admin.bases import ServiceAdmin
from monitoring.models import Source
from monitoring.services.sources import change_source, create_source, rotate_secret

OVERLAP = timedelta(hours=24)


@admin.register(Source)
class SourceAdmin(ServiceAdmin):
    noun = "source"
    add = create_source
    change = change_source
    list_display = ["name", "slug", "kind", "platform", "brand", "is_active"]
    list_filter = ["brand", "kind", "is_active"]
    search_fields = ["name", "slug"]
    ordering = ["brand", "slug"]
    actions = ["rotate_secrets"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Keep what integrators rely on once it is chosen."""
        return ["brand", "slug", "kind", "id", "previous_secret_until"] if obj else []

    def save_model(
        self,
        request: HttpRequest,
        obj: Source,
        form: Any,
        change: bool,  # noqa: FBT001 - Django's signature
    ) -> None:
        """Call the service; of a new source, show the secret."""
        if change:
            super().save_model(request, obj, form, change)
            return
        source, secret = create_source(
            id=obj.pk, **form.cleaned_data, actor=_actor(request), now=timezone.now()
        )
        _show(request, source, secret)

    @admin.action(
        description=_("Rotate the secret; the old one signs another day"), permissions=["change"]
    )
    def rotate_secrets(self, request: HttpRequest, queryset: QuerySet[Source]) -> None:
        """Give each chosen source a new secret, and show it."""
        for source in queryset:
            changed, secret = rotate_secret(
                source=source,
                overlap=OVERLAP,
                actor=_actor(request),
                now=timezone.now(),
                expected_version=None,
            )
            _show(request, changed, secret)


def _actor(request: HttpRequest) -> Actor:
    return Actor("user", request.user.pk)


def _show(request: HttpRequest, source: Source, secret: str) -> None:
    sentence = gettext("Signing secret of %(source)s, shown only now: %(secret)s")
    messages.warning(request, sentence % {"source": source, "secret": secret})
