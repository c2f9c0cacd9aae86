"""Alerts, to look at with their chart; what people make of them are actions."""

from base64 import b64encode
from collections.abc import Collection
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from crisisapi.common.admin import ReasonActionForm, RecordAdmin, service_action
from crisisapi.common.admin_json import column_of
from incidents.admin.columns import incident_link
from monitoring.models import Alert, AlertStatus, Verdict
from monitoring.rules.charts import Size, draw
from monitoring.selectors.alerts import authors_of, examples_of
from monitoring.services import alerts as services
from monitoring.services.alert_courses import chart_course
from monitoring.services.alert_words import number_told, said_of

_SIZE = Size(900, 440)
_VERDICTS = ("say_it_was_right", "say_it_was_wrong")
_OFFERED = {
    AlertStatus.OPEN: ("acknowledge_alert", "resolve_alert", "dismiss_alert"),
    AlertStatus.ACKNOWLEDGED: ("resolve_alert", "dismiss_alert"),
}
_READ = [
    "said",
    "status",
    "incident_link",
    "chart",
    "terms_in_words",
    "platforms_in_words",
    "authors",
    "examples",
    "joined",
]
_PARTS = ("unusual", "most_unusual")


def _told(name: str) -> Any:
    """A read-only field that tells a number in its unit, named and explained as its column is."""

    @admin.display(description=column_of(Alert, name).verbose_name)
    def told(alert: Alert) -> str:
        value = getattr(alert, name)
        if name in _PARTS:
            return "-" if value is None else f"{value:.1%}"
        return number_told(value, alert.unit) or "-"

    told.__name__ = name
    return told


_STORED = [
    "rule",
    "query",
    "watched",
    "started_at",
    "ended_at",
    "unit",
    _told("observed"),
    _told("usual"),
    _told("limit"),
    _told("unusual"),
    _told("highest"),
    _told("most_unusual"),
    "first",
    "due_at",
    "alarm",
    "acknowledged_at",
    "acknowledged_by",
    "settled_at",
    "settled_by",
    "reason",
    "verdict",
    "verdict_by",
    "id",
    "brand",
    "version",
    "created_at",
    "updated_at",
]


def say_it_was_right(*, alert: Alert, **said: Any) -> Alert:
    """Say that there was something to see."""
    return services.give_verdict(alert=alert, verdict=Verdict.TRUE_ALARM, **said)


def say_it_was_wrong(*, alert: Alert, **said: Any) -> Alert:
    """Say that there was nothing to see."""
    return services.give_verdict(alert=alert, verdict=Verdict.FALSE_ALARM, **said)


@admin.register(Alert)
class AlertAdmin(RecordAdmin):
    """What the rules found, the newest first."""

    list_display = ["said", "status", "verdict", incident_link, "started_at", "ended_at", "brand"]
    list_filter = [
        "brand",
        "status",
        "watched",
        "verdict",
        ("ended_at", admin.EmptyFieldListFilter),
        ("first", admin.EmptyFieldListFilter),
        "started_at",
    ]
    list_select_related = ["brand", "rule", "incident"]
    search_fields = ["rule__name", "incident__reference", "incident__title", "reason"]
    ordering = ["-created_at", "-id"]
    action_form = ReasonActionForm
    actions = [
        service_action(services.acknowledge_alert, "alert", _("Take it on"), permission="decide"),
        service_action(
            services.resolve_alert,
            "alert",
            _("Resolve it (a reason may go along)"),
            gives_reason=True,
            permission="decide",
        ),
        service_action(
            services.dismiss_alert,
            "alert",
            _("Dismiss it (give a reason)"),
            gives_reason=True,
            permission="decide",
        ),
        service_action(say_it_was_right, "alert", _("It was a true alarm"), permission="decide"),
        service_action(say_it_was_wrong, "alert", _("It was a false alarm"), permission="decide"),
    ]

    def offered(self, obj: Alert) -> Collection[str]:
        """Offer what its status allows, and verdicts at any time."""
        return (*_OFFERED.get(AlertStatus(obj.status), ()), *_VERDICTS)

    def has_decide_permission(self, request: HttpRequest) -> bool:
        """Decide: those who may change alerts, though no field of one is edited here."""
        return request.user.has_perm("monitoring.change_alert")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        """Show it in words and as a picture before its numbers."""
        return [*_READ, *_STORED]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        """Show what is listed."""
        return self.get_fields(request, obj)

    @admin.display(description=_("what was noticed"))
    def said(self, alert: Alert) -> str:
        """Return its sentence."""
        return said_of(alert)

    @admin.display(description=_("incident"))
    def incident_link(self, alert: Alert) -> SafeString | str:
        """Return a link to its incident."""
        return incident_link(alert)

    @admin.display(description=_("chart"))
    def chart(self, alert: Alert) -> SafeString:
        """Draw it beside what is usual."""
        chart = chart_course(alert, now=timezone.now())
        drawn = b64encode(draw(chart, _SIZE).encode()).decode()
        return format_html(
            '<img src="data:image/svg+xml;base64,{}" alt="{}" width="{}" style="max-width:100%">',
            drawn,
            chart.words.summary,
            _SIZE.width,
        )

    @admin.display(description=_("what is said more than usual"))
    def terms_in_words(self, alert: Alert) -> str:
        """Return the words it is about."""
        return " · ".join(alert.terms) or "-"

    @admin.display(description=_("platforms"))
    def platforms_in_words(self, alert: Alert) -> str:
        """Return where it grew, with the part of each."""
        return ", ".join(f"{one['platform']} {one['part']:.0%}" for one in alert.platforms) or "-"

    @admin.display(description=_("authors"))
    def authors(self, alert: Alert) -> SafeString | str:
        """Return who drives it, as far as they are known."""
        found: list[Any] = authors_of(alert)
        rows = [
            (reverse("admin:monitoring_author_change", args=[one.pk]), one.known["handle"])
            for one in found
        ]
        return format_html_join(", ", '<a href="{}"><bdi>{}</bdi></a>', rows) or "-"

    @admin.display(description=_("examples"))
    def examples(self, alert: Alert) -> SafeString | str:
        """Return what is said, as far as it is still there."""
        rows = [
            (reverse("admin:monitoring_mention_change", args=[one.pk]), one.text[:280])
            for one in examples_of(alert)
        ]
        listed = format_html_join("", '<li><a href="{}" dir="auto">{}</a></li>', rows)
        return format_html("<ul>{}</ul>", listed) if rows else "-"

    @admin.display(description=_("alerts that joined it"))
    def joined(self, alert: Alert) -> SafeString | str:
        """Return those of the same storm."""
        rows = [
            (reverse("admin:monitoring_alert_change", args=[one.pk]), said_of(one))
            for one in alert.others.select_related("rule").order_by("started_at", "id")
        ]
        listed = format_html_join("", '<li><a href="{}">{}</a></li>', rows)
        return format_html("<ul>{}</ul>", listed) if rows else "-"
