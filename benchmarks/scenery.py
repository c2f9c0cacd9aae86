"""Brands, sources and generated mentions for benchmarks."""

import json
import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.utils import timezone

from crisisapi.accounts.models import Brand, User
from crisisapi.accounts.services.brands import create_brand
from crisisapi.accounts.services.sign_in import issue_access_token
from crisisapi.common.actors import SYSTEM
from monitoring.models import Source
from monitoring.services.sources import create_source

_VOCABULARY = (
    "kettle handle cracked water boiling refund support answer waiting terrible great thanks "
    "photo kitchen yesterday again nobody called store receipt broken new model red black buy "
    "ידית הקומקום נסדקה שירות גרוע תודה רבה אתמול בבית חנות קבלה שבור חדש מים רותחים תשובה "
    "אף אחד לא ענה מצוין תמונה החזר כספי דגם שחור אדום שוב ממש נורא מחכה"
)
_WORDS = _VOCABULARY.split()
_PLATFORMS = ("x", "facebook", "instagram", "news")
_START = datetime(2026, 3, 4, 9, tzinfo=UTC)


@dataclass(frozen=True)
class Tenant:
    """A brand with a source and the token of its manager."""

    brand: Brand
    source: Source
    token: str


def make_tenant(slug: str, kind: str = "webhook") -> Tenant:
    """Make a brand with a manager and a source of the same slug."""
    now = timezone.now()
    user = User.objects.create(username=f"{slug}-manager")
    brand = create_brand(founder=user, slug=slug, name=slug.title(), actor=SYSTEM, now=now)
    source, _secret = create_source(
        brand=brand, slug=slug, name=slug.title(), kind=kind, platform="x", actor=SYSTEM, now=now
    )
    _token, secret = issue_access_token(user=user, lifetime=timedelta(hours=12), now=now)
    return Tenant(brand, source, secret)


def make_mentions(count: int, *, seed: int = 0) -> list[dict[str, Any]]:
    """Return mentions of about 1 kB of JSON in UTF-8, the same ones for the same seed."""
    chance = random.Random(seed)
    return [_mention(chance, seed * 10_000_000 + number) for number in range(count)]


def _mention(chance: random.Random, number: int) -> dict[str, Any]:
    # As platforms number their posts: about in the order of time.
    post = f"{1_900_000_000_000_000_000 + number * 4_194_304}"
    handle = f"person{chance.randrange(50_000)}"
    return {
        "id": post,
        "text": " ".join(chance.choices(_WORDS, k=chance.randrange(40, 130))),
        "platform": chance.choice(_PLATFORMS),
        "published_at": (_START + timedelta(seconds=number % 7200)).isoformat(),
        "url": f"https://social.example/{handle}/status/{post}",
        "language": chance.choice(("he", "en", "")),
        "author": {"handle": handle, "name": handle.title(), "followers": chance.randrange(10_000)},
        "likes": chance.randrange(500),
        "comments": chance.randrange(50),
        "shares": chance.randrange(50),
        "reach": chance.randrange(100_000),
    }


def bodies_of(mentions: Sequence[dict[str, Any]], size: int) -> list[bytes]:
    """Return bodies of deliveries with `size` mentions each."""
    return [
        json.dumps({"mentions": mentions[first : first + size]}, ensure_ascii=False).encode()
        for first in range(0, len(mentions), size)
    ]
