"""Subscribers and their mails, to look at: addresses are masked."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from crisisapi.common.admin import RecordAdmin
from messaging.models import Subscriber, SubscriberMail


@admin.register(Subscriber)
class SubscriberAdmin(RecordAdmin):
    list_display = ["masked", "page", "language", "status", "confirmed_at", "ended_at", "failures"]
    list_filter = ["status", "language", "page"]
    list_select_related = ["page"]
    search_fields = ["page__slug"]
    ordering = ["-created_at"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        """Show the address masked, and its hash not at all."""
        return [
            "masked",
            *[
                field
                for field in super().get_readonly_fields(request, obj)
                if field not in ("address", "address_hash")
            ],
        ]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        """Show what is readable."""
        return self.get_readonly_fields(request, obj)

    @admin.display(description=_("address"))
    def masked(self, subscriber: Subscriber) -> str:
        """Enough to recognise one's own."""
        return subscriber.masked_address or "–"


@admin.register(SubscriberMail)
class SubscriberMailAdmin(RecordAdmin):
    list_display = ["kind", "subscriber", "update", "status", "attempts", "sent_at", "last_error"]
    list_filter = ["status", "kind", "brand"]
    list_select_related = ["subscriber", "update"]
    search_fields = ["update__title", "last_error"]
    ordering = ["-created_at"]
