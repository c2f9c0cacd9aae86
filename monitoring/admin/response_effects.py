"""Response effects, to look at."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from crisisapi.common.admin import RecordAdmin
from monitoring.models import EffectReason, ResponseEffect


@admin.register(ResponseEffect)
class ResponseEffectAdmin(RecordAdmin):
    """What publications did to the talk, the latest measurement first."""

    list_display = ["publication", "number", "verdict", "volume_change", "until", "brand"]
    list_filter = ["brand", "verdict", "measured_at"]
    list_select_related = ["brand", "publication__message", "publication__channel"]
    search_fields = ["publication__message__title"]
    ordering = ["-measured_at", "-id"]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        """Tell the reasons in sentences."""
        names = [field.name for field in ResponseEffect._meta.fields if field.name != "reasons"]
        return [*names, "reasons_in_words"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        """Show the reasons in sentences beside every field."""
        return [*super().get_readonly_fields(request, obj), "reasons_in_words"]

    @admin.display(description=_("change of the talk"))
    def volume_change(self, effect: ResponseEffect) -> str:
        """Return the 90 % interval of the relative change."""
        if not effect.volume:
            return "—"
        change = effect.volume["relative"]
        return f"{100 * change['low']:+.0f} … {100 * change['high']:+.0f} %"

    @admin.display(description=_("reasons"))
    def reasons_in_words(self, effect: ResponseEffect) -> str:
        """Return why the verdict is what it is."""
        return " ".join(str(EffectReason(code).label) for code in effect.reasons)
