"""Alerts in words: what was seen beside what is usual, in the language of who reads it."""

from django.utils.translation import gettext_lazy as _

from incidents.models import add_sentences, sentence_of
from monitoring.models import Alert, Unit

add_sentences(
    {
        "alert.raised:mentions_an_hour": _(
            "%(name)s: %(observed)s mentions an hour, usually up to %(usual)s."
        ),
        "alert.raised:reach_an_hour": _(
            "%(name)s: %(observed)s people reached an hour, usually up to %(usual)s."
        ),
        "alert.raised:share": _("%(name)s: %(observed)s negative, usually up to %(usual)s."),
        "alert.raised:share_only": _("%(name)s: %(observed)s negative."),
        "alert.raised:hours": _(
            "%(name)s: nothing for %(observed)s hours, usually %(usual)s mentions an hour."
        ),
        "alert.raised:mentions": _("%(name)s: %(observed)s mentions."),
        "alert.raised:reach": _("%(name)s: %(observed)s people reached."),
        "alert.raised:reach_of_author": _(
            "%(name)s: one account reaches %(observed)s people in a day, usually up to %(usual)s."
        ),
        "alert.due_soon": _("Nobody has acknowledged the alert “%(name)s” yet."),
        "alert.late": _("Nobody has acknowledged the alert “%(name)s” in time."),
        "alert.subsided": _("%(name)s: the talk is back to normal."),
    }
)


def said_of(alert: Alert) -> str:
    """Return what an alert says, in the active language."""
    return sentence_of("alert.raised", details_of(alert))


def details_of(alert: Alert) -> dict[str, str]:
    """Return what the sentence of an alert is made of."""
    is_compared = alert.usual is not None
    kind = "share_only" if alert.unit == Unit.SHARE and not is_compared else alert.unit
    said = {name: number_told(getattr(alert, name), alert.unit) for name in ("observed", "usual")}
    return {"name": alert.rule.name, "kind": kind, **said}


def number_told(value: float | None, unit: str) -> str:
    """Return a number of an alert as it is told: a share in percent, others as they are counted."""
    if value is None:
        return ""
    if unit == Unit.SHARE:
        return f"{value:.0%}"
    return f"{value:,.0f}" if value >= 10 or value == round(value) else f"{value:.1f}"
