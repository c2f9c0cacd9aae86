"""The course of an alert by the terms of its rule, as numbers and as a chart."""

from datetime import datetime

from monitoring.models import Alert
from monitoring.rules.charts import TimeChart
from monitoring.selectors.alert_series import AlertSeries, read_alert_series
from monitoring.selectors.charts.alerts import alert_chart
from monitoring.services.alert_words import said_of
from monitoring.services.judging import OTHERWISE, terms_of


def read_course(alert: Alert, *, now: datetime) -> AlertSeries:
    """Return what came around an alert, judged as its rule judges now."""
    terms = None if alert.watched in OTHERWISE else terms_of(alert.rule)
    return read_alert_series(alert, terms, now=now)


def chart_course(alert: Alert, *, now: datetime) -> TimeChart:
    """Return the chart of an alert in the active language."""
    return alert_chart(read_course(alert, now=now), said_of(alert))
