"""The crisis brake: pulled, lifted, and its rules."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from crisisapi.accounts.admin.brands import BrandAdmin
from crisisapi.accounts.models import Brand
from crisisapi.common.actors import Actor
from crisisapi.common.admin import (
    ModelForm,
    ReasonActionForm,
    RecordInline,
    ServiceAdmin,
    service_action,
)
from messaging.models import Channel, Hold, HoldRule, Publication
from messaging.services.hold_rules import add_hold_rule, change_hold_rule
from messaging.services.holds import Scope, lift_hold, raise_hold


class HeldInline(RecordInline):
    model = Publication
    verbose_name_plural = _("held back by it")
    fields = ["message", "channel", "status", "not_before", "held_at"]
    ordering = ["-held_at"]
    show_change_link = True

    def get_queryset(self, request: HttpRequest) -> Any:
        """Read messages and channels along."""
        return super().get_queryset(request).select_related("message", "channel")


@admin.register(Hold)
class HoldAdmin(ServiceAdmin):
    noun = "hold"
    fixed = ("brand", "incident", "channels", "allows_incident_messages", "reason")
    fields = [
        "brand",
        "incident",
        "channels",
        "allows_incident_messages",
        "reason",
        "rule",
        "raised_by",
        "raised_at",
        "lifted_by",
        "lifted_at",
        "lift_reason",
    ]
    readonly_fields = ["rule", "raised_by", "raised_at", "lifted_by", "lifted_at", "lift_reason"]
    list_display = ["reason", "brand", "incident", "rule", "raised_by", "raised_at", "lifted_at"]
    list_filter = ["brand", ("lifted_at", admin.EmptyFieldListFilter), "raised_at"]
    list_select_related = ["brand", "incident", "rule", "raised_by"]
    search_fields = ["reason", "incident__reference", "incident__title"]
    autocomplete_fields = ["brand", "incident", "channels"]
    ordering = ["-raised_at"]
    inlines = [HeldInline]
    action_form = ReasonActionForm
    actions = [
        service_action(
            lift_hold,
            "hold",
            _("Lift the hold (give a reason)"),
            gives_reason=True,
            permission="decide",
        )
    ]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody changes a hold: it is lifted, and another one is pulled."""
        return False

    def has_decide_permission(self, request: HttpRequest) -> bool:
        """Lift: those who may change holds, though no field of one is edited here."""
        return request.user.has_perm("messaging.change_hold")

    def offered(self, obj: Hold) -> Collection[str]:
        """Offer to lift what stands."""
        return ["lift_hold"] if obj.is_standing else []

    def add_by_service(self, request: HttpRequest, fields: dict[str, Any]) -> Hold:
        """Pull the brake."""
        named = ("channels", "incident", "allows_incident_messages")
        scope = Scope(**{name: fields.pop(name) for name in named})
        return raise_hold(scope=scope, **fields)


class HoldRuleForm(ModelForm):
    def clean_kinds(self) -> list[str]:
        """Take an empty field for incidents of every kind."""
        return self.cleaned_data["kinds"] or []


@admin.register(HoldRule)
class HoldRuleAdmin(ServiceAdmin):
    noun = "rule"
    form = HoldRuleForm
    list_display = ["name", "brand", "severity", "kinds", "allows_incident_messages", "is_active"]
    list_filter = ["brand", "severity", "is_active"]
    list_select_related = ["brand"]
    search_fields = ["name"]
    autocomplete_fields = ["brand", "channels"]
    ordering = ["name"]

    def add_by_service(self, request: HttpRequest, fields: dict[str, Any]) -> HoldRule:
        """Make a rule."""
        return add_hold_rule(**fields)

    def change_by_service(self, request: HttpRequest, fields: dict[str, Any]) -> HoldRule:
        """Change a rule."""
        return change_hold_rule(**fields)


def stop_brand(
    *, brand: Brand, reason: str, actor: Actor, now: datetime, expected_version: None
) -> Hold:
    """Pull the brake for all channels of a brand."""
    return raise_hold(brand=brand, scope=Scope(), reason=reason, actor=actor, now=now)


def stop_channel(
    *, channel: Channel, reason: str, actor: Actor, now: datetime, expected_version: None
) -> Hold:
    """Pull the brake for one channel."""
    scope = Scope(channels=[channel])
    return raise_hold(brand=channel.brand, scope=scope, reason=reason, actor=actor, now=now)


_LABEL = _("Pull the brake (give a reason)")
stop_brand_action = service_action(stop_brand, "brand", _LABEL, gives_reason=True)
stop_channel_action = service_action(stop_channel, "channel", _LABEL, gives_reason=True)
# The floor below knows nothing of holds; the brand's page offers the brake all the same.
BrandAdmin.actions.append(stop_brand_action)
