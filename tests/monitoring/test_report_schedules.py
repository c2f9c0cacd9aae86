"""Reports by mail: whom they may reach, each slot once, until the incident is over."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from django.core import mail as outbox
from django.core.mail import EmailMessage
from django.test import Client

from crisisapi.accounts.models import Brand, Member, Role, User
from crisisapi.common.actors import SYSTEM
from crisisapi.common.errors import InvalidInput
from crisisapi.common.mail import MailSession
from crisisapi.events.models import Event
from incidents.models import Incident
from incidents.services.incidents import change_incident, decline_incident
from incidents.services.merging import merge_incident
from monitoring.models import Report, ReportMail, ReportRecipient, ReportSchedule
from monitoring.services import report_mails as mails
from monitoring.services import report_schedules as services
from monitoring.services.report_letters import token_of
from monitoring.services.reports import make_next
from tests.factories.accounts import MemberFactory, UserFactory
from tests.factories.incidents import IncidentFactory
from tests.factories.monitoring import ReportMailFactory, ReportRecipientFactory

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 6, 11, 18, 40, tzinfo=UTC)
MORNING = datetime(2026, 6, 12, 6, tzinfo=UTC)
BOARD = "board@example.org"


@pytest.fixture
def incident(brand: Brand) -> Incident:
    return IncidentFactory(brand=brand, started_at=NOW - timedelta(hours=3), opened_at=NOW)


@pytest.fixture
def noa(brand: Brand) -> User:
    return MemberFactory(brand=brand, role=Role.VIEWER, user__email="noa@example.org").user


def _scheduled(incident: Incident, **terms: Any) -> ReportSchedule:
    asked: dict[str, Any] = {
        "people": [],
        "addresses": [BOARD],
        "language": "he",
        "format": "csv",
        "cadence": "daily",
        "at": time(9),
    }
    return services.schedule_report(incident=incident, actor=SYSTEM, now=NOW, **asked | terms)


def _work(now: datetime) -> list[EmailMessage]:
    """Do what the task does; return what was sent."""
    services.order_due(now=now)
    while make_next(now=now):
        pass
    outbox.outbox.clear()
    with MailSession() as session:
        for mail_id in mails.due_report_mails(now=now, limit=99):
            mails.send_report_mail(mail_id=mail_id, session=session, clock=lambda: now)
    return list(outbox.outbox)


def test_a_slot_is_mailed_with_the_report_in_its_language(incident: Incident, noa: User) -> None:
    _scheduled(incident, people=[noa])

    before, sent = _work(MORNING - timedelta(minutes=1)), _work(MORNING)

    assert before == []
    assert sorted(mail.to[0] for mail in sent) == [BOARD, "noa@example.org"]
    (name, content, media_type) = sent[0].attachments[0]
    assert (name, media_type) == (f"{incident.reference}-2026-06-12.csv", "text/csv")
    assert "started_at" in str(content)


def test_a_slot_is_mailed_once(incident: Incident) -> None:
    schedule = _scheduled(incident)
    _work(MORNING)

    again = _work(MORNING + timedelta(minutes=1))

    schedule.refresh_from_db()
    assert again == []
    assert schedule.next_due_at == MORNING + timedelta(days=1)


def test_slots_that_were_missed_are_made_up_for_by_one_report(incident: Incident) -> None:
    _scheduled(incident, cadence="hours", at=None, hours=2)

    sent = _work(NOW + timedelta(days=2))

    assert len(sent) == 1
    assert Report.objects.count() == 1


def test_a_mail_whose_attempt_broke_off_is_never_sent_again(incident: Incident) -> None:
    _scheduled(incident)
    services.order_due(now=MORNING)
    make_next(now=MORNING)
    mails._claim(ReportMail.objects.get().pk, MORNING)

    sent = _work(MORNING + timedelta(minutes=11))
    mails.give_up_report_mails(now=MORNING + timedelta(minutes=11))

    assert sent == []
    assert ReportMail.objects.get().status == "unknown"


def test_who_may_not_read_the_incident_any_more_gets_no_more(incident: Incident, noa: User) -> None:
    _scheduled(incident, people=[noa])
    Member.objects.filter(user=noa).delete()

    sent = _work(MORNING)

    assert [mail.to for mail in sent] == [[BOARD]]


def test_what_is_restricted_meanwhile_stays_inside(incident: Incident, noa: User) -> None:
    _scheduled(incident, people=[noa])
    change_incident(
        incident=incident, actor=SYSTEM, now=NOW, expected_version=None, visibility="restricted"
    )

    assert _work(MORNING) == []
    assert set(ReportMail.objects.values_list("status", flat=True)) == {"cancelled"}


def test_a_file_that_was_removed_before_it_was_sent_is_not_sent(incident: Incident) -> None:
    mail = ReportMailFactory(
        report__incident=incident, report__state="removed", report__content=None
    )

    with MailSession() as session:
        mails.send_report_mail(mail_id=mail.pk, session=session, clock=lambda: NOW)

    mail.refresh_from_db()
    assert (mail.status, outbox.outbox) == ("cancelled", [])


def test_a_schedule_ends_with_its_incident(incident: Incident) -> None:
    schedule = _scheduled(incident)

    decline_incident(incident=incident, actor=SYSTEM, now=NOW, expected_version=None, reason="No")

    schedule.refresh_from_db()
    assert schedule.ended_at == NOW
    assert _work(MORNING) == []


def test_a_schedule_goes_on_with_the_incident_that_its_own_was_merged_into(
    incident: Incident,
) -> None:
    schedule, into = _scheduled(incident), IncidentFactory(brand=incident.brand)

    merge_incident(
        incident=incident, into=into, reason="One", actor=SYSTEM, now=NOW, expected_version=None
    )

    schedule.refresh_from_db()
    assert (schedule.incident_id, schedule.ended_at) == (into.pk, None)


@pytest.mark.parametrize(
    ("terms", "field"),
    [
        ({"at": None}, "at"),
        ({"hours": 3}, "hours"),
        ({"cadence": "weekly"}, "weekday"),
        ({"addresses": ["nobody"]}, "addresses"),
        ({"addresses": []}, "people"),
    ],
)
def test_what_cannot_be_mailed_is_refused(
    incident: Incident, terms: dict[str, Any], field: str
) -> None:
    with pytest.raises(InvalidInput) as refusal:
        _scheduled(incident, **terms)

    assert set(refusal.value.errors) == {field}


def test_people_who_may_not_read_the_incident_are_refused(incident: Incident) -> None:
    with pytest.raises(InvalidInput) as refusal:
        _scheduled(incident, people=[UserFactory(email="x@example.org")])

    assert set(refusal.value.errors) == {"people"}


def test_a_restricted_incident_is_mailed_to_no_address(brand: Brand) -> None:
    incident = IncidentFactory(brand=brand, visibility="restricted")

    with pytest.raises(InvalidInput) as refusal:
        _scheduled(incident)

    assert set(refusal.value.errors) == {"addresses"}


def test_nothing_is_scheduled_for_an_incident_that_is_over(brand: Brand) -> None:
    with pytest.raises(services.IncidentOver):
        _scheduled(IncidentFactory(brand=brand, status="closed"))


def test_a_member_leaves_and_the_others_stay(incident: Incident, noa: User) -> None:
    schedule = _scheduled(incident, people=[noa])

    services.leave_schedule(schedule=schedule, person_id=noa.pk, now=NOW)

    assert [mail.to for mail in _work(MORNING)] == [[BOARD]]
    with pytest.raises(services.NotARecipient):
        services.leave_schedule(schedule=schedule, person_id=noa.pk, now=NOW)


def test_one_click_in_a_mail_program_leaves(incident: Incident) -> None:
    _scheduled(incident)
    (sent,) = _work(MORNING)
    link = sent.extra_headers["List-Unsubscribe"].strip("<>")

    answer = Client().post(link[link.index("/report-mails/") :], {"List-Unsubscribe": "One-Click"})

    recipient = ReportRecipient.objects.get()
    assert answer.status_code == 200
    assert (recipient.left_at is None, recipient.address) == (False, "")
    assert Event.objects.filter(verb="report_schedule.left").count() == 1


def test_looking_at_the_link_makes_nobody_leave() -> None:
    recipient = ReportRecipientFactory()

    page = Client().get(f"/report-mails/{token_of(recipient)}/", headers={"Accept-Language": "he"})

    recipient.refresh_from_db()
    assert recipient.left_at is None
    assert 'dir="rtl"' in page.content.decode()


def test_a_link_that_is_not_ours_leads_nowhere() -> None:
    assert Client().post("/report-mails/abc/").status_code == 404


def test_a_change_of_the_time_moves_the_next_slot(incident: Incident) -> None:
    schedule = _scheduled(incident)

    changed = services.change_schedule(
        schedule=schedule, actor=SYSTEM, now=NOW, cadence="hours", hours=6
    )

    assert (changed.at, changed.hours) == (None, 6)
    assert changed.next_due_at == datetime(2026, 6, 11, 21, tzinfo=UTC)


def test_other_recipients_take_the_place_of_those_there_were(incident: Incident, noa: User) -> None:
    schedule = _scheduled(incident)

    services.change_schedule(schedule=schedule, actor=SYSTEM, now=NOW, people=[noa], addresses=[])

    assert [mail.to for mail in _work(MORNING)] == [["noa@example.org"]]


def test_a_schedule_that_ended_is_not_changed(incident: Incident) -> None:
    schedule = _scheduled(incident)
    services.end_schedule(schedule=schedule, actor=SYSTEM, now=NOW)

    for act in (services.end_schedule, services.change_schedule):
        with pytest.raises(services.ScheduleEnded):
            act(schedule=schedule, actor=SYSTEM, now=NOW)


def test_addresses_are_kept_encrypted(incident: Incident) -> None:
    _scheduled(incident)

    stored = ReportRecipient.objects.extra(select={"raw": "address::text"}).values_list("raw")

    assert BOARD not in str(list(stored))


def test_mails_name_the_reference_and_not_the_title(incident: Incident) -> None:
    _scheduled(incident)

    (sent,) = _work(MORNING)

    assert incident.reference in sent.subject
    assert incident.title not in f"{sent.subject} {sent.body}"
