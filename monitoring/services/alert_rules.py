"""Alert rules: added and changed by people; never deleted, since alerts name them."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from crisisapi.accounts.models import Brand
from crisisapi.common.actors import Actor
from crisisapi.common.concurrency import differing, save_change
from crisisapi.common.errors import InvalidInput
from crisisapi.events.services.log import lock_chain, lock_for_change, record_event
from incidents.services.playbooks import published_version
from monitoring.models import AlertRule, Measure, Watched
from monitoring.models.alert_rule import LEAST_ALARMS, MOST_ALARMS

_NUMBERS = ("measure", "at_least", "window_minutes", "least_mentions")
_TOLD = ("name", "watched", "alarms_a_week", *_NUMBERS, "opens_incident", "is_active")


@transaction.atomic
def add_rule(*, brand: Brand, actor: Actor, now: datetime, **fields: Any) -> AlertRule:
    """Watch the talk of a brand, or what one of its queries finds.

    Refuses a name that is taken, a query or playbook that is not the brand's or not in use, and
    numbers that make no sense.
    """
    lock_chain(brand.pk)
    rule = AlertRule(brand=brand, created_at=now, updated_at=now, **fields)
    check_rule(rule)
    rule.save(force_insert=True)
    _record(rule, "alert_rule.added", actor, now)
    return rule


@transaction.atomic
def change_rule(
    *, rule: AlertRule, actor: Actor, now: datetime, expected_version: int | None, **fields: Any
) -> AlertRule:
    """Change what raises an alert and what follows, or put a rule to rest; refuses as `add_rule`.

    What is looked for, and in which query, stays: verdicts speak of that.
    """
    locked = lock_for_change(rule, expected_version=expected_version)
    changed = differing(locked, fields)
    if not changed:
        return locked
    for name, value in changed.items():
        setattr(locked, name, value)
    check_rule(locked)
    save_change(locked, *changed, now=now)
    _record(locked, "alert_rule.changed", actor, now, fields=sorted(changed))
    return locked


def check_rule(rule: AlertRule) -> None:
    """Refuse a rule that cannot be saved, each sentence at its field."""
    errors = {
        "name": _wrong_with_name(rule),
        "query": _wrong_with_query(rule),
        "playbook": _wrong_with_playbook(rule),
        **wrong_with_terms(rule),
    }
    found = {field: [sentence] for field, sentence in errors.items() if sentence}
    if found:
        raise InvalidInput(errors=found)


def wrong_with_terms(rule: AlertRule) -> dict[str, str]:
    """Return by field what is wrong with that which raises an alert."""
    if rule.watched == Watched.THRESHOLD:
        return _wrong_with_numbers(rule)
    needless = _("Only a number that people set asks for this. Leave it out.")
    errors = {name: needless for name in _NUMBERS if getattr(rule, name) not in ("", None)}
    if not LEAST_ALARMS <= rule.alarms_a_week <= MOST_ALARMS:
        errors["alarms_a_week"] = _("Give a number from %(least)s to %(most)s.") % {
            "least": LEAST_ALARMS,
            "most": int(MOST_ALARMS),
        }
    return errors


def _wrong_with_numbers(rule: AlertRule) -> dict[str, str]:
    errors = {}
    if not rule.measure:
        errors["measure"] = _("Say what is compared with the number.")
    if rule.at_least is None or rule.at_least <= 0:
        errors["at_least"] = _("Give the number that raises an alert, above 0.")
    elif rule.measure == Measure.NEGATIVE_SHARE and rule.at_least > 1:
        errors["at_least"] = _("A share lies between 0 and 1: 0.4 for 40 %.")
    if rule.window_minutes is None:
        errors["window_minutes"] = _("Say within how many minutes.")
    if rule.measure == Measure.NEGATIVE_SHARE:
        if not rule.least_mentions:
            errors["least_mentions"] = _("Say of how many mentions at least: 20, for instance.")
    elif rule.least_mentions is not None:
        errors["least_mentions"] = _("Only a share asks for this. Leave it out.")
    return errors


def _wrong_with_name(rule: AlertRule) -> str:
    same = AlertRule.objects.filter(brand_id=rule.brand_id, name=rule.name)
    taken = same.exclude(pk=rule.pk).exists()
    return _("The brand has an alert rule of this name.") if taken else ""


def _wrong_with_query(rule: AlertRule) -> str:
    if rule.query is None:
        return ""
    if rule.query.brand_id != rule.brand_id:
        return _("This query belongs to another brand.")
    if rule.is_active and not rule.query.is_active:
        return _("This query is at rest. Have mentions matched with it first.")
    return ""


def _wrong_with_playbook(rule: AlertRule) -> str:
    if rule.playbook is None:
        return ""
    if rule.playbook.brand_id != rule.brand_id:
        return _("This playbook belongs to another brand.")
    if published_version(rule.playbook) is None:
        return _("No version of this playbook was published yet.")
    return ""


def _record(rule: AlertRule, verb: str, actor: Actor, now: datetime, **data: object) -> None:
    record_event(
        brand_id=rule.brand_id,
        incident_id=rule.query.incident_id if rule.query else None,
        verb=verb,
        instance=rule,
        actor=actor,
        now=now,
        data={**{name: getattr(rule, name) for name in _TOLD}, **data},
    )
