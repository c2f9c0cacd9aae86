"""Talk of a simulated crisis, put into the rollups of a brand."""

from datetime import UTC, datetime

from benchmarks.storms import Scene, make_scene
from crisisapi.accounts.models import Brand
from incidents.models import Incident
from messaging.models import Publication
from monitoring.models import BucketDelta, Query
from monitoring.rules.effect.observed import STEP, Observed
from tests.factories.incidents import IncidentFactory
from tests.factories.messaging import PublicationFactory

SCENE = Scene("storm", days=5, since=8)


def tell_talk(observed: Observed, brand: Brand, query: Query | None = None) -> None:
    """Write the counts as they come, of five minutes."""
    told = (observed.mentions, observed.known, observed.negative, observed.engagement)
    BucketDelta.objects.bulk_create(
        [
            BucketDelta(
                brand=brand,
                query=query,
                platform="x",
                language="he",
                started_at=observed.started_at.astimezone(UTC) + place * STEP,
                mentions=int(mentions),
                analysed=int(mentions),
                negative=int(negative),
                neutral=int(known - negative),
                likes=int(likes),
            )
            for place, (mentions, known, negative, likes) in enumerate(zip(*told, strict=True))
            if mentions
        ]
    )


def tell_storm(
    brand: Brand, scene: Scene = SCENE, *, seed: int = 1
) -> tuple[Incident, Publication, datetime]:
    """Return an incident with a publication, and the end of what was heard after it."""
    observed, response = make_scene(scene, seed)
    tell_talk(observed, brand)
    incident = IncidentFactory(brand=brand, started_at=response.published_at - 9 * 12 * STEP)
    publication = PublicationFactory(
        message__incident=incident, status="published", published_at=response.published_at
    )
    return incident, publication, response.until
