"""What verdicts say of a rule, in words."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from monitoring.models import AlertRule, Verdict
from monitoring.rules.detection.learning import Learned, Marked, Reason, learn


def learn_of(rule: AlertRule, marks: list[dict[str, Any]], *, missed: int) -> Learned | None:
    """Return what the marks of a rule suggest; None for one that has no sensitivity.

    `missed` is how many incidents people opened that no alert told of.
    """
    if not rule.is_judged:
        return None
    marked = [Marked(mark["peak"], mark["verdict"] == Verdict.TRUE_ALARM) for mark in marks]
    return learn(marked, alarms_a_week=rule.alarms_a_week, missed=missed)


def said_of_learning(learned: Learned) -> str:
    """Return why a sensitivity is suggested, or none, in the active language."""
    if learned.reason is Reason.TOO_FEW:
        return ngettext(
            "Say of %(count)s more alert that is over whether it was right, and a sensitivity can "
            "be suggested.",
            "Say of %(count)s more alerts that are over whether they were right, and a sensitivity "
            "can be suggested.",
            learned.to_mark,
        ) % {"count": learned.to_mark}
    if learned.reason is Reason.SPARES_FALSE:
        return ngettext(
            "It would have spared %(count)s false alarm, and missed none of the true ones.",
            "It would have spared %(count)s false alarms, and missed none of the true ones.",
            learned.spared,
        ) % {"count": learned.spared}
    return {
        Reason.FITS: _("The sensitivity fits what people said of its alerts."),
        Reason.ALL_FALSE: _("All of its alerts were false alarms."),
        Reason.MOSTLY_TRUE: _("Nearly all of its alerts were right: it may tell more."),
        Reason.MISSED: _("It was mostly right, and missed something."),
    }[learned.reason]
