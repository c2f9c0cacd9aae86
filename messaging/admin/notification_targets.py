"""Where people and teams are told, and what was sent there; a secret is shown once."""

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from crisisapi.common.admin import ModelForm, RecordAdmin, ServiceAdmin, change_by, said_by
from crisisapi.common.errors import DomainError
from messaging.models import NotificationTarget, OutgoingNotification
from messaging.services.notification_targets import (
    add_target,
    change_target,
    rotate_target_secret,
    try_target,
)

OVERLAP = timedelta(hours=24)


class TargetForm(ModelForm):
    """Takes an address, and never shows it: who has it can write to the team's chat."""

    address = forms.CharField(
        label=_("Address"),
        required=False,
        max_length=2_000,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=_(
            "Of an incoming webhook, of a receiver of signed webhooks, or of the team's mailbox. "
            "Empty: as it is."
        ),
    )


@admin.register(NotificationTarget)
class NotificationTargetAdmin(ServiceAdmin):
    noun = "target"
    form = TargetForm
    fixed = ("brand", "person", "way")
    list_display = ["__str__", "brand", "person", "way", "timing", "is_active", "failing_since"]
    list_filter = ["brand", "way", "timing", "is_active"]
    list_select_related = ["brand", "person"]
    search_fields = ["name", "person__username"]
    autocomplete_fields = ["person"]
    ordering = ["name", "id"]
    readonly_fields = ["previous_secret_until"]
    actions = ["test_them", "rotate_secrets"]

    def add_by_service(self, request: HttpRequest, fields: dict[str, Any]) -> NotificationTarget:
        """Name an address, and show the secret of a webhook."""
        target = add_target(**fields)
        if target.secret:
            _show(request, target)
        return target

    def change_by_service(self, request: HttpRequest, fields: dict[str, Any]) -> NotificationTarget:
        """Change where and when it is told; an empty address stays as it is."""
        if not fields.get("address"):
            fields.pop("address", None)
        return change_target(**fields)

    @admin.action(description=_("Send a test"), permissions=["change"])
    def test_them(self, request: HttpRequest, queryset: QuerySet[NotificationTarget]) -> None:
        """Send one sentence to each chosen target, and say what came of it."""
        for target in queryset:
            attempt = try_target(target=target, now=timezone.now())
            if attempt.is_sent:
                said = gettext("%(target)s: it got there.") % {"target": target}
                self.message_user(request, said, messages.SUCCESS)
            else:
                self.message_user(request, f"{target}: {attempt.error}", messages.ERROR)

    @admin.action(
        description=_("Rotate the secret; the old one signs another day"), permissions=["change"]
    )
    def rotate_secrets(self, request: HttpRequest, queryset: QuerySet[NotificationTarget]) -> None:
        """Give each chosen webhook a new secret, and show it."""
        for target in queryset:
            told = {"overlap": OVERLAP, "expected_version": None, **change_by(request)}
            try:
                _show(request, rotate_target_secret(target=target, **told))
            except DomainError as refusal:
                self.message_user(request, f"{target}: {said_by(refusal)}", messages.ERROR)


def _show(request: HttpRequest, target: NotificationTarget) -> None:
    sentence = gettext("Signing secret of %(source)s, shown only now: %(secret)s")
    messages.warning(request, sentence % {"source": target, "secret": target.secret})


@admin.register(OutgoingNotification)
class OutgoingNotificationAdmin(RecordAdmin):
    list_display = ["created_at", "target", "status", "attempts", "sent_at", "last_error"]
    list_filter = ["brand", "status"]
    list_select_related = ["target__brand", "target__person"]
    ordering = ["-created_at"]
