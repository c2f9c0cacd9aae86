"""The language checks as a service: packs, posture and consistency together."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from crisisapi.accounts.models import Brand
from incidents.models import Bearing, Fact, Incident
from incidents.selectors.advice import advice_for
from messaging.rules.language.check import check
from messaging.rules.language.computed import overridden
from messaging.rules.language.consistency import Record, inconsistencies
from messaging.rules.language.findings import SEVERITIES, Finding
from messaging.rules.language.platforms import fit
from messaging.rules.language.posture import Stance, postures_of, weigh
from messaging.rules.language.promises import due_of
from messaging.rules.language.tongue import tongue_of
from messaging.selectors.language_packs import Applied, InForce, rules_in_force
from messaging.selectors.published import record_of

TITLE_LENGTH = 200
PROMISE_LENGTH = 2_000
INTERNAL = "internal"
# The newest publications in which an apology counts as said.
READ_FOR_POSTURE = 5


@dataclass(frozen=True)
class Wording:
    """A text as it would be said; an empty language is found out, an empty purpose is any."""

    text: str
    language: str = ""
    purpose: str = ""
    platform: str = ""


@dataclass(frozen=True)
class Offer:
    """A commitment to make of a promise: the body of `POST /tasks/promise/`, but for `kind`."""

    title: str
    promise: str
    due_at: datetime | None
    incident: UUID | None
    kind: str = "commitment"


@dataclass(frozen=True)
class Found:
    """A finding, what stands at its place, and what is offered."""

    finding: Finding
    quote: str
    offer: Offer | None = None


@dataclass(frozen=True)
class Checked:
    """What the checks found in a text, by place."""

    language: str
    found: list[Found]
    packs: tuple[Applied, ...] = field(default_factory=tuple)

    @property
    def counts(self) -> dict[str, int]:
        """How many findings there are of each severity."""
        return {
            severity: sum(1 for one in self.found if one.finding.severity == severity)
            for severity in SEVERITIES
        }


@dataclass(frozen=True)
class Against:
    """All that texts are held against, read once for any number of them."""

    force: InForce
    brand: Brand
    incident: Incident | None
    now: datetime
    stance: Stance
    record: Record | None = None


def check_wording(
    wording: Wording, *, brand: Brand, incident: Incident | None, now: datetime
) -> Checked:
    """Check a text with the rules of a brand and, for an incident, its advice and record.

    With a platform, also how it would stand there as one post. Stores nothing.
    """
    checked = check_against(wording, read_against(brand=brand, incident=incident, now=now))
    if not wording.platform:
        return checked
    fits = [
        Found(one, wording.text[one.start : one.end], None)
        for one in fit(wording.text, wording.platform)
    ]
    ordered = sorted([*checked.found, *fits], key=_by_place)
    return replace(checked, found=ordered)


def read_against(
    *, brand: Brand, incident: Incident | None, now: datetime, without: UUID | None = None
) -> Against:
    """Read rules, advice, facts and publications; `without` is the message that is checked."""
    force = rules_in_force(brand.pk)
    if incident is None:
        return Against(force, brand, None, now, Stance(None))
    record = record_of(incident, now=now, without=without)
    return Against(force, brand, incident, now, _stance(incident, record), record)


def check_against(wording: Wording, against: Against) -> Checked:
    """Check a text against what was read; asks the database nothing."""
    text, language = wording.text, wording.language or tongue_of(wording.text)
    force = against.force
    said = check(
        text,
        language=language,
        purpose=wording.purpose,
        packs=force.packs,
        platform=wording.platform,
    )
    computed = _computed(wording, against)
    wanted = overridden(computed, force.disabled(language), force.severities(language))
    ordered = sorted([*said, *wanted], key=lambda one: (one.start, one.end, one.rule))
    found = [Found(one, text[one.start : one.end], _offer(one, text, against)) for one in ordered]
    return Checked(language, found, force.applied)


def _by_place(found: Found) -> tuple[int, int, str]:
    return found.finding.start, found.finding.end, found.finding.rule


def _computed(wording: Wording, against: Against) -> list[Finding]:
    """Hold what the public would read against the advice and the record of the incident."""
    if wording.purpose == INTERNAL:
        return []
    postures = weigh(wording.text, against.stance, purpose=wording.purpose)
    if against.record is None:
        return postures
    return [*postures, *inconsistencies(wording.text, against.record)]


def _stance(incident: Incident, record: Record) -> Stance:
    opposing = Fact.objects.holding().filter(incident=incident, bearing=Bearing.SUPPORTS)
    published = [said.text for said in record.known if said.source == "message"]
    said = frozenset(
        posture for text in published[:READ_FOR_POSTURE] for posture in postures_of(text).places
    )
    return Stance(advice_for(incident), opposing.exists(), said)


def _offer(finding: Finding, text: str, against: Against) -> Offer | None:
    """Offer to write a promise down as a commitment, with the time its sentence names."""
    if finding.category != "promise" or finding.start == finding.end:
        return None
    promise = str(finding.data.get("sentence") or text[finding.start : finding.end]).strip()
    local = against.now.astimezone(ZoneInfo(against.brand.time_zone))
    return Offer(
        title=promise[:TITLE_LENGTH],
        promise=promise[:PROMISE_LENGTH],
        due_at=due_of(promise, now=local),
        incident=against.incident.pk if against.incident else None,
    )
