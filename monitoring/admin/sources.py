"""Sources, changed through their services; a secret is shown once."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

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


class KindFilter(admin.SimpleListFilter):
    """Sources of a kind, by what people call it."""

    title = _("kind")
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Offer every kind there is."""
        return [(kind, provider.label) for kind, provider in sorted(PROVIDERS.items())]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Source]) -> QuerySet[Source]:
        """Leave those of the kind that was chosen."""
        return queryset.filter(kind=self.value()) if self.value() else queryset


@admin.register(Source)
class SourceAdmin(SetupAdmin):
    noun = "source"
    fixed = ("brand", "slug", "kind")
    asked = ("kind", "brand", "slug", "name", "platform", "is_active", "interval_seconds")
    told_first = ("health", "last_heard", "newest_mention", "asked_next")
    kinds: ClassVar[Mapping[str, SetUp]] = PROVIDERS
    list_display = ["name", "kind_shown", "platform", "brand", "state", "is_heard", "heard_at"]
    list_select_related = ["brand", "intake"]
    list_filter = [
        "brand",
        KindFilter,
        "intake__state",
        SilentFilter,
        "is_active",
    ]
    search_fields = ["name", "slug"]
    ordering = ["brand", "slug"]
    readonly_fields = [
        "kind_shown",
        "health",
        "last_heard",
        "newest_mention",
        "asked_next",
        "address",
        "previous_secret_until",
        "id",
    ]
    actions = ["test_them", "ask_them", "rotate_secrets"]

    def label_of(self, kind: str) -> Any:
        """Return what people call a kind."""
        return PROVIDERS[kind].label

    def asked_of(self, kind: str) -> Collection[str]:
        """Ask how often to ask those only that are asked."""
        asked = PROVIDERS[kind].is_fetched
        return [name for name in self.asked if asked or name != "interval_seconds"]

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Begin with the platform of the kind."""
        found: dict[str, Any] = super().get_changeform_initial_data(request)
        return {"platform": PROVIDERS[self.kind_of(request, None)].platform, **found}

    def formfield_for_dbfield(
        self, db_field: Field[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> Any:
        """Hold the interval to what the API takes."""
        if db_field.name == "interval_seconds":
            kwargs |= {"min_value": 30, "max_value": 86_400}
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    @admin.display(description=_("kind"), ordering="kind")
    def kind_shown(self, source: Source) -> str:
        """Return what people call its kind."""
        return capfirst(str(PROVIDERS[source.kind].label))

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


def _moment(source: Source, moment: datetime | None) -> str:
    """Return a time at the brand's place, as it is said in words too."""
    if moment is None:
        return "-"
    return date_format(localtime(moment, ZoneInfo(source.brand.time_zone)), "DATETIME_FORMAT")


def _show(request: HttpRequest, source: Source, secret: str) -> None:
    sentence = gettext("Signing secret of %(source)s, shown only now: %(secret)s")
    messages.warning(request, sentence % {"source": source, "secret": secret})
