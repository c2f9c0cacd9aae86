"""What can be asked of metrics: of what, since when, in which buckets."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

from crisisapi.accounts.api.fields import BrandField, VisibleField
from crisisapi.common.fields import MomentField
from crisisapi.common.filters import refuse_unknown
from monitoring.models import Query
from monitoring.rules.windows import DAY, FIVE_MINUTES, HOUR, Window, align, fitting_width
from monitoring.selectors.metrics import BUCKETS_LIMIT

WIDTHS = {"5m": FIVE_MINUTES, "1h": HOUR, "1d": DAY}
NAMES = {width: name for name, width in WIDTHS.items()}


class MetricsTermsSerializer(serializers.Serializer[Any]):
    bucket = serializers.ChoiceField(
        choices=list(WIDTHS),
        required=False,
        help_text="5m, 1h or 1d (of UTC); by default what fits the length.",
    )
    platform = serializers.RegexField(
        r"^[a-z0-9_-]{1,30}$", required=False, help_text="Only this platform."
    )
    language = serializers.RegexField(
        r"^[a-z]{2,3}$", required=False, help_text="Only this language, ISO 639-1 or und."
    )


class WindowTermsSerializer(serializers.Serializer[Any]):
    """A stretch of time; its parts are taken over by whoever asks for more."""

    since = MomentField(required=False, help_text="From; a day ago by default.")
    until = MomentField(required=False, help_text="Until; now by default.")


class BrandMetricsTermsSerializer(MetricsTermsSerializer, WindowTermsSerializer):
    brand = BrandField()
    query = VisibleField(
        queryset=Query.objects.all(), required=False, help_text="Only what this query found."
    )


OF_PART = [
    OpenApiParameter("platform", str, description="Only this platform, e.g. x."),
    OpenApiParameter("language", str, description="Only this language, e.g. he."),
]
BUCKETS = [
    OpenApiParameter(
        "bucket",
        str,
        enum=list(WIDTHS),
        description="Length of a bucket; by default what fits; days are of UTC.",
    ),
    *OF_PART,
]
OF_TIME = [
    OpenApiParameter("since", datetime, description="From; a day ago by default."),
    OpenApiParameter("until", datetime, description="Until; now by default."),
]
OF_BRAND = [
    OpenApiParameter("brand", str, description="Slug; not needed with one brand."),
    OpenApiParameter(
        "query",
        {"type": "string", "format": "uuid"},
        description="Id of a query of the brand: only what it found.",
    ),
    *OF_TIME,
]


def terms_of(request: Request, checker: Any, context: Mapping[str, Any]) -> dict[str, Any]:
    """Return the checked parameters of a request; refuses those that are not declared."""
    refuse_unknown(request, set(checker().fields))
    terms = checker(data=request.query_params.dict(), context=context)
    terms.is_valid(raise_exception=True)
    return dict(terms.validated_data)


def window_of(
    terms: Mapping[str, Any],
    now: datetime,
    *,
    width: timedelta | None = None,
    names: tuple[str, str] = ("since", "until"),
) -> Window:
    """Return the window that is asked for, of a width or of the one that fits."""
    since_name, until_name = names
    try:
        until = terms.get(until_name) or now
        since = terms.get(since_name) or until - DAY
        if since >= until:
            raise ValidationError({since_name: _("Give a time before `until`.")})
        return align(since, until, width or fitting_width(until - since))
    except OverflowError as error:
        raise ValidationError({until_name: _("This is too far from today.")}) from error


def check_buckets(window: Window) -> None:
    """Refuse a window of more buckets than anybody reads."""
    if (window.end - window.start) / window.width > BUCKETS_LIMIT:
        sentence = _("More than %d buckets: ask for longer ones, or for less time.")
        raise ValidationError({"bucket": sentence % BUCKETS_LIMIT})


def check_query(terms: Mapping[str, Any]) -> None:
    """Refuse a query of another brand than the one that is asked about."""
    query = terms.get("query")
    if query is not None and query.brand_id != terms["brand"].pk:
        raise ValidationError({"query": _("This query belongs to another brand.")})
