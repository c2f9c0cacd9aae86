"""What the page of an incident shows to understand it, and actions on two incidents."""

from collections.abc import Callable, Iterable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils.encoding import force_str
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from crisisapi.common.admin import ModelForm, ReasonActionForm, change_by, said_by
from crisisapi.common.errors import DomainError
from incidents.models import Incident, IncidentRelation, Responsibility
from incidents.models.stakeholder import StakeholderKind
from incidents.rules.response_strategy import suggested_responsibility
from incidents.selectors import sentences
from incidents.selectors.advice import advice_for
from incidents.selectors.recalled_lessons import recalled_for

UNDERSTANDING = ["severity_reasons_shown", "signals_at", "advice_shown"]
RELATIONS = ["merged_into", "related_shown", "lessons_shown"]


class IncidentForm(ModelForm):
    audiences = forms.MultipleChoiceField(
        label=capfirst(Incident._meta.get_field("audiences").verbose_name),
        choices=StakeholderKind.choices,
        required=False,
        initial=list,
        widget=forms.CheckboxSelectMultiple,
        help_text=Incident._meta.get_field("audiences").help_text,
    )


class IncidentActionForm(ReasonActionForm):
    """The choice of an action, with a reason and another incident."""

    other = forms.CharField(required=False, label=_("Other incident (reference):"), max_length=20)


class UnderstandingFields:
    """Read-only fields of the page."""

    @admin.display(description=_("computed severity"))
    def severity_reasons_shown(self, incident: Incident) -> SafeString:
        """Show the computed severity, and why."""
        if incident.computed_severity is None:
            return format_html("{}", gettext("No signal is known yet."))
        shown = sentences.severity_sentences(incident.severity_reasons)
        return format_html(
            "<strong>{}</strong>{}", incident.get_computed_severity_display(), _listed(shown)
        )

    @admin.display(description=_("advised response"))
    def advice_shown(self, incident: Incident) -> SafeString:
        """Show what the theory advises, and why."""
        advice = advice_for(incident)
        strategy = sentences.STRATEGIES[advice.strategy] if advice.strategy else gettext("none yet")
        why = [sentences.advice_sentence(reason.code) for reason in advice.reasons]
        return format_html(
            "<strong>{}</strong>{}{}{}{}",
            strategy,
            _listed([*_told(advice.steps, sentences.STEPS)], ordered=True),
            _listed([*_told(advice.tactics, sentences.TACTICS)]),
            _listed(why),
            _listed([*_told(advice.missing, sentences.FIELDS), *_suggestion(incident)]),
        )

    @admin.display(description=_("related incidents"))
    def related_shown(self, incident: Incident) -> SafeString:
        """Show the incidents it has to do with."""
        relations = IncidentRelation.objects.current().filter(
            Q(first=incident) | Q(second=incident)
        )
        rows = [
            (_link(relation.other_than(incident.pk)), relation.note)
            for relation in relations.select_related("first", "second")
        ]
        return format_html_join("", "<p>{} {}</p>", rows) or format_html("{}", "–")

    @admin.display(description=_("lessons of similar incidents"))
    def lessons_shown(self, incident: Incident) -> SafeString:
        """Show the lessons that came with it, and why."""
        rows = [
            (
                recalled.lesson.title,
                _link(recalled.lesson.incident),
                " ".join(sentences.similarity_sentences(recalled.reasons)),
            )
            for recalled in recalled_for(incident)
        ]
        shown = format_html_join("", "<p><strong>{}</strong> ({}) {}</p>", rows)
        return shown or format_html("{}", "–")


def pair_action(service: Callable[..., Any], label: Any, other_as: str, reason_as: str = "") -> Any:
    """Return an action on each chosen incident and the one whose reference was typed."""

    @admin.action(description=label, permissions=["change"])
    def act(self: Any, request: HttpRequest, chosen: Any) -> None:
        more = {reason_as: request.POST.get("reason", "")} if reason_as else {}
        for incident in chosen:
            try:
                other = _other(incident, request.POST.get("other", ""))
                service(incident=incident, **{other_as: other}, **more, **change_by(request))
            except DomainError as refusal:
                self.message_user(request, f"{incident}: {said_by(refusal)}", messages.ERROR)
            else:
                done = f"{incident}: {force_str(label).partition(' (')[0]}: {other.reference}"
                self.message_user(request, done, messages.SUCCESS)

    act.__name__ = service.__name__
    return act


def _other(incident: Incident, reference: str) -> Incident:
    found = Incident.objects.filter(brand_id=incident.brand_id, reference=reference.strip())
    other = found.first()
    if other is None:
        raise DomainError(_("Type the reference of another incident, e.g. INC-2026-0001."))
    return other


def _told(codes: Iterable[str], told: Any) -> list[Any]:
    return [told[code] for code in codes]


def _suggestion(incident: Incident) -> list[str]:
    found = suggested_responsibility(incident.kind)
    if found is None or incident.responsibility != Responsibility.UNKNOWN:
        return []
    said = {
        "cluster": Responsibility(found[0]).label,
        "reason": sentences.advice_sentence(found[1]),
    }
    return [gettext("Suggested responsibility: %(cluster)s. %(reason)s") % said]


def _listed(items: Iterable[Any], *, ordered: bool = False) -> SafeString:
    rows = format_html_join("", "<li>{}</li>", [(item,) for item in items])
    if not rows:
        return rows
    return format_html("<ol>{}</ol>" if ordered else "<ul>{}</ul>", rows)


def _link(incident: Incident) -> SafeString:
    page = reverse("admin:incidents_incident_change", args=[incident.pk])
    return format_html('<a href="{}">{}</a>', page, incident)
