"""Response effects, to look at."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from crisisapi.common.admin import RecordAdmin
from monitoring.models import EffectReason, EffectVerdict, ResponseEffect

_MEASURES = ("volume", "negative_share", "engagement")
_IN_WORDS = tuple(f"{measure}_in_words" for measure in _MEASURES)


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
        told = ("reasons", *_MEASURES)
        names = [field.name for field in ResponseEffect._meta.fields if field.name not in told]
        at = names.index("method")
        return [*names[:at], "reasons_in_words", *_IN_WORDS, *names[at:]]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        """Show the reasons in sentences beside every field."""
        return [*super().get_readonly_fields(request, obj), "reasons_in_words", *_IN_WORDS]

    @admin.display(description=_("change of the talk"))
    def volume_change(self, effect: ResponseEffect) -> str:
        """Return the 90 % interval of the relative change."""
        # Where nobody can tell, what would have come is no number to compare with.
        if not effect.volume or effect.verdict == EffectVerdict.CANNOT_TELL:
            return "—"
        change = effect.volume["relative"]
        return _span(change, "%", factor=100)

    @admin.display(description=_("volume"))
    def volume_in_words(self, effect: ResponseEffect) -> str:
        """Return how many mentions came, and how many would have come."""
        return _compared(effect.volume)

    @admin.display(description=_("negative share"))
    def negative_share_in_words(self, effect: ResponseEffect) -> str:
        """Return the share of negative ones that came, and that would have come, in per cent."""
        return _compared(effect.negative_share, "%", factor=100)

    @admin.display(description=_("engagement"))
    def engagement_in_words(self, effect: ResponseEffect) -> str:
        """Return the engagement that came, and that would have come."""
        return _compared(effect.engagement)

    @admin.display(description=_("reasons"))
    def reasons_in_words(self, effect: ResponseEffect) -> str:
        """Return why the verdict is what it is."""
        return " ".join(str(EffectReason(code).label) for code in effect.reasons)


def _compared(change: dict[str, Any] | None, unit: str = "", *, factor: float = 1) -> str:
    """Return what came, what would have come without the publication, and the difference."""
    if not change:
        return "—"
    values = {
        "observed": f"{factor * change['observed']:.0f}{unit}",
        "low": f"{factor * change['expected']['low']:.0f}",
        "high": f"{factor * change['expected']['high']:.0f}{unit}",
        "difference": _span(change["absolute"], factor=factor),
    }
    told = _("%(observed)s came, %(low)s to %(high)s would have come (difference: %(difference)s)")
    return str(told) % values


def _span(interval: dict[str, float], unit: str = "", *, factor: float = 1) -> str:
    """Return a 90 % interval with its signs, as it is read in either direction."""
    low, high = (f"{factor * interval[end]:+.0f}" for end in ("low", "high"))
    return f"\u2066{low} … {high}{f' {unit}' if unit else ''}\u2069"
