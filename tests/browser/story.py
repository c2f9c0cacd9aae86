"""The story of the kettle, as the public reads it and as the desk has it."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils import timezone

from messaging.models import (
    Channel,
    MessageStatus,
    PublicIncident,
    PublicPage,
    ReviewPolicy,
    ReviewRound,
    Subscriber,
    Template,
)
from tests.factories.accounts import BrandFactory, MemberFactory, UserFactory
from tests.factories.incidents import FactFactory, IncidentFactory, TaskFactory
from tests.factories.messaging import (
    ChannelFactory,
    CommentFactory,
    MessageFactory,
    ReviewPolicyFactory,
    ReviewRoundFactory,
    TemplateFactory,
)
from tests.factories.public import (
    PublicIncidentFactory,
    PublicNumberFactory,
    PublicPageFactory,
    PublicUpdateFactory,
    SubscriberFactory,
)

_TITLES = {
    "he": "הידיות של קומקום רימון K2",
    "en": "The handles of the Rimon K2 kettle",
}
_SUMMARIES = {
    "he": (
        "קיבלנו דיווחים על ידיות שנסדקו בקומקומים מסדרה K2-114. הדיווחים נכונים, "
        "ואנחנו מצטערים.\n\n"
        "אנא הפסיקו להשתמש בקומקום. נחליף כל קומקום מהסדרה ללא תשלום, גם בלי חשבונית: "
        "https://example.org/k2"
    ),
    "en": (
        "We received reports of handles that crack on kettles of the series K2-114. The reports "
        "are right, and we are sorry.\n\nPlease stop using the kettle. We replace every kettle of "
        "the series free of charge, without a receipt: https://example.org/k2"
    ),
}
_UPDATES = {
    "he": [
        ("אנחנו בודקים דיווחים על הקומקום K2", "שמענו מכם ואנחנו בודקים. נעדכן עד 12:00."),
        (
            "עצרנו את המכירה של סדרה K2-144",
            "מהבוקר איננו מוכרים את הסדרה, בחנויות ובאתר.\n\nמספר הסדרה מוטבע בתחתית הקומקום.",
        ),
        (
            "תיקון: מדובר בסדרה K2-114",
            "בעדכון הקודם כתבנו מספר סדרה שגוי. הסדרה היא K2-114, והיא היחידה.",
        ),
        ("כך מחליפים את הקומקום", "פרטים וכתובות של נקודות החלפה: https://example.org/k2."),
    ],
    "en": [
        ("We are looking into reports about the K2", "We heard you and look into it."),
        (
            "We stopped selling series K2-144",
            "Since this morning we do not sell it.\n\nThe number is at the bottom of the kettle.",
        ),
        (
            "Correction: it is series K2-114",
            "The update before named the wrong series. It is K2-114, and no other.",
        ),
        ("How to have it replaced", "Where and how: https://example.org/k2."),
    ],
}


_DEFENSIVE = "הלקוחות לא השתמשו במוצר לפי ההוראות. אנחנו בודקים את הסדרה ונעדכן עד 18:00."


@dataclass(frozen=True)
class Story:
    """What was made of it."""

    page: PublicPage
    public: PublicIncident
    message: Any
    reader: Subscriber
    channel: Channel
    round: ReviewRound
    policy: ReviewPolicy
    template: Template


def tell_story() -> Story:
    """Make a page with two incidents, one of them with everything an incident may show."""
    now = timezone.now()
    brand = BrandFactory(slug="rimon", name="רימון הום")
    page = PublicPageFactory(
        brand=brand,
        slug="rimon",
        titles={"he": "רימון הום מעדכנת", "en": "Updates from Rimon Home"},
        intros={
            "he": "כאן כתוב מה ידוע לנו, מה אנחנו עושים ומתי נעדכן שוב.",
            "en": "What we know, what we do, and when we tell you more.",
        },
        contact_url="https://example.org/contact",
        colour="#b3262e",
    )
    incident = IncidentFactory(brand=brand)
    public = PublicIncidentFactory(
        incident=incident,
        titles=_TITLES,
        summaries=_SUMMARIES,
        status="acting",
        made_public_at=now - timedelta(hours=9),
    )
    message = _updates(incident, now)
    _promises(incident, now)
    _numbers(incident, now)
    PublicIncidentFactory(
        incident=IncidentFactory(brand=brand),
        titles={"he": "תקלה באתר ההזמנות", "en": "Our online shop was down"},
        status="resolved",
        status_at=now - timedelta(days=40),
    )
    channel = ChannelFactory(brand=brand, name="רימון הום ב-X")
    round_ = _review(incident)
    return Story(
        page,
        public,
        message,
        SubscriberFactory(page=page),
        channel,
        round_,
        ReviewPolicyFactory(brand=brand),
        TemplateFactory(brand=brand),
    )


def _review(incident: Any) -> Any:
    """Make a wording that the checks stumble over, asked of an approver, with a comment on it."""
    fact = FactFactory(incident=incident, statement="הידיות בסדרה K2-114 נסדקות.")
    message = MessageFactory(
        incident=incident,
        status=MessageStatus.IN_REVIEW,
        language="he",
        title="מה ידוע לנו על הידיות",
        audience="לקוחות",
        body=_DEFENSIVE,
        facts=[fact],
    )
    MemberFactory(
        brand=incident.brand,
        role="approver",
        user=UserFactory(first_name="דניאל", last_name="ברק"),
    )
    CommentFactory(message=message, quote="לפי ההוראות", start=24, end=35, text="זו האשמה.")
    return ReviewRoundFactory(message=message)


def _updates(incident: Any, now: Any) -> Any:
    message = None
    for language, said in _UPDATES.items():
        rows = []
        for place, (title, body) in enumerate(said):
            message = MessageFactory(
                incident=incident,
                status=MessageStatus.PUBLISHED,
                language=language,
                title=title,
                body=body,
            )
            at = now - timedelta(hours=8 - 2 * place)
            rows.append(PublicUpdateFactory(message=message, published_at=at))
        rows[1].corrected_by = rows[2]
        rows[1].save()
    PublicUpdateFactory(
        message=message,
        published_at=now - timedelta(hours=7),
        withdrawn_at=now - timedelta(hours=6),
    )
    return message


def _promises(incident: Any, now: Any) -> None:
    for promise, days, fields in (
        ("נחזיר את הכסף בתוך 14 ימים לכל מי שיבקש.", 14, {}),
        ("נפרסם את תוצאות הבדיקה של מכון התקנים.", -1, {}),
        (
            "נעצור את המכירה בכל החנויות עוד היום.",
            0.1,
            {
                "status": "done",
                "done_at": now - timedelta(hours=4),
                "ended_at": now - timedelta(hours=4),
            },
        ),
    ):
        TaskFactory(
            incident=incident,
            kind="commitment",
            promise=promise,
            promised_at=now - timedelta(days=2),
            due_at=now + timedelta(days=days),
            is_public=True,
            **fields,
        )


def _numbers(incident: Any, now: Any) -> None:
    for place, (labels, value, unit) in enumerate(
        (
            ({"he": "קומקומים שהוחלפו", "en": "Kettles replaced"}, 1240, "count"),
            ({"he": "בקשות שטופלו", "en": "Requests dealt with"}, 86.5, "percent"),
            ({"he": "זמן המתנה במוקד", "en": "Wait at the service centre"}, 0.5, "hours"),
        )
    ):
        PublicNumberFactory(
            incident=incident, labels=labels, value=value, unit=unit, position=place, as_of=now
        )
