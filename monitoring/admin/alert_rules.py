"""Alert rules, changed through their services."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from crisisapi.common.admin import ModelForm, ServiceAdmin
from monitoring.models import AlertRule
from monitoring.rules.intervals import share
from monitoring.selectors.alert_rules import with_verdicts
from monitoring.services.alert_learning import learn_of, said_of_learning
from monitoring.services.alert_rules import add_rule, change_rule


class AlertRuleForm(ModelForm):
    def _get_validation_exclusions(self) -> set[str]:
        """Leave constraints to the service, which says in words and at the field what is wrong."""
        return {*super()._get_validation_exclusions(), "name", "watched"}  # type: ignore[misc]  # not in the stubs


@admin.register(AlertRule)
class AlertRuleAdmin(ServiceAdmin):
    """What is watched; what a rule looks for is chosen when it is made."""

    noun = "rule"
    form = AlertRuleForm
    fixed = ("brand", "query", "watched")
    fields = [
        "brand",
        "query",
        "watched",
        "name",
        "alarms_a_week",
        "sensitivity",
        "precision",
        "suggestion",
        "measure",
        "at_least",
        "window_minutes",
        "least_mentions",
        "cool_down_minutes",
        "grouping_minutes",
        "department",
        "answer_minutes",
        "escalates_to",
        "opens_incident",
        "incident_kind",
        "incident_severity",
        "playbook",
        "is_active",
    ]
    readonly_fields = ["sensitivity", "precision", "suggestion"]
    list_display = ["name", "watched", "query", "sensitivity", "precision", "is_active", "brand"]
    list_filter = ["brand", "watched", "is_active", "opens_incident", "department"]
    list_select_related = ["brand", "query"]
    search_fields = ["name", "query__name"]
    autocomplete_fields = ["brand", "query", "playbook"]
    ordering = ["brand", "name"]

    def get_queryset(self, request: HttpRequest) -> Any:
        """Read along what people made of the alerts."""
        return with_verdicts(super().get_queryset(request))

    @admin.display(description=_("sensitivity"))
    def sensitivity(self, rule: AlertRule) -> str:
        """Return it in plain words."""
        return rule.sensitivity or "-"

    @admin.display(description=_("right so far"))
    def precision(self, rule: Any) -> str:
        """Return how many of its alerts were right, with the interval."""
        found = share(rule.true_alarms, rule.judged)
        if found is None:
            return "-"
        return gettext("%(true)s of %(judged)s (%(low)s–%(high)s)") % {
            "true": rule.true_alarms,
            "judged": rule.judged,
            "low": f"{found.low:.0%}",
            "high": f"{found.high:.0%}",
        }

    @admin.display(description=_("suggestion"))
    def suggestion(self, rule: Any) -> str:
        """Return which sensitivity would fit, and why."""
        learned = learn_of(rule, rule.marks, missed=rule.missed)
        if learned is None:
            return "-"
        if learned.suggested is None:
            return said_of_learning(learned)
        told = AlertRule(watched=rule.watched, alarms_a_week=learned.suggested).sensitivity
        return f"{told} {said_of_learning(learned)}"

    def add_by_service(self, request: HttpRequest, fields: dict[str, Any]) -> AlertRule:
        """Watch something."""
        return add_rule(**fields)

    def change_by_service(self, request: HttpRequest, fields: dict[str, Any]) -> AlertRule:
        """Change what raises an alert, or put the rule to rest."""
        return change_rule(**fields)
