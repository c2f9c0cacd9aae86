"""The chart of an alert: what came, what is usual, and from where on an alert is raised."""

from django.utils.translation import gettext as _

from monitoring.models import Unit
from monitoring.rules.charts import Line, Marker, TimeChart
from monitoring.rules.charts.palette import BLUE, GREEN, VERMILLION
from monitoring.selectors.alert_series import AlertSeries
from monitoring.selectors.charts.wording import marker_texts, plain_words, quoted, zone_text


def alert_chart(series: AlertSeries, said: str) -> TimeChart:
    """Return the course of an alert with the band of what is usual; `said` is its sentence."""
    name = quoted(series.alert.rule.name)
    markers = _markers(series)
    beside = [said, *_notes(series), *marker_texts(series, markers), zone_text(series)]
    title = _("Alert “%(name)s”: %(unit)s") % {"name": name, "unit": _unit_text(series)}
    return TimeChart(
        words=plain_words(title, said, *beside),
        start=series.since,
        end=series.until,
        zone=series.zone,
        lines=_lines(series),
        unit="share" if series.unit == Unit.SHARE else "count",
        markers=markers,
    )


def _unit_text(series: AlertSeries) -> str:
    """Return what is counted, as a title says it: a share is drawn in per cent."""
    if series.unit == Unit.SHARE:
        return _("share of negative mentions")
    minutes = series.alert.rule.window_minutes
    if minutes is None:
        return str(series.unit.label)
    return _("%(unit)s in %(minutes)s minutes") % {"unit": series.unit.label, "minutes": minutes}


def _lines(series: AlertSeries) -> list[Line]:
    points = series.points
    observed = [(one.started_at, one.observed) for one in points]
    usual = [(one.started_at, one.usual) for one in points]
    band = [None if one.limit is None else (0.0, one.limit) for one in points]
    lines = [Line(_("seen"), BLUE, observed, is_filled=True)]
    if any(one.usual is not None for one in points):
        return [*lines, Line(_("usual"), GREEN, usual, dash="6 4", band=band)]
    limit = [(one.started_at, one.limit) for one in points]
    if any(one.limit is not None for one in points):
        lines.append(Line(_("limit"), VERMILLION, limit, dash="6 4"))
    return lines


def _notes(series: AlertSeries) -> list[str]:
    if all(one.usual is None for one in series.points):
        return []
    band = _("The band ends where an alert is raised.")
    return [band, series.alert.rule.sensitivity]


def _markers(series: AlertSeries) -> list[Marker]:
    alert = series.alert
    markers = [Marker(alert.started_at, _("noticed"))]
    if alert.ended_at is not None and alert.ended_at <= series.until:
        markers.append(Marker(alert.ended_at, _("back to normal")))
    return markers
