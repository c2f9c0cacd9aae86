"""Walking down what Brandwatch has found: all of it, once, wherever a run ends."""

import json
from collections import Counter
from collections.abc import Mapping
from datetime import timedelta
from itertools import islice
from typing import Any

import pytest
import time_machine

from monitoring.models import Delivery, Intake, Source
from monitoring.sources.base import Account
from monitoring.sources.brandwatch import PROVIDER
from monitoring.sources.http import Calls
from tests.monitoring.sources.brandwatch.asking import BEFORE, NOW, asked, fetch, numbers
from tests.platforms.brandwatch import FakeBrandwatch, a_mention
from tests.servers import FakeServer, Reply

pytestmark = pytest.mark.django_db


def test_far_more_than_ten_thousand_are_walked_down_by_runs_that_are_killed_anywhere(
    brandwatch: FakeBrandwatch, server: FakeServer
) -> None:
    brandwatch.add(*range(12_000), added=BEFORE - timedelta(hours=1))
    brandwatch.add(*range(12_000, 12_500), added=BEFORE)
    settings = {"project_id": "7", "query_ids": "77", "api_base": server.url}
    credentials = {"username": "ella", "password": brandwatch.password}
    account = Account(settings=settings, credentials=credentials)
    cursor: Mapping[str, Any] = {}
    found: Counter[str] = Counter()

    for pages in (1, 3, 2, 9, 9):
        # What comes behind the last stored page was asked for, and is lost with the worker.
        run = PROVIDER.fetch(account, cursor, Calls(), now=NOW)
        for page in islice(run, pages):
            cursor = json.loads(json.dumps(page.cursor))
            found.update(one.id for one in PROVIDER.parse(account, page.body, now=NOW).mentions)
        next(run, None)
        brandwatch.add(20_000 + pages, added=NOW - timedelta(minutes=pages))

    assert {int(one, 16) for one in found} == {*range(12_500), 20_001, 20_002, 20_003, 20_009}
    # Twice comes only what shares a page with the overlap; it is known by its id.
    assert max(found[f"{number:032x}"] for number in range(10_000)) == 1


def test_a_walk_that_is_broken_off_after_each_page_goes_on_and_misses_nothing_added_meanwhile(
    brandwatch: FakeBrandwatch, source: Source
) -> None:
    brandwatch.add(*range(4_100), added=BEFORE)
    turns = 0

    intake = fetch(source, seconds=0)
    while "walk" in intake.cursor:
        turns += 1
        brandwatch.add(10_000 + turns, added=NOW - timedelta(minutes=10 - turns))
        intake = fetch(source, seconds=0)
    fetch(source)

    assert turns == 2
    assert numbers() == [*range(4_100), 10_001, 10_002]


def test_a_worker_killed_behind_a_page_is_followed_by_another(
    brandwatch: FakeBrandwatch, source: Source, clock: time_machine.Traveller
) -> None:
    brandwatch.add(*range(2_100), added=BEFORE)
    fetch(source, seconds=0)
    Intake.objects.update(lease=source.pk, leased_until=NOW + timedelta(seconds=90))
    fetch(source)
    alone = numbers()
    clock.shift(91)

    fetch(source)

    assert alone == list(range(100, 2_100))
    assert numbers() == list(range(2_100))


def test_what_is_found_late_is_brought(brandwatch: FakeBrandwatch, source: Source) -> None:
    brandwatch.add(1, added=BEFORE)
    fetch(source)
    old = "2026-02-10T08:00:00.000+0000"
    brandwatch.add(2, added=NOW - timedelta(minutes=1), date=old)
    # Shown only now, although it was added a little before the newest one.
    brandwatch.add(3, added=BEFORE - timedelta(minutes=4))

    fetch(source)

    assert numbers() == [1, 2, 3]


def test_asking_in_vain_leaves_no_trace(
    brandwatch: FakeBrandwatch, server: FakeServer, source: Source, clock: time_machine.Traveller
) -> None:
    brandwatch.add(*range(150), added=NOW - timedelta(minutes=2))
    fetch(source)
    clock.shift(600)
    fetch(source)
    kept = Delivery.objects.count()
    before = len(server.of("GET"))
    clock.shift(600)

    fetch(source)

    assert [one["pageSize"] for one in asked(server)[before:]] == ["100", "2000"]
    assert Delivery.objects.count() == kept


def test_a_small_page_that_is_not_enough_is_followed_by_one_that_is(
    brandwatch: FakeBrandwatch, server: FakeServer, source: Source
) -> None:
    brandwatch.add(1, added=NOW - timedelta(minutes=10))
    fetch(source)
    for number in range(2, 152):
        brandwatch.add(number, added=NOW - timedelta(seconds=152 - number))

    fetch(source)

    assert numbers() == list(range(1, 152))
    assert [one["pageSize"] for one in asked(server)] == ["2000", "100", "1090"]


def test_a_cursor_that_brandwatch_forgot_begins_the_walk_anew(
    brandwatch: FakeBrandwatch, source: Source
) -> None:
    brandwatch.add(*range(2_100), added=BEFORE)
    intake = fetch(source, seconds=0)
    brandwatch.stale.add(intake.cursor["walk"]["next"])
    brandwatch.mentions.pop()

    intake = fetch(source)

    assert numbers() == list(range(2_100))
    assert (intake.state, intake.error_code) == ("active", "")
    assert "walk" not in intake.cursor


def test_an_empty_page_with_a_next_link_is_not_the_end(
    brandwatch: FakeBrandwatch, server: FakeServer, source: Source
) -> None:
    brandwatch.add(1, 2, added=BEFORE)
    brandwatch.instead.append(Reply(200, {"results": [], "nextCursor": "z"}))

    fetch(source)

    assert numbers() == [1, 2]
    assert [one.get("cursor") for one in asked(server)] == [None, "z"]


def test_empty_pages_without_an_end_are_given_up(
    brandwatch: FakeBrandwatch, server: FakeServer, source: Source
) -> None:
    brandwatch.instead.extend(
        Reply(200, {"results": [], "nextCursor": f"z{turn}"}) for turn in range(20)
    )

    intake = fetch(source)

    assert intake.state == "active"
    assert len(server.of("GET")) == 4


def test_half_a_page_is_gone_on_from(brandwatch: FakeBrandwatch, source: Source) -> None:
    brandwatch.add(1, 2, 3, added=BEFORE)
    half = a_mention(3, added=BEFORE + timedelta(milliseconds=2))
    cursor = f"{half['added']}_{half['resourceId']}"
    brandwatch.instead.append(Reply(200, {"results": [half], "nextCursor": cursor}))

    fetch(source)

    assert numbers() == [1, 2, 3]
