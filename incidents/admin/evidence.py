"""Evidence: attached by a form, withdrawn by an action, downloaded by a link."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from crisisapi.common.admin import (
    ModelForm,
    ReasonActionForm,
    RecordInline,
    ServiceAdmin,
    service_action,
)
from crisisapi.common.downloads import download
from crisisapi.common.errors import InvalidInput
from incidents.admin.columns import incident_link
from incidents.models import Evidence, Fact, Incident, Task
from incidents.selectors.evidence import file_of
from incidents.services import evidence as services


def _link(evidence: Evidence) -> str:
    """Return a link that leads to the page, or downloads the file."""
    if evidence.url:
        return format_html(
            '<a href="{0}" rel="noreferrer noopener"><bdi dir="ltr">{0}</bdi></a>', evidence.url
        )
    if not evidence.sha256:
        return ""
    address = reverse("admin:incidents_evidence_file", args=[evidence.pk])
    return format_html('<a href="{}"><bdi>{}</bdi></a>', address, evidence.file_name)


def _owner(incident: Incident, fact: Fact | None, task: Task | None) -> services.Owner:
    """Return the one thing it shows; refuses two, and one of another incident."""
    if fact is not None and task is not None:
        raise InvalidInput(errors={"task": [_("Name a fact or a task, not both.")]})
    for name, owner in (("fact", fact), ("task", task)):
        if owner is not None and owner.incident_id != incident.pk:
            raise InvalidInput(errors={name: [_("Choose one of this incident.")]})
    return fact or task or incident


class EvidenceInline(RecordInline):
    model = Evidence
    fields = ["kind", "title", "where", "added_by", "created_at", "withdrawn_at"]
    ordering = ["-created_at"]
    show_change_link = True

    def get_queryset(self, request: HttpRequest) -> Any:
        """Read who added it along."""
        return super().get_queryset(request).select_related("added_by")

    @admin.display(description=_("link or file"))
    def where(self, evidence: Evidence) -> str:
        """Lead to it."""
        return _link(evidence)


class EvidenceForm(ModelForm):
    url = forms.URLField(
        required=False,
        label=_("link"),
        max_length=2_000,
        assume_scheme="https",
        help_text=_("Where it is, http or https."),
    )
    file = forms.FileField(required=False, label=_("file"), help_text=_("Either a link or a file."))


@admin.register(Evidence)
class EvidenceAdmin(ServiceAdmin):
    noun = "evidence"
    form = EvidenceForm
    fixed = ("incident", "fact", "task", "title", "note", "url")
    readonly_fields = [
        "where",
        "content_type",
        "size",
        "sha256",
        "added_by",
        "created_at",
        "withdrawn_at",
        "withdrawn_by",
        "withdrawn_reason",
    ]
    list_display = [
        "title",
        incident_link,
        "kind",
        "where",
        "fact",
        "brand",
        "added_by",
        "withdrawn_at",
    ]
    list_select_related = ["fact", "incident", "brand", "added_by"]
    list_filter = ["kind", "content_type", ("withdrawn_at", admin.EmptyFieldListFilter), "brand"]
    search_fields = ["title", "note", "url", "file_name", "sha256", "incident__reference"]
    autocomplete_fields = ["incident", "fact", "task"]
    ordering = ["-created_at"]
    action_form = ReasonActionForm
    actions = [
        service_action(
            services.withdraw_evidence, "evidence", _("Withdraw (give a reason)"), gives_reason=True
        )
    ]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Ask for a link or a file; later show where it is."""
        asked = ["incident", "fact", "task", "title", "note", "url"]
        return [*asked, *self.readonly_fields] if obj else [*asked, "file"]

    def get_urls(self) -> Any:
        """Serve the files."""
        view = self.admin_site.admin_view(self.download_file)
        route = path("<uuid:pk>/file/", view, name="incidents_evidence_file")
        return [route, *super().get_urls()]

    def download_file(self, request: HttpRequest, pk: Any) -> HttpResponse:
        """Give the file of a piece of evidence."""
        evidence = self.get_object(request, str(pk))
        if not self.has_view_permission(request, evidence):
            raise PermissionDenied
        content = None if evidence is None else file_of(evidence)
        if evidence is None or content is None:
            raise Http404
        return download(content, name=evidence.file_name, content_type=evidence.content_type)

    @admin.display(description=_("link or file"))
    def where(self, evidence: Evidence) -> str:
        """Lead to it."""
        return _link(evidence)

    def add_by_service(self, request: HttpRequest, fields: dict[str, Any]) -> Evidence:
        """Attach a link or a file."""
        owner = _owner(fields.pop("incident"), fields.pop("fact"), fields.pop("task"))
        sent, url = fields.pop("file"), fields.pop("url")
        if bool(sent) == bool(url):
            raise InvalidInput(errors={"file": [_("Give either a link or a file.")]})
        if url:
            return services.attach_link(owner=owner, url=url, **fields)
        upload = services.Upload(sent.name, sent.read())
        return services.attach_file(owner=owner, upload=upload, **fields)
