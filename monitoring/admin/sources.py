"""Sources, changed through their services; a secret is shown once."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.db.models import Field, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.timezone import localtime
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from crisisapi.common.admin import change_by, said_by
from crisisapi.common.admin_setup import SetUp, SetupAdmin
from crisisapi.common.errors import DomainError
from crisisapi.common.nudges import nudge
from monitoring.models import Source
from monitoring.selectors.health import health_in_words
from monitoring.services.sources import change_source, create_source, rotate_secret
from monitoring.services.trying import sync_source, try_source
from monitoring.sources import PROVIDERS
from monitoring.tasks import fetch_one

OVERLAP = timedelta(hours=24)
# What is looked for first when something is wrong.
_HEARD = ("health", "last_heard", "newest_mention", "asked_next")
_KINDS = sorted((kind, provider.label) for kind, provider in PROVIDERS.items())


class SilentFilter(admin.SimpleListFilter):
    """Sources of which nothing comes although it usually would."""

    title = _("silence")
    parameter_name = "silent"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Offer those that are silent, and those that are not."""
        return [("yes", _("Silent")), ("no", _("Not silent"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Source]) -> QuerySet[Source]:
        """Leave those that were chosen."""
        if self.value() not in ("yes", "no"):
            return queryset
        return queryset.filter(intake__silent_since__isnull=self.value() == "no")


@admin.register(Source)
class SourceAdmin(SetupAdmin):
    noun = "source"
    fixed = ("brand", "slug", "kind")
    asked = ("brand", "slug", "name", "kind", "platform", "is_active", "interval_seconds")
    kinds: ClassVar[Mapping[str, SetUp]] = PROVIDERS
    list_display = ["name", "kind", "platform", "brand", "state", "is_heard", "heard_at"]
    list_select_related = ["brand", "intake"]
    list_filter = [
        "brand",
        "kind",
        "intake__state",
        SilentFilter,
        "is_active",
    ]
    search_fields = ["name", "slug"]
    ordering = ["brand", "slug"]
    readonly_fields = [
        "stored_credentials",
        "health",
        "last_heard",
        "newest_mention",
        "asked_next",
        "address",
        "previous_secret_until",
        "id",
    ]
    actions = ["test_them", "ask_them", "rotate_secrets"]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Begin with how it is heard, once there is something to hear."""
        named = super().get_fields(request, obj)
        first = [name for name in _HEARD if name in named]
        return [*first, *(name for name in named if name not in first)]

    def formfield_for_dbfield(
        self, db_field: Field[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> Any:
        """Let the kind be chosen, and hold the interval to what the API takes."""
        if db_field.name == "kind":
            return forms.ChoiceField(
                label=capfirst(db_field.verbose_name),
                choices=_KINDS,
                initial="webhook",
                help_text=_kinds(),
            )
        if db_field.name == "interval_seconds":
            kwargs |= {"min_value": 30, "max_value": 86_400}
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    @admin.display(description=_("state"), ordering="intake__state")
    def state(self, source: Source) -> str:
        """Return how well it is heard."""
        return source.intake.get_state_display()

    @admin.display(description=_("is heard"), boolean=True)
    def is_heard(self, source: Source) -> bool | None:
        """Say whether all is well; nothing where it is paused."""
        intake = source.intake
        if not source.is_active:
            return None
        return intake.state == "active" and not intake.silent_since

    @admin.display(description=_("how it is heard"))
    def health(self, source: Source) -> SafeString:
        """Say it in words."""
        said = [(sentence,) for sentence in health_in_words(source, now=timezone.now())]
        return format_html_join("\n", "<p>{}</p>", said)

    @admin.display(description=_("heard at"), ordering="intake__heard_at")
    def heard_at(self, source: Source) -> Any:
        """Return when something new came last."""
        return source.intake.heard_at

    @admin.display(description=_("heard at"))
    def last_heard(self, source: Source) -> str:
        """Return when something new came last."""
        return _moment(source, source.intake.heard_at)

    @admin.display(description=_("newest mention"))
    def newest_mention(self, source: Source) -> str:
        """Return when its newest mention was said."""
        return _moment(source, source.intake.newest_at)

    @admin.display(description=_("asked next"))
    def asked_next(self, source: Source) -> str:
        """Return when it is asked next, where it is asked."""
        asked = PROVIDERS[source.kind].is_fetched and source.is_active
        return _moment(source, source.intake.due_at if asked else None)

    @admin.display(description=_("address of its webhook"))
    def address(self, source: Source) -> SafeString | str:
        """Return where it pushes to, where it pushes."""
        if not PROVIDERS[source.kind].is_pushed:
            return "-"
        path = reverse("source-webhook", kwargs={"pk": source.pk})
        return format_html('<code dir="ltr">{}{}</code>', settings.PUBLIC_URL, path)

    def add_with_setup(self, request: HttpRequest, fields: dict[str, Any]) -> Source:
        """Make a source, and show its secret where it is ours."""
        source, secret = create_source(**fields)
        if secret:
            _show(request, source, secret)
        return source

    def change_with_setup(self, request: HttpRequest, fields: dict[str, Any]) -> Source:
        """Change name or platform, how it is asked, or whether it takes anything."""
        return change_source(**fields)

    @admin.action(description=_("Test it (nothing is stored)"), permissions=["change"])
    def test_them(self, request: HttpRequest, queryset: QuerySet[Source]) -> None:
        """Ask the platform of each chosen source whether it would work, and say what is wrong."""
        for source in queryset:
            problems = try_source(source=source, now=timezone.now())
            for problem in problems:
                said = f"{source}: {problem.sentence} {problem.field}".rstrip()
                self.message_user(request, said, messages.ERROR)
            if not problems:
                said = gettext("%(source)s: it works.") % {"source": source}
                self.message_user(request, said, messages.SUCCESS)

    @admin.action(description=_("Ask it now"), permissions=["change"])
    def ask_them(self, request: HttpRequest, queryset: QuerySet[Source]) -> None:
        """Have each chosen source asked at once."""
        for source in queryset:
            try:
                sync_source(source=source, **change_by(request))
            except DomainError as refusal:
                self.message_user(request, f"{source}: {said_by(refusal)}", messages.ERROR)
                continue
            nudge(fetch_one, str(source.pk))
            said = gettext("%(source)s: it is asked now.") % {"source": source}
            self.message_user(request, said, messages.SUCCESS)

    @admin.action(
        description=_("Rotate the secret; the old one signs another day"), permissions=["change"]
    )
    def rotate_secrets(self, request: HttpRequest, queryset: QuerySet[Source]) -> None:
        """Give each chosen source a new secret, and show it."""
        for source in queryset:
            try:
                changed, secret = rotate_secret(
                    source=source, overlap=OVERLAP, expected_version=None, **change_by(request)
                )
            except DomainError as refusal:
                self.message_user(request, f"{source}: {said_by(refusal)}", messages.ERROR)
            else:
                _show(request, changed, secret)


def _kinds() -> SafeString:
    """Return a link for each kind: to the form with its fields alone."""
    links = format_html_join(" · ", '<a href="?kind={}">{}</a>', _KINDS)
    return format_html("{} {}", _("Only what is needed for:"), links)


def _moment(source: Source, moment: datetime | None) -> str:
    """Return a time at the brand's place, as it is said in words too."""
    if moment is None:
        return "-"
    return date_format(localtime(moment, ZoneInfo(source.brand.time_zone)), "DATETIME_FORMAT")


def _show(request: HttpRequest, source: Source, secret: str) -> None:
    sentence = gettext("Signing secret of %(source)s, shown only now: %(secret)s")
    messages.warning(request, sentence % {"source": source, "secret": secret})
