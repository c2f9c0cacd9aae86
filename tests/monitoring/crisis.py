"""A whole crisis, told in English or in Hebrew, for reports and for the pictures of them."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import exp

from crisisapi.accounts.models import Brand
from incidents.models import Incident
from messaging.models import Channel, Message
from monitoring.models import BucketDelta, Query, SketchDelta
from monitoring.rules.hyperloglog import sketch_of
from tests.factories.incidents import FactFactory, GoalFactory, IncidentFactory, LessonFactory
from tests.factories.messaging import ChannelFactory, MessageFactory, PublicationFactory
from tests.factories.monitoring import QueryFactory, ResponseEffectFactory

BEGAN = datetime(2026, 6, 9, 5, 40, tzinfo=UTC)
# With microseconds, as the clock has them.
NOW = BEGAN + timedelta(hours=61, microseconds=7)
_FIVE_MINUTES = timedelta(minutes=5)


@dataclass(frozen=True)
class Told:
    """The words of a crisis in one language."""

    title: str
    summary: str
    cause: str
    facts: tuple[str, str, str]
    messages: tuple[tuple[str, str], tuple[str, str]]
    goal: str
    lesson: tuple[str, str, str]
    queries: tuple[str, str, str]


ENGLISH = Told(
    "Handles of the Rimon K2 kettle crack",
    "Customers show handles of the K2 that crack when hot; one of them was scalded.\n"
    "We stopped selling series K2-114 and take every kettle back.",
    "A new supplier of the handles since March.",
    (
        "The handles of series K2-114 crack when they are hot.",
        "Every K2 is taken back without a receipt.",
        "The supplier knew of it in April.",
    ),
    (
        ("We stop selling the Rimon K2", "We stopped selling series K2-114 today."),
        ("How to give back your kettle", "Bring it to any shop; you need no receipt."),
    ),
    "Negative share below a third",
    ("Ask suppliers for heat tests", "Nobody tested the handles hot.", "Test before each series."),
    ("Rimon K2", "Kettles in general", "Other brands"),
)
HEBREW = Told(
    "ידיות הקומקום Rimon K2 נסדקות",
    "לקוחות מראים ידיות של ה-K2 שנסדקות בחום; לקוחה אחת נכוותה.\n"
    "עצרנו את המכירה של סדרה K2-114 ואנחנו מקבלים בחזרה כל קומקום.",
    "ספק חדש של הידיות מאז מרץ.",
    (
        "הידיות של סדרה K2-114 נסדקות כשהן חמות.",
        "כל קומקום K2 מתקבל בחזרה בלי קבלה.",
        "הספק ידע על כך באפריל.",
    ),
    (
        ("עוצרים את המכירה של Rimon K2", "עצרנו היום את המכירה של סדרה K2-114."),
        ("איך מחזירים את הקומקום", "מביאים אותו לכל חנות, בלי קבלה."),
    ),
    "פחות משליש אזכורים שליליים",
    ("לבקש מספקים בדיקות חום", "איש לא בדק את הידיות בחום.", "לבדוק לפני כל סדרה."),
    ("Rimon K2", "קומקומים בכלל", "מותגים אחרים"),
)


def tell_crisis(brand: Brand, told: Told = ENGLISH, **terms: object) -> Incident:
    """Return an incident with everything that a report tells of."""
    incident: Incident = IncidentFactory(
        brand=brand,
        reference="INC-2026-0001",
        title=told.title,
        summary=told.summary,
        cause=told.cause,
        kind="product_safety",
        legitimacy="concern",
        severity=2,
        status="responding",
        started_at=BEGAN,
        opened_at=BEGAN + timedelta(hours=2),
        acknowledged_at=BEGAN + timedelta(hours=2, minutes=10),
        **terms,
    )
    _tell_facts(incident, told)
    channels = [ChannelFactory(brand=brand, name=name) for name in ("X @rimon", "Facebook")]
    for place in (0, 1):
        _publish(incident, told, place, channels)
    GoalFactory(
        incident=incident,
        title=told.goal,
        baseline=0.62,
        current=0.41,
        target=0.33,
        state="on_track",
        measured_at=NOW,
        deadline=BEGAN + timedelta(days=7),
    )
    title, observation, recommendation = told.lesson
    LessonFactory(
        incident=incident, title=title, observation=observation, recommendation=recommendation
    )
    _tell_talk(incident, told)
    return incident


def _tell_facts(incident: Incident, told: Told) -> None:
    known = ("confirmed", "confirmed", "unconfirmed")
    for place, (statement, status) in enumerate(zip(told.facts, known, strict=True)):
        decided_at = BEGAN + timedelta(hours=4 + place) if status == "confirmed" else None
        FactFactory(incident=incident, statement=statement, status=status, decided_at=decided_at)


def _publish(incident: Incident, told: Told, place: int, channels: list[Channel]) -> None:
    at = BEGAN + timedelta(hours=(9, 30)[place])
    title, body = told.messages[place]
    facts = list(incident.facts.filter(statement=told.facts[place]))
    message: Message = MessageFactory(
        incident=incident, title=title, body=body, status="published", published_at=at, facts=facts
    )
    for number, channel in enumerate(channels):
        publication = PublicationFactory(
            message=message,
            channel=channel,
            status="published",
            published_at=at + timedelta(minutes=number),
        )
        if number == 0:
            _measure(publication, at, is_clear=place == 0)


def _measure(publication: object, at: datetime, *, is_clear: bool) -> None:
    relative = {"low": -0.48, "middle": -0.35, "high": -0.2}
    unclear = {"low": -0.31, "middle": -0.04, "high": 0.3}
    share = {"low": -0.14, "middle": -0.09, "high": -0.03}
    ResponseEffectFactory(
        publication=publication,
        since=at,
        measured_at=at + timedelta(hours=6),
        verdict="helped" if is_clear else "no_clear_effect",
        reasons=["volume_fell", "negative_fell"] if is_clear else ["within_usual"],
        volume={
            "relative": relative if is_clear else unclear,
            "direction": "fell" if is_clear else "unclear",
        },
        negative_share={"absolute": share, "direction": "fell"} if is_clear else None,
    )


def _tell_talk(incident: Incident, told: Told) -> None:
    queries: list[Query | None] = [None] + [
        QueryFactory(brand=incident.brand, name=name) for name in told.queries
    ]
    parts = {None: 1.0, **dict(zip(queries[1:], (0.8, 0.35, 0.15), strict=True))}
    platforms = (("x", "he", 0.55), ("facebook", "he", 0.3), ("instagram", "en", 0.15))
    BucketDelta.objects.bulk_create(
        _counted(incident, query, platform, language, at, part * share)
        for at in _moments()
        for query, part in parts.items()
        for platform, language, share in platforms
    )


def tell_past(brand: Brand) -> None:
    """Tell of eight quiet days before, and of those who spoke during the crisis."""
    start = BEGAN.replace(minute=0) - timedelta(days=8)
    BucketDelta.objects.bulk_create(
        BucketDelta(
            brand=brand,
            platform="x",
            language="he",
            started_at=start + place * _FIVE_MINUTES,
            mentions=2 + place % 3,
            analysed=2 + place % 3,
            neutral=2 + place % 3,
        )
        for place in range(8 * 288)
    )
    people = sketch_of([number * 0x9E3779B97F4A7C15 % 2**64 for number in range(1, 5_200)])
    SketchDelta.objects.create(brand=brand, started_at=BEGAN.replace(minute=40), sketch=people)


def _moments() -> list[datetime]:
    start = BEGAN.replace(minute=0)
    return [start + place * _FIVE_MINUTES for place in range(12 * 61)]


def _counted(
    incident: Incident,
    query: Query | None,
    platform: str,
    language: str,
    at: datetime,
    part: float,
) -> BucketDelta:
    hours = (at - BEGAN) / timedelta(hours=1)
    wave = 70 * exp(-(((hours - 9) / 5) ** 2)) + 14 * exp(-(((hours - 33) / 7) ** 2))
    swing = (at.minute * 7 + at.hour * 13) % 10 / 10
    mentions = int(part * (wave + 2 + 4 * swing))
    negative = int(mentions * (0.62 if hours < 10 else 0.36))
    positive = int(mentions * 0.12)
    return BucketDelta(
        brand=incident.brand,
        query=query,
        platform=platform,
        language=language,
        started_at=at,
        mentions=mentions,
        analysed=mentions,
        negative=negative,
        positive=positive,
        neutral=mentions - negative - positive,
        likes=5 * mentions,
        comments=mentions,
        shares=mentions // 2,
        reach=800 * mentions,
        anger=int(mentions * 0.3),
        fear=int(mentions * 0.11),
        sadness=int(mentions * 0.05),
        hope=int(mentions * 0.03),
        sympathy=int(mentions * 0.02),
    )
