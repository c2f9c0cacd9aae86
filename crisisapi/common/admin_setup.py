"""Pages of what talks to a platform: its kind is chosen first, then its fields are filled in."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, ClassVar, Protocol

from django import forms
from django.contrib.admin.options import IS_POPUP_VAR
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from crisisapi.common.admin import ServiceAdmin
from crisisapi.common.admin_secrets import CLEARED, CredentialField, setting_field
from crisisapi.common.setup import Field

_SETTING, _CREDENTIAL = "settings_", "credentials_"


class SetUp(Protocol):
    """A kind of channel or source, as far as it is set up."""

    about: ClassVar[Any]
    settings: ClassVar[tuple[Field, ...]]
    credentials: ClassVar[tuple[Field, ...]]


class ChosenKind(forms.HiddenInput):
    """The kind that was chosen, by its name, and the way to choose another one."""

    def __init__(self, kind: str, label: object) -> None:
        super().__init__()
        self.input_type = "text"  # so that the row of the form is shown
        self.kind, self.label = kind, label

    def id_for_label(self, id_: str | None, index: Any = None) -> str:
        """Return that there is nothing to label: nothing is typed."""
        return ""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """Show its name; what was stored before is of no account."""
        return format_html(
            '<input type="hidden" name="{}" value="{}">'
            '<span class="chosen">{}</span> <a href="?kind=">{}</a>',
            name,
            self.kind,
            capfirst(str(self.label)),
            _("Choose another kind"),
        )


class SetupAdmin(ServiceAdmin):
    """A form with a field for each setting and each credential of the kind that was chosen."""

    # Fields of the form before the settings.
    asked: ClassVar[tuple[str, ...]]
    # What is looked for first when something is wrong.
    told_first: ClassVar[tuple[str, ...]] = ()
    # By the kind an object names.
    kinds: ClassVar[Mapping[str, SetUp]]

    def label_of(self, kind: str) -> Any:
        """Return what people call a kind."""
        raise NotImplementedError

    def kind_of(self, request: HttpRequest, obj: Any) -> str:
        """Return the kind a form is for."""
        if obj is not None and "kind" in self.fixed:
            return str(obj.kind)
        stored = obj.kind if obj is not None else next(iter(self.kinds))
        return self._chosen(request) or str(stored)

    def asked_of(self, kind: str) -> Collection[str]:
        """Return the fields before the settings that make sense for a kind."""
        return self.asked

    def add_with_setup(self, request: HttpRequest, fields: dict[str, Any]) -> Any:
        """Make the object; each admin names its service."""
        raise NotImplementedError

    def change_with_setup(self, request: HttpRequest, fields: dict[str, Any]) -> Any:
        """Change the object; each admin names its service."""
        raise NotImplementedError

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        """Let the kind be chosen where there is none yet, or another one is wanted."""
        is_fixed = object_id is not None and "kind" in self.fixed
        wants_choice = object_id is None or "kind" in request.GET
        if wants_choice and not is_fixed and self._chosen(request) is None:
            return self._let_choose(request, is_new=object_id is None)
        return super().changeform_view(request, object_id, form_url, extra_context)

    def get_form(self, request: HttpRequest, obj: Any = None, *args: Any, **kwargs: Any) -> Any:
        """Return the form with the fields of its kind."""
        kind = self.kind_of(request, obj)
        declared = dict(self._declared(kind, obj))
        asked = [name for name in self.asked_of(kind) if obj is None or name not in self.fixed]
        if "kind" in asked:
            named: Any = self.opts.get_field("kind")
            declared["kind"] = forms.ChoiceField(
                label=capfirst(named.verbose_name),
                choices=[(name, name) for name in self.kinds],
                widget=ChosenKind(kind, self.label_of(kind)),
            )
        kwargs["form"] = type("SetupForm", (self.form,), declared)
        kwargs["fields"] = asked
        return super().get_form(request, obj, *args, **kwargs)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Show settings and credentials after what is asked, and what is found out after them."""
        kind = self.kind_of(request, obj)
        setup = self.kinds[kind]
        asked = [self._shown(name, obj) for name in self.asked_of(kind)]
        first = list(self.told_first) if obj else []
        parts: list[tuple[Any, list[str]]] = [
            (None, [*first, *asked]),
            (_("Settings"), [_SETTING + field.name for field in setup.settings]),
            (_("Credentials"), [_CREDENTIAL + field.name for field in setup.credentials]),
        ]
        if obj and not self.has_change_permission(request, obj):
            parts[1:] = [(_("Settings"), ["settings"])]
        if obj:
            rest = [name for name in self.readonly_fields if name not in (*first, *asked)]
            parts.append((_("Further details"), rest))
        return [(title, {"fields": names}) for title, names in parts if names]

    def add_by_service(self, request: HttpRequest, fields: dict[str, Any]) -> Any:
        """Make the object, with its settings and credentials by name."""
        rest, settings, credentials = _parted(fields)
        setup = {"settings": _given(settings), "credentials": _given(credentials)}
        return self.add_with_setup(request, rest | setup)

    def change_by_service(self, request: HttpRequest, fields: dict[str, Any]) -> Any:
        """Change the object; another kind begins without what the former had."""
        rest, settings, credentials = _parted(fields)
        thing = rest[self.noun]
        if "kind" in rest:
            known = {field.name for field in self.kinds[rest["kind"]].credentials}
            credentials = dict.fromkeys(thing.credentials.keys() - known, "") | credentials
        if settings or "kind" in rest:
            known = {field.name for field in self.kinds[rest.get("kind", thing.kind)].settings}
            kept = {name: said for name, said in thing.settings.items() if name in known}
            rest["settings"] = _given({**kept, **settings})
        if credentials:
            rest["credentials"] = {
                name: "" if value is CLEARED else value for name, value in credentials.items()
            }
        return self.change_with_setup(request, rest)

    def _shown(self, name: str, obj: Any) -> str:
        return "kind_shown" if name == "kind" and obj and "kind" in self.fixed else name

    def _chosen(self, request: HttpRequest) -> str | None:
        chosen = request.POST.get("kind") or request.GET.get("kind")
        return chosen if chosen in self.kinds else None

    def _declared(self, kind: str, obj: Any) -> Iterator[tuple[str, forms.Field]]:
        setup = self.kinds[kind]
        settings = obj.settings if obj else {}
        stored = obj.credentials if obj and obj.kind == kind else {}
        for field in setup.settings:
            yield _SETTING + field.name, setting_field(field, settings.get(field.name, ""))
        for field in setup.credentials:
            is_set = bool(stored.get(field.name))
            yield _CREDENTIAL + field.name, CredentialField(field, is_set=is_set)

    def _let_choose(self, request: HttpRequest, *, is_new: bool) -> HttpResponse:
        may = self.has_add_permission if is_new else self.has_change_permission
        if not may(request):
            raise PermissionDenied
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("What kind is it?"),
            "opts": self.opts,
            "is_new": is_new,
            "is_popup": IS_POPUP_VAR in request.GET,
            "kinds": list(self._choices(request)),
        }
        return TemplateResponse(request, "crisisapi/desk/choose_kind.html", context)

    def _choices(self, request: HttpRequest) -> Iterator[tuple[str, Any, Any]]:
        """Yield for each kind where it leads, its name, and what it is."""
        for kind, setup in self.kinds.items():
            query = request.GET.copy()
            query["kind"] = kind
            yield f"?{query.urlencode()}", self.label_of(kind), setup.about


def problems_shown(problems: Iterable[tuple[object, object]]) -> SafeString:
    """Return what is wrong with a set-up, a line for each: what, and in which field."""
    return format_html_join("\n", '<p>{} <code dir="ltr">{}</code></p>', problems)


def _parted(fields: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    """Return fields of the object, its settings, and its credentials, the latter by their names."""
    rest: dict[str, Any] = {}
    settings: dict[str, Any] = {}
    credentials: dict[str, Any] = {}
    for name, value in fields.items():
        if name.startswith(_SETTING):
            settings[name.removeprefix(_SETTING)] = value
        elif name.startswith(_CREDENTIAL):
            credentials[name.removeprefix(_CREDENTIAL)] = value
        else:
            rest[name] = value
    return rest, settings, credentials


def _given(values: Mapping[str, Any]) -> dict[str, str]:
    """Return the values that were given."""
    return {name: value for name, value in values.items() if value and value is not CLEARED}
