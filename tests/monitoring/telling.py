"""Having something told, read and put together."""

from datetime import UTC, datetime, timedelta

from monitoring.models import Source
from monitoring.services.analysis import analyse_batch
from monitoring.services.deliveries import receive_delivery
from monitoring.services.grouping import group_next
from tests.monitoring.pushing import body_of, mention

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)


def tell(source: Source, *texts: str, first: int = 0) -> None:
    """Have one account after the other say a text, a minute apart, from noon on."""
    sent = [
        mention(
            first + place,
            text=text,
            author={"handle": f"teller{first + place}"},
            published_at=(NOW + timedelta(minutes=first + place)).isoformat(),
        )
        for place, text in enumerate(texts)
    ]
    receive_delivery(source=source, external_id=f"msg_{first}", body=body_of(*sent), now=NOW)
    read_and_group()


def read_and_group() -> None:
    """Do what the workers do until nothing is left."""
    while analyse_batch(now=NOW):
        pass
    while group_next(now=NOW):
        pass
