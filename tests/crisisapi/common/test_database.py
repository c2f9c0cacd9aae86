"""What each connection to the database begins with."""

import pytest
from django.db import connection


@pytest.mark.django_db(transaction=True)
def test_a_new_connection_reads_without_helpers() -> None:
    connection.close()

    with connection.cursor() as cursor:
        cursor.execute("SHOW max_parallel_workers_per_gather")

        assert cursor.fetchone() == ("0",)
