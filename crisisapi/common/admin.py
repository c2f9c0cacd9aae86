"""What every page of the admin stands on: changes go through services, refusals are shown.

The admin is for those who run the service; it sees every brand.
"""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ActionForm
from django.contrib.admin.widgets import AdminSplitDateTime, AdminTextareaWidget
from django.contrib.postgres.forms import SimpleArrayField
from django.db.models import DateTimeField, TextField, URLField
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.encoding import force_str
from django.utils.translation import gettext_lazy as _

from crisisapi.common.actors import Actor
from crisisapi.common.admin_acting import ActingAdmin
from crisisapi.common.admin_json import readable
from crisisapi.common.errors import DomainError

if TYPE_CHECKING:  # generic in the stubs only
    ModelForm = forms.ModelForm[Any]
    TabularInline = admin.TabularInline[Any, Any]
else:
    ModelForm, TabularInline = forms.ModelForm, admin.TabularInline

admin.site.site_header = admin.site.site_title = "Crisis API"
admin.site.index_title = _("Administration")


def change_by(request: HttpRequest) -> dict[str, Any]:
    """Return what every service takes: actor and now."""
    return {"actor": Actor("user", request.user.pk), "now": timezone.now()}


class LanguagesField(SimpleArrayField):
    """ISO 639-1 codes, separated by commas."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("required", False)
        code = forms.RegexField(r"^[a-z]{2}$", error_messages={"invalid": _("Two letters each.")})
        super().__init__(code, max_length=20, **kwargs)


class DateAndTime(AdminSplitDateTime):
    """Django's two fields, each with a name that a screen reader says."""

    def __init__(self, attrs: Any = None) -> None:
        super().__init__(attrs)
        for field, name in zip(self.widgets, (_("Date:"), _("Time:")), strict=True):
            field.attrs["aria-label"] = name


class ReadOnly:
    """Nothing is added, changed or deleted by hand: that would break what services promise."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody adds."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody changes."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody deletes."""
        return False


# What people rarely look for in a record.
TECHNICAL = frozenset(
    {
        "id",
        "brand",
        "version",
        "created_at",
        "updated_at",
        "wording_hash",
        "external_id",
        "error_code",
        "attempts",
    }
)


class RecordAdmin(ReadOnly, ActingAdmin):
    """A list to look things up in."""

    show_full_result_count = False
    list_per_page = 50

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        """Show every field, those no form may change included."""
        names = [field.name for field in self.opts.get_fields() if not field.auto_created]
        return [readable(self.model, name) for name in names]

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Put last what only programs ask for."""
        shown = self.get_fields(request, obj)
        told = [name for name in shown if name not in TECHNICAL]
        rest = [name for name in shown if name in TECHNICAL]
        further = (_("Further details"), {"fields": rest, "classes": ["collapse"]})
        return [(None, {"fields": told}), *([further] if rest else [])]


class RecordInline(ReadOnly, TabularInline):
    """Rows of an object, to look at."""

    extra = 0

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Show what is listed in `fields`."""
        return self.fields


class ServiceAdmin(ActingAdmin):
    """Adds and changes through services, so that the event log knows; never deletes.

    A refusal of the service is shown at the form, with everything that was typed.
    """

    # What the services call the object.
    noun: ClassVar[str]
    # Chosen when it is made, and fixed from then on.
    fixed: ClassVar[tuple[str, ...]] = ("brand",)
    # What the event log finds its history by.
    told_as: ClassVar[str] = "object_id"
    formfield_overrides = {
        TextField: {"widget": AdminTextareaWidget(attrs={"rows": 4})},
        DateTimeField: {"widget": DateAndTime},
        URLField: {"assume_scheme": "https"},
    }
    show_full_result_count = False
    list_per_page = 50

    def add_by_service(self, request: HttpRequest, fields: dict[str, Any]) -> Any:
        """Make the object; each admin names its service."""
        raise NotImplementedError

    def change_by_service(self, request: HttpRequest, fields: dict[str, Any]) -> Any:
        """Change the object; `fields` has it under its noun."""
        raise NotImplementedError

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        """Show what services alone may set, and what is fixed."""
        return [*super().get_readonly_fields(request, obj), *(self.fixed if obj else ())]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Show of a new object what is asked for, and nothing that is still empty."""
        named = super().get_fields(request, obj)
        if obj is not None:
            return named
        empty = self.get_readonly_fields(request)
        return [name for name in named if name not in empty]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody deletes: the event log tells of it."""
        return False

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> Any:
        """Lead to the event log: it knows of every change, whoever made it and however."""
        log = reverse("admin:events_event_changelist")
        return HttpResponseRedirect(f"{log}?{self.told_as}={object_id}")

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: Any) -> None:
        """Call the service with what was filled in."""
        if not change:
            saved = self.add_by_service(request, {**form.cleaned_data, **change_by(request)})
        elif form.changed_data:
            fields = {name: form.cleaned_data[name] for name in form.changed_data}
            said = {self.noun: obj, "expected_version": None, **fields, **change_by(request)}
            saved = self.change_by_service(request, said)
        else:
            return
        obj.__dict__.update(saved.__dict__)

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Show a refusal as errors of the form: nothing was saved."""
        try:
            return super().changeform_view(request, *args, **kwargs)
        except DomainError as refusal:
            request.refusal = refusal  # type: ignore[attr-defined]  # for get_form
            return super().changeform_view(request, *args, **kwargs)

    def get_form(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Return the form; once refused, one that says so."""
        form = super().get_form(request, *args, **kwargs)
        refusal = getattr(request, "refusal", None)
        return form if refusal is None else _refused(form, refusal)


def _refused(form: Any, refusal: DomainError) -> Any:
    class RefusedForm(form):  # type: ignore[misc]  # made for this one request
        def clean(self) -> None:
            super().clean()
            for place, sentences in (refusal.errors or {"": [refusal.detail]}).items():
                field, _dot, inside = place.partition(".")
                own = f"{field}_{inside}"
                shown = [
                    f"{place}: {text}" if inside and own not in self.fields else text
                    for text in sentences
                ]
                named = own if own in self.fields else field
                self.add_error(named if named in self.fields else None, shown)

    return RefusedForm


class ReasonActionForm(ActionForm):
    """The choice of an action, with room for a reason."""

    reason = forms.CharField(required=False, label=_("Reason:"), max_length=2_000)


def service_action(
    service: Callable[..., Any],
    noun: str,
    label: Any,
    *,
    gives_reason: bool = False,
    gives: Sequence[str] = (),
    permission: str = "change",
) -> Any:
    """Return an action that calls the service for each chosen object and shows refusals.

    The service is given what was typed into the fields named in `gives`, as text.
    """
    asked = [*gives, *(["reason"] if gives_reason else [])]

    @admin.action(description=label, permissions=[permission])
    def act(self: Any, request: HttpRequest, chosen: Any) -> HttpResponse | None:
        more = {name: request.POST.get(name, "") for name in asked}
        for thing in chosen:
            try:
                service(**{noun: thing}, expected_version=None, **more, **change_by(request))
            except DomainError as refusal:
                self.message_user(request, f"{thing}: {said_by(refusal)}", messages.ERROR)
            else:
                # What follows in brackets tells how to fill in the form.
                done = force_str(label).partition(" (")[0]
                self.message_user(request, f"{thing}: {done}", messages.SUCCESS)
        return None

    act.__name__ = service.__name__
    return act


def said_by(refusal: DomainError) -> str:
    """Return a refusal in one line: what it says of each field, or at all."""
    by_field = [text for texts in refusal.errors.values() for text in texts]
    return " ".join(str(text) for text in by_field or [refusal.detail])
