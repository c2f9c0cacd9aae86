"""Two sources of the kettle's brand, one that is heard and one that is not, and what came."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from monitoring.models import Source
from monitoring.services.intakes import FAILING_FROM, note_push
from monitoring.sources.http import SourceFault
from tests.factories.accounts import BrandFactory
from tests.factories.monitoring import MentionFactory, SourceFactory

_SAID = [
    ("x", "dana_k", "דנה קפלן", 412, "he", "negative", "הידית של הקומקום נסדקה לי ביד. מסוכן!"),
    ("news", "", "Kitchen Daily", 0, "en", "neutral", "Rimon looks into cracked kettle handles."),
    ("facebook", "", "אבי לוי", 0, "he", "positive", "החליפו לי את הקומקום בתוך יום, תודה רבה."),
    ("x", "tea.lover", "Tea Lover", 18_400, "en", "negative", "Three weeks old and it leaks."),
    ("forum", "mitbach", "מיטבח", 0, "he", "neutral", "מישהו יודע מאיזו סדרה הקומקומים?"),
]


@dataclass(frozen=True)
class Listening:
    """What was made."""

    heard: Source
    unheard: Source


def listen(language: str) -> Listening:
    """Make the sources and some mentions; what is stored in words is in this language."""
    brand = BrandFactory(slug="rimon", name="רימון הום")
    now = timezone.now()
    heard = _feed(brand, "kitchen-news", "Kitchen Daily")
    unheard = _feed(brand, "kettle-forum", "פורום מטבח")
    note_push(heard, None, now=now, newest_at=now - timedelta(minutes=4))
    note_push(unheard, None, now=now - timedelta(hours=3), newest_at=now - timedelta(hours=3))
    with translation.override(language):
        fault = SourceFault("not_reached", _("The platform could not be reached."))
        for _number in range(FAILING_FROM):
            note_push(unheard, fault, now=now)
    for place, said in enumerate(_SAID):
        _mention(heard, said, now - timedelta(minutes=7 * place))
    return Listening(heard, unheard)


def _feed(brand: Any, slug: str, name: str) -> Any:
    return SourceFactory(
        brand=brand,
        slug=slug,
        name=name,
        kind="rss",
        platform="news",
        secret="",
        settings={"url": f"https://{slug}.example.org/feed.xml"},
    )


def _mention(source: Source, said: tuple[Any, ...], published_at: Any) -> None:
    platform, handle, name, followers, language, sentiment, text = said
    MentionFactory(
        source=source,
        platform=platform,
        author_handle=handle,
        author_name=name,
        author_followers=followers,
        language=language,
        sentiment=sentiment,
        text=text,
        published_at=published_at,
        analysed_at=published_at,
    )
