"""Trying alert rules: what they would have raised, at several sensitivities side by side."""

import csv
import io
from collections.abc import Mapping
from typing import IO, Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser
from rest_framework.request import Request
from rest_framework.response import Response

from crisisapi.accounts.api.fields import BrandField, VisibleField
from crisisapi.accounts.api.viewsets import BrandViewSet
from crisisapi.accounts.callers import Access
from crisisapi.accounts.models import Role, Scope
from crisisapi.common.errors import InvalidInput
from crisisapi.common.fields import ShortListField
from crisisapi.common.parsers import StrictJSONParser
from incidents.models import Incident
from monitoring.api.alert_rules import TERMS
from monitoring.models import AlertRule, Query, Unit
from monitoring.models.alert_rule import LEAST_ALARMS, MOST_ALARMS
from monitoring.rules.detection.backtest import SENSITIVITIES
from monitoring.services.alert_rules import wrong_with_terms
from monitoring.services.backtests import (
    MOST_BUCKETS,
    Backtest,
    Trial,
    backtest_series,
    backtest_stored,
    incidents_known,
)

MOST_DAYS = 90
DAYS = 28
_COLUMNS = ("timestamp", "value")
_POINT = {
    "type": "object",
    "properties": {
        "timestamp": {"type": "string", "format": "date-time"},
        "value": {"type": "number"},
    },
    "required": list(_COLUMNS),
}


@extend_schema_field({"type": "array", "maxItems": MOST_BUCKETS, "items": _POINT})
class SeriesField(serializers.Field[Any, Any, Any, Any]):
    """Rows of a time and a number: counted before they are looked at."""

    default_error_messages = {
        "not_rows": _("Give a list of objects with timestamp and value."),
        "too_many": _("Give at most {most} rows."),
        "empty": _("Give at least one row."),
    }

    def to_internal_value(self, data: Any) -> list[tuple[str, str]]:
        """Return the rows as text; whether they can be read, the service says."""
        if not isinstance(data, list) or not all(_is_row(row) for row in data[:MOST_BUCKETS]):
            self.fail("not_rows")
        if len(data) > MOST_BUCKETS:
            self.fail("too_many", most=MOST_BUCKETS)
        if not data:
            self.fail("empty")
        return [(str(row["timestamp"]), str(row["value"])) for row in data]


def _is_row(row: object) -> bool:
    return isinstance(row, dict) and set(row) == set(_COLUMNS)


class SeriesCsvParser(BaseParser):
    """Read the file that `manage.py backtest` takes, into the same terms as JSON."""

    media_type = "text/csv"

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        """Return the rows; refuses what is no such file."""
        try:
            text = stream.read().decode("utf-8-sig")
            lines = list(csv.DictReader(io.StringIO(text, newline="")))
        except (UnicodeDecodeError, csv.Error) as error:
            raise ParseError(_("This is no CSV file in UTF-8.")) from error
        if lines and not set(_COLUMNS) <= set(lines[0]):
            raise ParseError(_("The first line has to name the columns timestamp and value."))
        return {"series": [{name: line[name] or "" for name in _COLUMNS} for line in lines]}


class BacktestTermsSerializer(serializers.Serializer[Any]):
    days = serializers.IntegerField(
        min_value=1,
        max_value=MOST_DAYS,
        required=False,
        default=DAYS,
        help_text=f"How many of the last days are tried; {DAYS} unless said.",
    )
    series = SeriesField(
        required=False,
        help_text="Numbers of mentions in buckets of five minutes, instead of what is stored.",
    )
    sensitivities = ShortListField(
        child=serializers.FloatField(min_value=LEAST_ALARMS, max_value=MOST_ALARMS),
        max_length=8,
        required=False,
        default=list(SENSITIVITIES),
        help_text="False alarms a week to try, beside those of the rule.",
    )
    incidents = serializers.BooleanField(
        required=False,
        default=False,
        help_text="Whether known incidents tell which alerts would have been right.",
    )


_ASKED = ("days", "series", "sensitivities", "incidents")


class NewBacktestSerializer(serializers.ModelSerializer[AlertRule]):
    """A rule that is not saved yet, and how it is tried."""

    brand = BrandField()
    query = VisibleField(
        queryset=Query.objects.all(),
        required=False,
        allow_null=True,
        help_text="Id of the query whose mentions are watched; null: all of the brand's.",
    )

    class Meta:
        model = AlertRule
        fields = ["brand", "query", "watched", *TERMS, "cool_down_minutes"]

    def get_fields(self) -> dict[str, Any]:
        """Ask for both at once."""
        return super().get_fields() | BacktestTermsSerializer().get_fields()


class BacktestAlertSerializer(serializers.Serializer[Any]):
    started_at = serializers.DateTimeField(help_text="Start of the five minutes that raise it.")
    ended_at = serializers.DateTimeField(
        allow_null=True, help_text="When the talk was back to normal."
    )
    observed = serializers.FloatField(allow_null=True, help_text="What was seen then.")
    usual = serializers.FloatField(allow_null=True, help_text="What half of the days stay below.")
    limit = serializers.FloatField(allow_null=True, help_text="What raises an alert.")
    unusual = serializers.FloatField(
        allow_null=True, help_text="Share of usual days that stay below what was seen, 0 to 1."
    )
    highest = serializers.FloatField(allow_null=True, help_text="The most until it ended.")
    incident = serializers.UUIDField(
        allow_null=True, help_text="Id of the incident it would have told of."
    )
    lead_minutes = serializers.IntegerField(
        allow_null=True, help_text="How long before that was opened it came; below 0: after it."
    )


class BacktestResultSerializer(serializers.Serializer[Any]):
    alarms_a_week = serializers.FloatField(
        allow_null=True, help_text="The sensitivity; null for numbers that people set."
    )
    sensitivity = serializers.CharField(help_text="The same in words.")
    is_present = serializers.BooleanField(help_text="Whether it is that of the rule.")
    alerts = serializers.IntegerField(help_text="How many alerts there would have been.")
    alerts_a_week = serializers.FloatField(
        allow_null=True, help_text="The same a week; null where nothing could be judged."
    )
    false_alarms = serializers.IntegerField(
        allow_null=True, help_text="Those about no incident; null unless incidents are asked for."
    )
    false_alarms_a_week = serializers.FloatField(allow_null=True, help_text="The same a week.")
    found = serializers.IntegerField(allow_null=True, help_text="How many incidents it found.")
    lead_minutes = serializers.IntegerField(
        allow_null=True,
        help_text="How long before the incidents it found were opened it told of them; the median.",
    )
    fired = BacktestAlertSerializer(many=True, help_text="What and when; at most two hundred.")


class BacktestIncidentSerializer(serializers.ModelSerializer[Incident]):
    class Meta:
        model = Incident
        fields = ["id", "reference", "title", "started_at", "opened_at", "ended_at"]
        read_only_fields = fields


class BacktestSerializer(serializers.Serializer[Any]):
    unit = serializers.ChoiceField(Unit.choices, help_text="What the numbers count.")
    since = serializers.DateTimeField(help_text="Start of what was tried.")
    until = serializers.DateTimeField(help_text="End of it.")
    weeks = serializers.FloatField(help_text="How much of it could be judged.")
    incidents = BacktestIncidentSerializer(
        many=True, allow_null=True, help_text="What happened; null unless asked for."
    )
    results = BacktestResultSerializer(many=True, help_text="The most cautious first.")


class BacktestViewSet(BrandViewSet):
    """What a rule would have raised; nothing is stored."""

    queryset = AlertRule.objects.all()
    serializer_class = BacktestSerializer
    related = ("brand", "query")
    parser_classes = [StrictJSONParser, SeriesCsvParser]
    access = dict.fromkeys(["saved", "unsaved"], Access(Role.VIEWER, Scope.MENTIONS_READ))
    terms = {"saved": BacktestTermsSerializer, "unsaved": NewBacktestSerializer}
    tag = "alert-rules"
    idempotent = False
    pagination_class = None
    filter_backends = []

    @extend_schema(
        request={"application/json": BacktestTermsSerializer, "text/csv": OpenApiTypes.STR},
        responses=BacktestSerializer,
        operation_id="backtestAlertRule",
        summary="Try an alert rule on what was",
    )
    def saved(self, request: Request, pk: Any) -> Response:
        """Say what a rule would have raised, at several sensitivities side by side.

        Over stored talk, or over a series that is sent, as JSON or as the CSV file that
        `manage.py backtest` takes. At each time only what was before it is looked at.
        """
        return self._tried(self.get_object(), self.validated())

    @extend_schema(
        request={"application/json": NewBacktestSerializer},
        responses=BacktestSerializer,
        operation_id="backtestNewAlertRule",
        summary="Try an alert rule before it is saved",
    )
    def unsaved(self, request: Request) -> Response:
        """Say what a rule would raise, by the terms of one that is not there yet."""
        said = self.validated()
        self.require(said["brand"].pk)
        asked = {name: said.pop(name) for name in _ASKED if name in said}
        rule = AlertRule(**said)
        wrong = wrong_with_terms(rule)
        if rule.query is not None and rule.query.brand_id != rule.brand_id:
            wrong["query"] = str(_("This query belongs to another brand."))
        if wrong:
            raise InvalidInput(errors={field: [sentence] for field, sentence in wrong.items()})
        return self._tried(rule, asked)

    def _tried(self, rule: AlertRule, asked: dict[str, Any]) -> Response:
        seen = Incident.objects.visible_to(self.caller)
        incidents = incidents_known(seen, rule) if asked["incidents"] else None
        trial = Trial(rule, asked["sensitivities"], incidents)
        found: Backtest = (
            backtest_series(trial, asked["series"])
            if "series" in asked
            else backtest_stored(trial, days=asked["days"], now=self.now())
        )
        return Response(BacktestSerializer(found).data)
