"""The task that publishes."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from messaging.models import Message, Publication
from messaging.tasks import perform_publications
from tests.factories.messaging import MessageFactory, PublicationFactory


@pytest.mark.django_db
def test_every_pending_publication_is_attempted() -> None:
    PublicationFactory.create_batch(3)

    perform_publications()

    assert (
        list(Publication.objects.values_list("status", "attempts")) == [("awaiting_person", 1)] * 3
    )


@pytest.mark.django_db
def test_running_twice_attempts_once() -> None:
    publication = PublicationFactory()

    perform_publications()
    perform_publications()

    publication.refresh_from_db()
    assert publication.attempts == 1


@pytest.mark.django_db
def test_an_attempt_broken_off_is_unknown_and_not_tried_again() -> None:
    begun = timezone.now() - timedelta(minutes=6)
    publication = PublicationFactory(status="attempting", attempts=1, attempted_at=begun)

    perform_publications()

    publication.refresh_from_db()
    assert (publication.status, publication.attempts) == ("unknown", 1)


@pytest.mark.django_db(transaction=True)
def test_two_workers_attempt_each_publication_once() -> None:
    message = MessageFactory(status="publishing")
    PublicationFactory.create_batch(8, message=message)

    def work(_number: int) -> None:
        try:
            perform_publications()
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(work, range(2)))

    rows: Callable[..., Any] = Publication.objects.values_list
    assert set(rows("status", "attempts")) == {("awaiting_person", 1)}
    assert Message.objects.get().status == "publishing"
