"""Previews of what each kind of source sends, held to what its deliveries then do."""

import json
import random
from datetime import UTC, datetime
from typing import Any

import pytest

from monitoring.models import Source
from monitoring.selectors.recount import find_differences
from monitoring.services.deliveries import receive_delivery
from monitoring.services.previewing import Letter, preview_delivery
from monitoring.sources import PROVIDERS
from tests.factories.monitoring import SourceFactory
from tests.monitoring import hooting, pushing
from tests.monitoring.foretold import check_foretold
from tests.monitoring.sources import feeding, test_google_alerts
from tests.monitoring.sources.meta import facebook_says, test_instagram
from tests.monitoring.x_pages import Said, page, stored
from tests.platforms import brandwatch, mention

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)


def _json(said: Any) -> bytes:
    return json.dumps(said).encode()


def _found(*numbers: int, **fields: Any) -> bytes:
    return _json({"results": [brandwatch.a_mention(one, added=NOW, **fields) for one in numbers]})


def _listed(*numbers: int, **fields: Any) -> bytes:
    return _json({"mentions": [mention.post(one, **fields) for one in numbers]})


def _commented(*values: Any) -> bytes:
    return facebook_says.body_of(facebook_says.entry(*values))


def _under_picture(*comments: Any) -> bytes:
    return test_instagram.body_of(*map(test_instagram.change, comments))


_OURS = [
    pushing.body_of(*map(pushing.mention, range(3)), {"id": "bad"}),
    pushing.body_of(pushing.mention(1, likes=3), pushing.mention(1), pushing.mention(9)),
    pushing.body_of(pushing.mention(2, revision=4, text="It smokes", shares=2)),
    b"{",
]
_GONE = {"verb": "remove", "message": ""}
BODIES: dict[str, list[bytes]] = {
    "brandwatch": [
        _found(1, 2, 2),
        _found(2, impressions=9000),
        _found(3, pageType="twitter", guid="2081", title=None, snippet=None),
        _json({"results": [7]}),
    ],
    "facebook": [
        _commented(facebook_says.comment(1), facebook_says.comment(2), facebook_says.comment(2)),
        _commented({**facebook_says.comment(1), "verb": "edited", "message": "Not mine"}),
        _commented({**facebook_says.comment(2), **_GONE}),
        _commented({**facebook_says.comment(3), "from": {"id": "100", "name": "Rimon"}}),
        _commented(facebook_says.comment(4), {"item": "comment", "from": {"id": "777"}}),
    ],
    "file": _OURS,
    "google_alerts": [
        test_google_alerts.alert(*map(test_google_alerts.entry, (1, 2, 2))),
        test_google_alerts.alert(*map(test_google_alerts.entry, (2, 3))),
        b"<html>",
    ],
    "hootsuite": [
        _json([hooting.inbound(1), hooting.inbound(2), hooting.inbound(2)]),
        _json([hooting.inbound(3), hooting.callback(), 7]),
        _json(hooting.callback()),
    ],
    "instagram": [
        _under_picture(test_instagram.comment(1), test_instagram.comment(1)),
        _under_picture(test_instagram.comment(2), {"text": "no id"}),
        _under_picture(test_instagram.comment(3, **{"from": {"id": "178414000"}})),
        test_instagram.body_of(test_instagram.change({"media_id": "99"}, "mentions")),
    ],
    "mention": [_listed(1, 2, 2), _listed(2, 3, tone=1), _json({"mentions": [7]}), b"[]"],
    "rss": [
        feeding.rss(*map(feeding.item, ("a", "b", "b"))),
        feeding.rss(feeding.item("b", "Kettle again"), feeding.item("c")),
        b"not a feed",
    ],
    "webhook": _OURS,
    "x": [
        page([Said(1), Said(2), Said(2, counts=(3, 0, 0, 0))], [5]),
        page([Said(1, 2, "It smokes", (1, 1, 1, 1)), Said(5)]),
        page([Said(1, 1, "It smoked"), Said(3)], [2]),
        b"<html>",
    ],
}
SETTINGS = {
    "brandwatch": {"resolve_x": "yes"},
    "facebook": {"page_id": "100"},
    "instagram": {"ig_user_id": "178414000", "username": "@Rimon"},
}


def test_each_kind_of_source_has_its_samples() -> None:
    assert BODIES.keys() == PROVIDERS.keys()


@pytest.mark.parametrize("kind", sorted(BODIES))
@pytest.mark.parametrize("seed", range(3))
def test_what_a_preview_says_is_what_the_delivery_does(kind: str, seed: int) -> None:
    source: Source = SourceFactory(kind=kind, settings=SETTINGS.get(kind, {}))
    chance = random.Random(seed)
    # In the order they are sent in, then in others; each at least twice.
    bodies = [*(BODIES[kind] if not seed else []), *chance.sample(BODIES[kind] * 2, 6)]

    for number, body in enumerate(bodies):
        told = preview_delivery(source=source, letter=Letter(body), now=NOW)
        before = stored(source)
        delivery, _again = receive_delivery(
            source=source, external_id=str(number), body=body, now=NOW
        )
        check_foretold(told, delivery, before, stored(source))

    assert stored(source)
    assert find_differences(source.brand_id) == []
