"""The example brand: an administrator, those who play the crisis, a source, playbooks."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from crisisapi.accounts.models import Brand, Department, Member, Role, User
from crisisapi.accounts.services.brands import create_brand
from crisisapi.accounts.services.members import add_member
from crisisapi.accounts.services.sign_in import issue_access_token
from crisisapi.common.actors import Actor
from incidents.models import Incident, Playbook
from incidents.models.incident import Kind
from incidents.services.starter_playbooks import load_starters
from messaging.models import Template
from messaging.services.starter_templates import load_starter_templates
from monitoring.models import AlertRule, Query, QueryKind, Source, Watched
from monitoring.services.alert_rules import add_rule
from monitoring.services.demo_past import AGO, Past, tell_past_crisis
from monitoring.services.queries import add_query
from monitoring.services.sources import create_source

ADMIN = "admin"
BRAND = "rimon-home"
SOURCE = "listening"
TOKEN_LIFETIME = timedelta(hours=1)
# Longer ago than anything that is told of the brand.
FOUNDED = timedelta(days=60)
# Templates that the people of the play write themselves.
WRITTEN_IN_PLAY = frozenset({"holding-statement", "correction"})

# The starter that is drafted in the play.
STARTER = "product-safety-acknowledgement"

# What the example brand wants to hear of: name, kind, expression.
_QUERIES = (
    ("Rimon · רימון", QueryKind.BRAND, "rimon OR רימון OR #רימון"),
    (
        "Kettles · קומקומים",
        QueryKind.TOPIC,
        "(kettle* OR קומקום OR קומקומים OR K2) AND NOT (giveaway OR הגרלה)",
    ),
    (
        "Service · שירות",
        QueryKind.TOPIC,
        'intent:complains AND ("customer service" OR refund* OR "שירות לקוחות" OR החזר)',
    ),
)

# What somebody should hear of at once: name, what is looked for, false alarms a week.
_RULES = (
    ("Storm · סערה", Watched.BURST, 1.0),
    ("Mood · אווירה", Watched.NEGATIVE_SHARE, 0.5),
)

# No letters or syllables that are mistaken for one another when they are read out.
_CONSONANTS = "bdfgklmnprstvz"
_VOWELS = "aeiou"


@dataclass(frozen=True)
class _Part:
    username: str
    names: tuple[str, str]
    language: str
    role: Role
    department: Department


_CAST = (
    _Part("noa", ("Noa", "Levi"), "he", Role.RESPONDER, Department.PR),
    _Part("daniel", ("Daniel", "Azulay"), "en", Role.APPROVER, Department.LEGAL),
)


@dataclass(frozen=True)
class PreparedDemo:
    """What the example needs to be played; everything in it but the names is secret."""

    username: str
    # None when the administrator was there before: only the hash of the password is kept.
    password: str | None
    brand: str
    source: str
    secret: str
    # The id of the one for dangerous products; None when a manager made it one for others.
    playbook: str | None
    # The id of a template that comes with the service; None when the brand has others.
    starter: str | None
    tokens: dict[str, str]


@transaction.atomic
def prepare_example(*, now: datetime) -> PreparedDemo:
    """Make what is missing of the example brand, and tokens for those who play the crisis.

    A new brand has been there for some weeks: it has a past (`prepare_past`).
    """
    admin, password = _admin()
    actor = Actor("user", admin.pk)
    founded_at = now - FOUNDED
    brand = Brand.objects.filter(slug=BRAND).first() or create_brand(
        slug=BRAND,
        name="Rimon Home · רימון הום",
        languages=["he", "en"],
        founder=admin,
        actor=actor,
        now=founded_at,
    )
    players = [admin, *(_member(part, brand, actor, founded_at) for part in _CAST)]
    source = _source(brand, actor, founded_at)
    tokens = {
        player.username: issue_access_token(user=player, lifetime=TOKEN_LIFETIME, now=now)[1]
        for player in players
    }
    playbook = _playbook(brand, actor, founded_at)
    _templates(brand, actor, founded_at)
    _queries(brand, actor, founded_at)
    _rules(brand, actor, founded_at)
    return PreparedDemo(
        username=ADMIN,
        password=password,
        brand=BRAND,
        source=str(source.pk),
        secret=source.secret,
        playbook=playbook,
        starter=_starter(brand),
        tokens=tokens,
    )


def prepare_past(*, now: datetime) -> Incident | None:
    """Tell the crisis that the example brand has behind it; None when it was told before.

    The brand must have been prepared.
    """
    brand = Brand.objects.get(slug=BRAND)
    manager, responder, approver = (
        User.objects.get(username=name) for name in (ADMIN, *(part.username for part in _CAST))
    )
    began_at = (now - AGO).replace(hour=6, minute=0, second=0, microsecond=0)
    source = Source.objects.get(brand=brand, slug=SOURCE)
    return tell_past_crisis(Past(brand, source, manager, responder, approver, began_at))


def new_password() -> str:
    """Return a password of about 49 random bits that can be read out and typed."""
    syllables = [secrets.choice(_CONSONANTS) + secrets.choice(_VOWELS) for _ in range(8)]
    return "-".join(syllables[at] + syllables[at + 1] for at in range(0, 8, 2))


def _admin() -> tuple[User, str | None]:
    found = User.objects.filter(username=ADMIN).first()
    if found is not None:
        return found, None
    password = new_password()
    return User.objects.create_superuser(username=ADMIN, password=password), password


def _member(part: _Part, brand: Brand, actor: Actor, now: datetime) -> User:
    user = User.objects.filter(username=part.username).first()
    if user is None:
        first_name, last_name = part.names
        # Without a password: nobody signs in as them, tokens are made for the play alone.
        user = User.objects.create_user(
            username=part.username,
            first_name=first_name,
            last_name=last_name,
            language=part.language,
        )
    if not Member.objects.filter(brand=brand, user=user).exists():
        add_member(
            brand=brand,
            user=user,
            role=part.role,
            department=part.department,
            actor=actor,
            now=now,
        )
    return user


def _playbook(brand: Brand, actor: Actor, now: datetime) -> str | None:
    mine = Playbook.objects.filter(brand=brand)
    if not mine.exists():
        load_starters(brand=brand, language=brand.languages[0], actor=actor, now=now)
    found = mine.filter(kinds__contains=[Kind.PRODUCT_SAFETY]).order_by("created_at", "id").first()
    return None if found is None else str(found.pk)


def _templates(brand: Brand, actor: Actor, now: datetime) -> None:
    if not Template.objects.filter(brand=brand).exists():
        load_starter_templates(
            brand=brand, languages=brand.languages, actor=actor, now=now, leave_out=WRITTEN_IN_PLAY
        )


def _queries(brand: Brand, actor: Actor, now: datetime) -> None:
    if Query.objects.filter(brand=brand).exists():
        return
    for name, kind, expression in _QUERIES:
        add_query(brand=brand, name=name, kind=kind, expression=expression, actor=actor, now=now)


def _starter(brand: Brand) -> str | None:
    found = Template.objects.filter(brand=brand, name=STARTER).order_by("created_at", "id").first()
    return None if found is None else str(found.pk)


def _source(brand: Brand, actor: Actor, now: datetime) -> Source:
    found = Source.objects.filter(brand=brand, slug=SOURCE).first()
    if found is not None:
        return found
    made, _secret = create_source(
        brand=brand,
        slug=SOURCE,
        name="Listening tool · כלי האזנה",
        kind="webhook",
        platform="other",
        actor=actor,
        now=now,
    )
    return made


def _rules(brand: Brand, actor: Actor, now: datetime) -> None:
    if AlertRule.objects.filter(brand=brand).exists():
        return
    for name, watched, alarms in _RULES:
        terms = {"name": name, "watched": watched, "alarms_a_week": alarms}
        add_rule(brand=brand, department=Department.PR, actor=actor, now=now, **terms)
