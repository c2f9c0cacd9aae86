"""Reports made by workers: ordered, made once, kept, removed."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule

from crisisapi.accounts.models import Brand
from crisisapi.common.actors import SYSTEM
from crisisapi.events.models import Event
from incidents.services.merging import merge_incident
from monitoring.models import Erasure, Report, ReportMail, ReportState
from monitoring.services import reports as services
from monitoring.services.erasing import erase_next
from monitoring.services.erasures import Author, request_erasure
from monitoring.services.report_building import NotTold
from monitoring.services.report_writing import WrittenReport
from tests.factories.incidents import IncidentFactory
from tests.factories.monitoring import (
    ErasureFactory,
    ReportFactory,
    ReportRecipientFactory,
    ReportScheduleFactory,
)
from tests.machines import DatabaseMachine, walk

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 6, 11, 18, 40, tzinfo=UTC)


def _ordered(brand: Brand, **terms: Any) -> Report:
    incident = IncidentFactory(brand=brand, started_at=NOW - timedelta(hours=3))
    return services.order_report(
        incident=incident, language="en", format="csv", actor=SYSTEM, now=NOW, **terms
    )


def test_a_report_that_was_ordered_is_made_and_kept(brand: Brand) -> None:
    report = _ordered(brand)

    assert services.make_next(now=NOW)

    report.refresh_from_db()
    assert (report.state, report.progress, report.size) == (
        "ready",
        100,
        len(report.content or b""),
    )
    assert services.file_of(report).content.decode("utf-8-sig").startswith("started_at,")
    verbs = Event.objects.filter(object_id=report.pk).order_by("position")
    assert list(verbs.values_list("verb", flat=True)) == ["report.ordered", "report.made"]


def test_a_report_is_made_once(brand: Brand) -> None:
    _ordered(brand)
    services.make_next(now=NOW)

    assert not services.make_next(now=NOW)


def test_a_report_of_a_worker_that_died_is_made_by_another(brand: Brand) -> None:
    report = _ordered(brand)
    Report.objects.update(state="making", claimed_at=NOW, attempts=1)

    early = services.make_next(now=NOW + timedelta(minutes=2))
    late = services.make_next(now=NOW + timedelta(minutes=4))

    report.refresh_from_db()
    assert (early, late, report.state, report.attempts) == (False, True, "ready", 2)


def test_a_report_that_kills_its_workers_is_given_up(brand: Brand) -> None:
    report = _ordered(brand)
    Report.objects.update(state="making", claimed_at=NOW, attempts=services.ATTEMPTS)

    services.make_next(now=NOW + timedelta(minutes=4))

    report.refresh_from_db()
    assert (report.state, report.error_code) == ("failed", "gave_up")


def test_a_worker_that_comes_back_too_late_keeps_nothing(brand: Brand) -> None:
    report = _ordered(brand)
    Report.objects.update(state="making", claimed_at=NOW + timedelta(minutes=5), attempts=2)

    services._keep(report, WrittenReport(b"old", "text/csv", "x.csv"), 0, NOW)

    report.refresh_from_db()
    assert (report.state, report.content) == ("making", None)


def test_there_is_no_file_before_it_is_made(brand: Brand) -> None:
    with pytest.raises(services.ReportNotReady):
        services.file_of(_ordered(brand))


def test_a_report_to_a_public_that_is_told_nothing_is_refused(brand: Brand) -> None:
    with pytest.raises(NotTold):
        _ordered(brand, audience="public")


def test_what_is_withdrawn_meanwhile_makes_the_report_fail(brand: Brand) -> None:
    report = _ordered(brand)
    Report.objects.update(audience="public")

    services.make_next(now=NOW)

    report.refresh_from_db()
    assert (report.state, report.error_code) == ("failed", "not_told")


def test_reports_that_wait_are_bounded(brand: Brand) -> None:
    ReportFactory.create_batch(
        services.OPEN_LIMIT, incident__brand=brand, state="waiting", content=None
    )

    with pytest.raises(services.TooManyReports):
        _ordered(brand)


def test_a_file_is_removed_when_its_time_is_over(brand: Brand, settings: object) -> None:
    report = _ordered(brand)
    services.make_next(now=NOW)

    services.expire_reports(now=NOW + timedelta(days=29))
    early = services.file_of(Report.objects.get(pk=report.pk))
    services.expire_reports(now=NOW + timedelta(days=30))

    assert early.content
    with pytest.raises(services.ReportGone):
        services.file_of(Report.objects.get(pk=report.pk))


def test_when_an_author_is_forgotten_no_file_of_the_brand_is_kept(brand: Brand) -> None:
    mine, others = ReportFactory(incident__brand=brand), ReportFactory()
    author = Author(platform="x", handle="noa")
    request_erasure(brand=brand, author=author, reason="Request 17", actor=SYSTEM, now=NOW)

    while erase_next(now=NOW):
        pass

    mine.refresh_from_db()
    others.refresh_from_db()
    assert (mine.state, mine.content, mine.error_code) == ("removed", None, "erased")
    assert others.state == "ready"


def test_what_was_read_before_somebody_was_forgotten_is_not_kept(brand: Brand) -> None:
    report = _ordered(brand)
    Report.objects.update(state="making", claimed_at=NOW, attempts=1)
    before = services._forgotten(report)
    ErasureFactory(brand=brand, state="done", finished_at=NOW - timedelta(hours=1))

    services._keep(report, WrittenReport(b"names noa", "text/csv", "x.csv"), before, NOW)

    report.refresh_from_db()
    assert (report.state, report.content) == ("waiting", None)


def test_reports_go_on_with_the_incident_that_theirs_was_merged_into(brand: Brand) -> None:
    report, into = ReportFactory(incident__brand=brand), IncidentFactory(brand=brand)

    merge_incident(
        incident=report.incident,
        into=into,
        reason="One story",
        actor=SYSTEM,
        now=NOW + timedelta(days=900),
        expected_version=None,
    )

    report.refresh_from_db()
    assert report.incident_id == into.pk


class Making(DatabaseMachine):
    """Workers that make, die and come back, while authors are forgotten and time goes by."""

    @initialize()
    def begin(self) -> None:
        recipient = ReportRecipientFactory(schedule__incident__started_at=NOW)
        self.schedule, self.now = recipient.schedule, NOW
        self.held: list[tuple[Report, int, datetime]] = []

    @rule()
    def order(self) -> None:
        self._pass(1)
        slot = self.schedule
        slot.next_due_at = self.now
        services.order_of_schedule(slot, now=self.now)

    @rule()
    def make(self) -> None:
        self._pass(1)
        services.make_next(now=self.now)

    @rule()
    def read_and_stand_still(self) -> None:
        self._pass(1)
        for report in Report.objects.to_make(lost_before=self.now - services.LOST_AFTER)[:1]:
            claim = {"state": "making", "claimed_at": self.now, "attempts": 1}
            Report.objects.filter(pk=report.pk).update(**claim)
            self.held.append((report, services._forgotten(report), self.now))

    @rule(place=st.integers(0, 3))
    def come_back(self, place: int) -> None:
        for report, forgotten, claimed_at in self.held[place : place + 1]:
            stale = WrittenReport(f"{forgotten}".encode(), "text/csv", "x.csv")
            services._keep(report, stale, forgotten, claimed_at)

    @rule()
    def forget_somebody(self) -> None:
        self._pass(1)
        ErasureFactory(brand=self.schedule.brand, state="done", finished_at=self.now)
        services.drop_reports(brand_id=self.schedule.brand_id)

    @rule(minutes=st.integers(1, 10))
    def wait(self, minutes: int) -> None:
        self._pass(60 * minutes)

    @invariant()
    def no_file_is_older_than_who_was_forgotten(self) -> None:
        done = Erasure.objects.count()
        read = [
            bytes(content or b"")
            for content in Report.objects.exclude(content=None).values_list("content", flat=True)
        ]
        assert all(one.isdigit() is False or int(one) == done for one in read)

    @invariant()
    def each_report_is_mailed_at_most_once(self) -> None:
        mails = list(ReportMail.objects.values_list("report_id", flat=True))
        assert len(mails) == len(set(mails))

    @invariant()
    def only_what_is_ready_has_a_file(self) -> None:
        assert not Report.objects.filter(state=ReportState.READY, content=None).exists()

    def _pass(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)


def test_whatever_dies_no_file_outlives_who_was_forgotten() -> None:
    walk(Making)


def test_a_schedule_orders_one_report_a_slot(brand: Brand) -> None:
    schedule = ReportScheduleFactory(incident__brand=brand)

    services.order_of_schedule(schedule, now=NOW)

    with pytest.raises(Exception, match="monitoring_report_slot"):
        services.order_of_schedule(schedule, now=NOW)
