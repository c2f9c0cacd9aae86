"""A message that was wrong goes everywhere: by the service where it can, by people elsewhere."""

import pytest
import time_machine

from tests.journeys.callers import Caller
from tests.journeys.speaking import Speaking, work

pytestmark = pytest.mark.django_db

WORDS = "Series K2-114 may be used again."
NEWSROOM = "https://news.example/k2"


def test_one_call_takes_a_message_down_and_says_where_people_have_to(
    noa: Caller,
    daniel: Caller,
    boss: Caller,
    platforms: Speaking,
    clock: time_machine.Traveller,
) -> None:
    newsroom = boss.post("channels/", name="Newsroom", platform="press", kind="manual")["id"]
    channels = [platforms.channels["mastodon"], platforms.channels["bluesky"], newsroom]
    incident = noa.post("incidents/", title="Handles crack", kind="product_safety", severity=2)
    said = {"title": "Use it again", "purpose": "update", "language": "en", "body": WORDS}
    path = f"messages/{noa.post('messages/', incident=incident['id'], **said)['id']}/"
    submitted = noa.post(f"{path}submit/")
    daniel.post(f"{path}approve/", revision=submitted["revision"])
    daniel.post(f"{path}publish/", channels=channels)
    work(clock)
    rows = {row["channel"]: row for row in noa.rows("publications/", message=submitted["id"])}
    by_hand = f"publications/{rows[newsroom]['id']}/"
    noa.post(f"{by_hand}record/", url=NEWSROOM)
    assert noa.get(path)["status"] == "published"

    assert noa.refused(f"{path}withdraw/", reason="It is not safe.") == "permission_denied"
    daniel.post(f"{path}withdraw/", reason="It is not safe.")
    work(clock)

    # Where the platform lets us, it is gone; elsewhere somebody is asked, and it is still there.
    for kind in ("mastodon", "bluesky"):
        assert platforms.texts(kind) == []
        gone = noa.get(f"publications/{rows[platforms.channels[kind]]['id']}/")
        assert (gone["status"], gone["withdrawal_reason"]) == ("withdrawn", "It is not safe.")
    left = noa.get(by_hand)
    assert (left["status"], left["waits_on_person"]) == ("withdrawing", True)
    assert left["url"] == NEWSROOM
    assert "Newsroom" in left["instructions"]
    assert noa.get(path)["status"] != "withdrawn"

    noa.post(f"{by_hand}record-withdrawal/")

    assert noa.get(by_hand)["status"] == "withdrawn"
    assert noa.get(path)["status"] == "withdrawn"
    told = noa.verbs(incident["id"])
    assert told.count("publication.withdrawn") == len(channels)
    assert told.count("message.withdrawn") == 1
