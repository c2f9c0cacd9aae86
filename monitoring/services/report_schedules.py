"""Reports that are mailed again and again: set up, changed, ended, and ordered slot by slot."""

from collections.abc import Sequence
from datetime import datetime, time
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from crisisapi.accounts.models import User
from crisisapi.accounts.selectors.circles import readers_among
from crisisapi.common.actors import SYSTEM, Actor
from crisisapi.common.concurrency import save_change
from crisisapi.common.errors import DomainError, InvalidInput
from crisisapi.events.services.log import lock_chain, lock_for_change, record_event
from incidents.models import Incident
from messaging.rules.mail_addresses import cleaned
from monitoring.models import Cadence, ReportAudience, ReportRecipient, ReportSchedule
from monitoring.rules.reports.slots import next_slot
from monitoring.services.report_building import story_of
from monitoring.services.reports import order_of_schedule

_NEEDED = {
    Cadence.HOURS: {"hours"},
    Cadence.DAILY: {"at"},
    Cadence.WEEKLY: {"at", "weekday"},
}
_TIMES = ("hours", "at", "weekday")


class IncidentOver(DomainError):
    """Nothing more is told of it."""

    code = "incident_over"
    detail = _("This incident is over: order a report of it instead.")


class ScheduleEnded(DomainError):
    """There is nothing to change or to leave."""

    code = "schedule_ended"
    detail = _("This schedule has ended. Set up another one.")


class NotARecipient(DomainError):
    """There is nothing to leave."""

    code = "not_a_recipient"
    detail = _("You are not among its recipients.")


@transaction.atomic
def schedule_report(
    *,
    incident: Incident,
    people: Sequence[User],
    addresses: Sequence[str],
    actor: Actor,
    now: datetime,
    **terms: Any,
) -> ReportSchedule:
    """Have the report of an incident made and mailed again and again, until it is over.

    Refuses an incident that is over, times that do not fit the cadence, nobody to write to, people
    who may not read it, and addresses outside of the brand for what is restricted.
    """
    lock_chain(incident.brand_id)
    schedule = ReportSchedule(
        brand_id=incident.brand_id,
        incident=incident,
        created_by_id=actor.person_id,
        created_at=now,
        updated_at=now,
        **terms,
    )
    _check(schedule, now)
    schedule.next_due_at = _next(schedule, after=now)
    schedule.save()
    _write_to(schedule, people, addresses)
    _record(schedule, "report_schedule.created", actor, now)
    return schedule


@transaction.atomic
def change_schedule(
    *,
    schedule: ReportSchedule,
    actor: Actor,
    now: datetime,
    expected_version: int | None = None,
    people: Sequence[User] | None = None,
    addresses: Sequence[str] | None = None,
    **terms: Any,
) -> ReportSchedule:
    """Change when, what and to whom; refuses what `schedule_report` does, and one that ended."""
    locked = lock_for_change(schedule, expected_version=expected_version)
    if locked.ended_at is not None:
        raise ScheduleEnded
    if "cadence" in terms:
        terms = {**dict.fromkeys(_TIMES), **terms}
    for name, value in terms.items():
        setattr(locked, name, value)
    _check(locked, now)
    if {"cadence", *_TIMES} & set(terms):
        locked.next_due_at = _next(locked, after=now)
    if people is not None or addresses is not None:
        _rewrite(locked, people, addresses)
    save_change(locked, *terms, "next_due_at", now=now)
    _record(locked, "report_schedule.changed", actor, now, fields=sorted(terms))
    return locked


@transaction.atomic
def end_schedule(
    *,
    schedule: ReportSchedule,
    actor: Actor,
    now: datetime,
    expected_version: int | None = None,
) -> ReportSchedule:
    """End a schedule; what was ordered is still sent. Refuses one that ended."""
    locked = lock_for_change(schedule, expected_version=expected_version)
    if locked.ended_at is not None:
        raise ScheduleEnded
    _end(locked, actor, now)
    return locked


def end_of_incident(*, incident_id: UUID, now: datetime) -> None:
    """End the schedules of an incident that is over, in the transaction that ends it."""
    going = ReportSchedule.objects.filter(incident_id=incident_id, ended_at=None)
    for schedule in going.order_by("pk").select_for_update(of=("self",), no_key=True):
        _end(schedule, SYSTEM, now)


@transaction.atomic
def leave_schedule(*, schedule: ReportSchedule, person_id: UUID | None, now: datetime) -> None:
    """Write to a member no more; raises `NotARecipient` for who is none."""
    lock_chain(schedule.brand_id)
    mine = ReportRecipient.objects.filter(schedule=schedule, person_id=person_id, left_at=None)
    recipient = mine.exclude(person_id=None).first()
    if recipient is None:
        raise NotARecipient
    _leave(recipient, now)


@transaction.atomic
def leave_by_link(*, recipient_id: str, now: datetime) -> bool:
    """Write no more to whom a mail was sent; False where nobody is left to leave."""
    found = ReportRecipient.objects.select_related("schedule").filter(pk=recipient_id).first()
    if found is None:
        return False
    lock_chain(found.schedule.brand_id)
    if ReportRecipient.objects.filter(pk=found.pk, left_at=None).exists():
        _leave(found, now)
    return True


def order_due(*, now: datetime) -> int:
    """Order the report of every slot that has come; return how many.

    Slots that were missed while nobody worked are made up for by one report.
    """
    due = ReportSchedule.objects.due(now=now).order_by("next_due_at", "id")
    return sum(_order(pk, now) for pk in due.values_list("pk", flat=True)[:100])


@transaction.atomic
def _order(pk: UUID, now: datetime) -> bool:
    found = ReportSchedule.objects.filter(pk=pk).values_list("brand_id", flat=True).first()
    if found is None:
        return False
    lock_chain(found)
    rows = ReportSchedule.objects.due(now=now).select_related("incident__brand")
    schedule = rows.filter(pk=pk).select_for_update(of=("self",), no_key=True).first()
    if schedule is None:
        return False
    if schedule.incident.is_over:
        _end(schedule, SYSTEM, now)
        return False
    order_of_schedule(schedule, now=now)
    ReportSchedule.objects.filter(pk=pk).update(next_due_at=_next(schedule, after=now))
    return True


def _check(schedule: ReportSchedule, now: datetime) -> None:
    if schedule.incident.is_over:
        raise IncidentOver
    needed = _NEEDED[Cadence(schedule.cadence)]
    missing = [name for name in sorted(needed) if getattr(schedule, name) is None]
    spare = [name for name in _TIMES if name not in needed and getattr(schedule, name) is not None]
    errors = {name: [_("Give this for this cadence.")] for name in missing}
    errors |= {name: [_("Leave this out for this cadence.")] for name in spare}
    if errors:
        raise InvalidInput(errors=errors)
    story_of(schedule.incident, audience=schedule.audience, now=now)


def _next(schedule: ReportSchedule, *, after: datetime) -> datetime:
    at: time | None = schedule.at
    return next_slot(
        hours=schedule.hours,
        at=at,
        weekday=schedule.weekday,
        after=after,
        zone=ZoneInfo(schedule.incident.brand.time_zone),
    )


def _rewrite(
    schedule: ReportSchedule, people: Sequence[User] | None, addresses: Sequence[str] | None
) -> None:
    """Put other recipients in the place of those there are; who left stays away until named."""
    standing = ReportRecipient.objects.filter(schedule=schedule, left_at=None)
    kept = standing.select_related("person")
    if people is None:
        people = [one.person for one in kept if one.person is not None]
    if addresses is None:
        addresses = [one.address for one in kept if one.person is None]
    schedule.recipients.all().delete()
    _write_to(schedule, people, addresses)


def _write_to(schedule: ReportSchedule, people: Sequence[User], addresses: Sequence[str]) -> None:
    people = list(dict.fromkeys(people))
    written = list(dict.fromkeys(_cleaned(addresses)))
    if not people and not written:
        raise InvalidInput(errors={"people": [_("Name at least one recipient.")]})
    _check_readers(schedule, people)
    is_public = schedule.audience == ReportAudience.PUBLIC
    if written and schedule.incident.is_restricted and not is_public:
        sentence = _("A restricted incident is told only to those who have a part in it.")
        raise InvalidInput(errors={"addresses": [sentence]})
    ReportRecipient.objects.bulk_create(
        [
            *(ReportRecipient(schedule=schedule, person=person) for person in people),
            *(ReportRecipient(schedule=schedule, address=address) for address in written),
        ]
    )


def _check_readers(schedule: ReportSchedule, people: Sequence[User]) -> None:
    readers = readers_among(
        [person.pk for person in people],
        brand_id=schedule.brand_id,
        subject_id=schedule.incident_id,
    )
    if len(readers) < len(people):
        sentence = _("Name only members of the brand who may read the incident.")
        raise InvalidInput(errors={"people": [sentence]})
    if any(not person.email for person in people):
        raise InvalidInput(errors={"people": [_("Name only people with an e-mail address.")]})


def _cleaned(addresses: Sequence[str]) -> list[str]:
    written = [cleaned(address) for address in addresses]
    if not all(written):
        raise InvalidInput(errors={"addresses": [_("Give addresses of e-mail.")]})
    return written


def _leave(recipient: ReportRecipient, now: datetime) -> None:
    ReportRecipient.objects.filter(pk=recipient.pk).update(left_at=now, address="")
    _record(recipient.schedule, "report_schedule.left", SYSTEM, now)


def _end(schedule: ReportSchedule, actor: Actor, now: datetime) -> None:
    schedule.ended_at = now
    save_change(schedule, "ended_at", now=now)
    _record(schedule, "report_schedule.ended", actor, now)


def _record(
    schedule: ReportSchedule, verb: str, actor: Actor, now: datetime, **more: object
) -> None:
    told = {"audience": schedule.audience, "cadence": schedule.cadence, "format": schedule.format}
    record_event(
        brand_id=schedule.brand_id,
        incident_id=schedule.incident_id,
        verb=verb,
        instance=schedule,
        actor=actor,
        now=now,
        data={**told, **more},
    )
