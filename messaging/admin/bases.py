"""What the admin shows and never changes, and what it changes through the services."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone

from crisisapi.common.actors import Actor

if TYPE_CHECKING:
    ModelAdmin = admin.ModelAdmin[Any]
    TabularInline = admin.TabularInline[Any, Any]
else:  # generic in the stubs only
    ModelAdmin = admin.ModelAdmin
    TabularInline = admin.TabularInline


class ReadOnly:
    """Nothing is added, changed or deleted here: that would break what the services promise."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody adds."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody changes."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody deletes."""
        return False


class RecordAdmin(ReadOnly, ModelAdmin):
    """A list to look things up in."""

    show_full_result_count = False
    list_per_page = 50

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Show every field, those no form may change included."""
        return [field.name for field in self.opts.get_fields() if not field.auto_created]


class RecordInline(ReadOnly, TabularInline):
    """Rows of an object, to look at."""

    extra = 0

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Show what is listed in `fields`."""
        return self.fields


class ServiceAdmin(ModelAdmin):
    """Adds and changes through services, so that the event log knows; never deletes."""

    # What the services call the object, and the two services.
    noun: ClassVar[str]
    add: ClassVar[Callable[..., Any]]
    change: ClassVar[Callable[..., Any]]
    list_select_related = ["brand"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Keep the brand once it is chosen."""
        return ["brand"] if obj else []

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody deletes what others refer to; set it inactive."""
        return False

    def save_model(
        self,
        request: HttpRequest,
        obj: Any,
        form: Any,
        change: bool,  # noqa: FBT001 - Django's signature
    ) -> None:
        """Call the service with what was filled in."""
        said = {"actor": Actor("user", request.user.pk), "now": timezone.now()}
        if not change:
            type(self).add(id=obj.pk, **form.cleaned_data, **said)
        elif form.changed_data:
            fields = {name: form.cleaned_data[name] for name in form.changed_data}
            type(self).change(**{self.noun: obj}, expected_version=None, **fields, **said)
