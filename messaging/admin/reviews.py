"""Review policies, and the rounds they led to: decided on the page of a round."""

from collections.abc import Collection
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from crisisapi.accounts.models import Department, Role, User
from crisisapi.common.admin import (
    ModelForm,
    RecordAdmin,
    RecordInline,
    ServiceAdmin,
)
from crisisapi.common.admin_json import PrettyJSONField
from messaging.admin.message_acts import ROUND_ACTIONS, ReviewActionForm, offered_for
from messaging.admin.message_page import asked_now, findings, message_link, wording
from messaging.models import ReviewDecision, ReviewPolicy, ReviewRound, RoundOutcome
from messaging.models.review_policy import default_breakers
from messaging.rules.reviews import default_stages
from messaging.services.review_policies import add_review_policy, change_review_policy

RULES = {
    "any": _("one of them"),
    "all": _("each of them"),
    "at_least": _("at least %(count)s of them"),
}


class ReviewPolicyForm(ModelForm):
    stages = PrettyJSONField(
        label=capfirst(ReviewPolicy._meta.get_field("stages").verbose_name),
        initial=default_stages,
        help_text=ReviewPolicy._meta.get_field("stages").help_text,
    )
    break_glass_roles = PrettyJSONField(
        label=capfirst(ReviewPolicy._meta.get_field("break_glass_roles").verbose_name),
        initial=default_breakers,
        required=False,  # an empty list is a list
        help_text=ReviewPolicy._meta.get_field("break_glass_roles").help_text,
    )

    def clean(self) -> dict[str, Any]:
        """Take empty fields for empty lists."""
        said = super().clean() or self.cleaned_data
        for name in ("purposes", "kinds", "severities", "break_glass_roles"):
            said[name] = said.get(name) or []
        return said


@admin.register(ReviewPolicy)
class ReviewPolicyAdmin(ServiceAdmin):
    noun = "policy"
    form = ReviewPolicyForm
    list_display = [
        "name",
        "brand",
        "position",
        "purposes",
        "kinds",
        "severities",
        "expires_after_hours",
        "is_active",
    ]
    list_filter = ["brand", "is_active"]
    list_select_related = ["brand"]
    search_fields = ["name", "brand__name"]
    autocomplete_fields = ["brand"]
    ordering = ["brand__name", "position"]

    def add_by_service(self, request: HttpRequest, fields: dict[str, Any]) -> ReviewPolicy:
        """Make a policy."""
        return add_review_policy(**fields)

    def change_by_service(self, request: HttpRequest, fields: dict[str, Any]) -> ReviewPolicy:
        """Change a policy."""
        return change_review_policy(**fields)


class RoundDecisionInline(RecordInline):
    model = ReviewDecision
    fields = [
        "stage_number",
        "decision",
        "reviewer",
        "as_role",
        "of_department",
        "comment",
        "created_at",
    ]
    ordering = ["created_at"]

    def get_queryset(self, request: HttpRequest) -> Any:
        """Read reviewers along."""
        return super().get_queryset(request).select_related("reviewer")

    @admin.display(description=_("stage"))
    def stage_number(self, decision: ReviewDecision) -> int | str:
        """Return the stage as people count."""
        return "-" if decision.stage is None else decision.stage + 1

    @admin.display(description=_("role"))
    def as_role(self, decision: ReviewDecision) -> str:
        """Return the role the reviewer had, in words."""
        return str(Role(decision.role).label) if decision.role in Role.values else "-"

    @admin.display(description=_("department"))
    def of_department(self, decision: ReviewDecision) -> str:
        """Return the department the reviewer sat in, in words."""
        known = decision.department in Department.values
        return str(Department(decision.department).label) if known else "-"


@admin.display(description=_("stages"))
def stages_of(round_: ReviewRound) -> SafeString | str:
    """Return the stages one below the other, each with whom it asks."""
    rows = (
        (
            stage["name"] or "–",
            "; ".join(_party(party) for party in stage["who"]),
            RULES[stage["rule"]] % {"count": stage.get("count", 1)},
        )
        for stage in round_.terms["stages"]
    )
    listed = format_html_join("", "<li><bdi>{}</bdi>: <bdi>{}</bdi> ({})</li>", rows)
    return format_html("<ol>{}</ol>", listed)


def _party(party: dict[str, str]) -> str:
    person = User.objects.filter(pk=party["member"]).first() if "member" in party else None
    said = [
        str(Role(party["role"]).label) if "role" in party else "",
        str(Department(party["department"]).label) if "department" in party else "",
        str(person or ""),
    ]
    return ", ".join(filter(None, said))


@admin.display(description=_("wording"))
def wording_of(round_: ReviewRound) -> SafeString | str:
    """Return the wording that is reviewed; of a round that is over, see the revision."""
    return wording(round_.message) if round_.outcome == RoundOutcome.OPEN else "-"


@admin.display(description=_("language checks"))
def findings_in(round_: ReviewRound) -> SafeString | str:
    """Return what the language checks say of the wording that is reviewed."""
    return findings(round_.message) if round_.outcome == RoundOutcome.OPEN else "-"


@admin.display(description=_("asked now"))
def asked(round_: ReviewRound) -> SafeString | str:
    """Return whose word is missing while it goes on."""
    return asked_now(round_) if round_.outcome == RoundOutcome.OPEN else "-"


@admin.register(ReviewRound)
class ReviewRoundAdmin(RecordAdmin):
    list_display = [
        "message",
        "revision",
        "policy",
        "stage",
        "stage_opened_at",
        "remind_at",
        "outcome",
        "brand",
    ]
    list_filter = ["outcome", "brand", "created_at"]
    list_select_related = ["message", "policy", "brand"]
    search_fields = ["message__title", "policy__name"]
    ordering = ["-created_at"]
    inlines = [RoundDecisionInline]
    action_form = ReviewActionForm
    actions = ROUND_ACTIONS

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        """Show who is asked first, then what is read, then how it came about."""
        own = super().get_readonly_fields(request, obj)
        first = [message_link, "revision", "outcome", asked, wording_of, findings_in, stages_of]
        return [*first, *(name for name in own if name not in ("message", "revision", "outcome"))]

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Put first what people decide by."""
        shown = self.get_readonly_fields(request, obj)
        rest = {"fields": shown[7:], "classes": ["collapse"]}
        return [(None, {"fields": shown[:7]}), (_("Further details"), rest)]

    def offered(self, obj: ReviewRound) -> Collection[str]:
        """Offer decisions while it goes on."""
        return offered_for(obj.message) if obj.outcome == RoundOutcome.OPEN else []

    def read_of(self, obj: ReviewRound) -> dict[str, Any]:
        """Give along which revision was read."""
        return {"revision": obj.revision}

    def has_decide_permission(self, request: HttpRequest) -> bool:
        """Decide: those who may change messages, though here no wording changes."""
        return request.user.has_perm("messaging.change_message")
