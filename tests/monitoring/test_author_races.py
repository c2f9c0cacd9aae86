"""A link and an erasure at the same moment: whoever is later sees the other."""

import threading
from datetime import UTC, datetime

import pytest
from django.db import connection, transaction

from crisisapi.common.actors import SYSTEM
from monitoring.models import Author, Mention
from monitoring.selectors.author_recount import find_false_authors
from monitoring.services.analysis import analyse_batch
from monitoring.services.author_counts import fold_authors
from monitoring.services.author_links import link_author
from monitoring.services.deliveries import receive_delivery
from monitoring.services.removing import remove_mentions
from tests.factories.incidents import StakeholderFactory
from tests.factories.monitoring import SourceFactory
from tests.locks import let_somebody_wait
from tests.monitoring.pushing import body_of, mention

pytestmark = pytest.mark.django_db(transaction=True)

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)


def test_an_author_who_is_forgotten_while_somebody_links_them_is_linked_to_nobody() -> None:
    source = SourceFactory()
    body = body_of(mention(1, author={"handle": "dana"}))
    receive_delivery(source=source, external_id="a", body=body, now=NOW)
    analyse_batch(now=NOW)
    fold_authors(now=NOW)
    stakeholder = StakeholderFactory(brand=source.brand)

    def forget_and_fold() -> None:
        try:
            with transaction.atomic():
                remove_mentions(["post-1"], source=source, now=NOW)
            fold_authors(now=NOW)
        finally:
            connection.close()

    forgetting = threading.Thread(target=forget_and_fold)
    with transaction.atomic():
        link_author(author=Author.objects.get(), stakeholder=stakeholder, actor=SYSTEM, now=NOW)
        forgetting.start()
        let_somebody_wait()
    forgetting.join()

    author = Author.objects.get()
    assert (author.is_known, author.stakeholder_id) == (False, None)
    assert Mention.objects.get().removed_at == NOW
    assert find_false_authors(source.brand_id) == set()


def test_two_workers_do_not_fold_at_once() -> None:
    source = SourceFactory()
    body = body_of(mention(1, author={"handle": "dana"}))
    receive_delivery(source=source, external_id="a", body=body, now=NOW)
    analyse_batch(now=NOW)
    folded: list[int] = []

    def fold() -> None:
        try:
            folded.append(fold_authors(now=NOW))
        finally:
            connection.close()

    with transaction.atomic():
        assert fold_authors(now=NOW) == 1
        other = threading.Thread(target=fold)
        other.start()
        other.join()

    assert folded == [0]
    assert Author.objects.get().mentions == 1
