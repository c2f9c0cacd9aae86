"""Actions on the page of an object, as in the list, and what is begun from there."""

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext

_DELETES = "delete_selected"

if TYPE_CHECKING:  # generic in the stubs only
    ModelAdmin = admin.ModelAdmin[Any]
else:
    ModelAdmin = admin.ModelAdmin


class ActingAdmin(ModelAdmin):
    """Offers the actions of the list on the page of each object too."""

    change_form_template = "crisisapi/desk/change_form.html"

    class Media:
        css = {"all": ["crisisapi/desk.css"]}

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        """Show rows of what is there; a new object has none."""
        return super().get_inlines(request, obj) if obj else []

    def further(self, obj: Any) -> list[tuple[type[Model], Mapping[str, Any]]]:
        """Return what is begun from the object: models, and what is filled in already."""
        return []

    def offered(self, obj: Any) -> Collection[str] | None:
        """Return the names of the actions that its page offers now; None: all of them."""
        return None

    def read_of(self, obj: Any) -> dict[str, Any]:
        """Return what its page gives along to an action: which state of it was read."""
        return {}

    def fill(self, form: Any, obj: Any) -> None:
        """Put into the form of the actions what can be chosen for the object."""

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Show actions and links; no buttons to save where nothing can be changed."""
        obj = kwargs.get("obj")
        if obj is not None:
            context |= self._to_act(request, obj) | {"further": self._links(request, obj)}
            if not context["adminform"].form.fields:
                names = ["show_save", "show_save_and_continue", "show_save_and_add_another"]
                context |= dict.fromkeys(names, False)
        return super().render_change_form(request, context, *args, **kwargs)

    def response_action(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Return to the page from which it was done."""
        answer = super().response_action(request, *args, **kwargs)
        if "_on_page" in request.POST and isinstance(answer, HttpResponseRedirect):
            page = f"admin:{self.opts.app_label}_{self.opts.model_name}_change"
            return redirect(page, request.POST.get("_selected_action", ""))
        return answer

    def _to_act(self, request: HttpRequest, obj: Any) -> dict[str, Any]:
        offered = self.offered(obj)
        choices = [
            (name, label)
            for name, label in self.get_action_choices(request)
            if name != _DELETES and (offered is None or not name or name in offered)
        ]
        if not any(name for name, _label in choices):
            return {}
        form = self.action_form(auto_id=False, initial=self.read_of(obj))
        form.fields["action"].choices = choices
        del form.fields["select_across"]
        self.fill(form, obj)
        page = f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist"
        return {"action_form": form, "action_address": reverse(page)}

    def _links(self, request: HttpRequest, obj: Any) -> list[tuple[str, str]]:
        return [
            (
                gettext("Add %(thing)s") % {"thing": model._meta.verbose_name},
                f"{reverse(_add_page(model))}?{urlencode(given)}",
            )
            for model, given in self.further(obj)
            if self.admin_site.get_model_admin(model).has_add_permission(request)
        ]


def _add_page(model: type[Model]) -> str:
    return f"admin:{model._meta.app_label}_{model._meta.model_name}_add"
