"""A text against what was said before and what is known: the same thing in other numbers.

Made for precision: a number is compared only where what it counts and what happened to it agree,
"at least" and "about" are reaches, and what repeats a confirmed fact is never held against an
earlier publication, since numbers grow.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from functools import cached_property, partial
from typing import Literal, TypeVar

from messaging.rules.language.claims import Claim, claims_of
from messaging.rules.language.clauses import Clause, Parsed, parsed
from messaging.rules.language.contacts import Contact, contacts_of, looks_mistyped
from messaging.rules.language.findings import Finding, Severity
from messaging.rules.language.moments import Moment, moments_of
from messaging.rules.language.remedies import weakened
from messaging.rules.language.stems import is_content, readings
from messaging.rules.language.tokens import Token, tokens_of
from messaging.rules.language.wordings import Wording, worded

Standing = Literal["confirmed", "published", "unconfirmed", "false"]

# People are counted by what happened to them, whatever noun stands beside the number.
_EVENTS = frozenset({"=injured", "=dead", "=ill"})
_PEOPLE = frozenset({"=customer", "=user", "=patient", "=passenger", "=child", "=employee"})
_ANYBODY = _PEOPLE | {"=person"} | _EVENTS
# The next update is another one each time.
_RENEWED = frozenset({"=update"})
SHARE_ALIKE = 0.34
SHARE_SAME_DAY = 0.5
# One word in common is no event: money is given back on many days.
SHARED_SAME_DAY = 2
SHARE_REPEATED = 0.75
LEAST_WORDS = 3
QUOTED = 200
_WEEK = timedelta(days=7)

Thing = TypeVar("Thing")
Readings = Sequence[frozenset[str]]


@dataclass(frozen=True)
class Said:
    """A fact or a published message: what it says, and since when it stands."""

    source: Literal["fact", "message"]
    id: str
    text: str
    said_at: datetime
    standing: Standing

    @property
    def parsed(self) -> Parsed:
        """Its text taken apart."""
        return parsed(self.text)

    @property
    def severity(self) -> Severity:
        """How serious it is to contradict this."""
        return "error" if self.standing == "confirmed" else "warning"


@dataclass(frozen=True)
class Record:
    """All that a text is held against; `zone` is the brand's, `common` words tell nothing here."""

    said: Sequence[Said]
    now: datetime
    zone: tzinfo
    common: str = ""

    @cached_property
    def known(self) -> list[Said]:
        """Confirmed facts and publications, facts first, each sort newest first."""
        standing = [one for one in self.said if one.standing in ("confirmed", "published")]
        return sorted(standing, key=lambda one: (one.source != "fact", -one.said_at.timestamp()))

    @cached_property
    def doubtful(self) -> list[Said]:
        """Facts that are false or not confirmed."""
        return [one for one in self.said if one.standing in ("unconfirmed", "false")]

    @cached_property
    def ignored(self) -> frozenset[str]:
        """Readings of words that stand everywhere in this incident, such as the product's name."""
        words = (token.text for token in tokens_of(self.common) if is_content(token.text))
        return frozenset(reading for word in words for reading in readings(word))


def inconsistencies(text: str, record: Record) -> list[Finding]:
    """Return where a text says otherwise than facts and publications, sorted by place."""
    ours = Parsed(text)
    found = [
        *_numbers(ours, record),
        *_moments(ours, record),
        *_contacts(ours, record),
        *_remedies(ours, record),
        *_repeated(ours, record),
    ]
    return sorted(found, key=lambda finding: (finding.start, finding.end, finding.rule))


def _numbers(text: Parsed, record: Record) -> Iterator[Finding]:
    pool = [(one, claim) for one in record.known for claim in claims_of(one.parsed)]
    by_unit: dict[tuple[str, str], list[tuple[Said, Claim]]] = {}
    for one, claim in pool:
        by_unit.setdefault((claim.kind, claim.unit), []).append((one, claim))
    for claim in claims_of(text):
        beside = by_unit.get((claim.kind, claim.unit), [])
        alike = [(one, other) for one, other in beside if _is_alike(claim, other, record.ignored)]
        against = _against(alike, partial(_meet, claim))
        if against:
            said, other = against
            rule = {"count": "number", "percent": "number", "money": "amount"}
            yield _finding(
                worded(rule.get(claim.kind, "deadline")), claim, text, said, other.start, other.end
            )


def _against(
    alike: Sequence[tuple[Said, Thing]], agrees: Callable[[Thing], bool]
) -> tuple[Said, Thing] | None:
    """Return what the text contradicts: a fact, or the last publication; None where it agrees."""
    for source in ("fact", "message"):
        of_source = [(said, thing) for said, thing in alike if said.source == source]
        if any(agrees(thing) for said, thing in of_source if source == "fact"):
            return None
        newest = [pair for pair in of_source if pair[0].id == of_source[0][0].id]
        if newest:
            return None if any(agrees(thing) for _said, thing in newest) else newest[0]
    return None


def _is_alike(claim: Claim, other: Claim, ignored: frozenset[str]) -> bool:
    """Say whether two numbers are about the same thing."""
    if claim.kind == "deadline" and any(_RENEWED & word for word in claim.context):
        return False
    if claim.kind != "count":
        return _share(claim.context, other.context, ignored) >= SHARE_SAME_DAY
    ours, theirs = _joined(claim.nouns), _joined(other.nouns)
    if _harmed(claim) & _harmed(other):
        return not (ours & _PEOPLE and theirs & _PEOPLE) or bool(ours & theirs & _PEOPLE)
    shared = [one & other_noun for one in claim.nouns for other_noun in other.nouns]
    if not any(shared):
        return False
    # The noun alone is not enough: of the customers some complained, and others were paid.
    known = _joined(shared)
    ours_beside = [word for word in claim.context if not word & known]
    theirs_beside = [word for word in other.context if not word & known]
    return _share(ours_beside, theirs_beside, ignored, empty=1.0) >= SHARE_ALIKE


def _harmed(claim: Claim) -> frozenset[str]:
    """Return what happened to the people counted: the injured, or customers who were injured."""
    nouns = _joined(claim.nouns)
    beside = _joined(claim.context) if nouns & _ANYBODY else frozenset()
    return (nouns | beside) & _EVENTS


def _joined(parts: Iterable[frozenset[str]]) -> frozenset[str]:
    return frozenset(reading for part in parts for reading in part)


def _share(ours: Readings, theirs: Readings, ignored: frozenset[str], empty: float = 0.0) -> float:
    """Return the share of the shorter context that the other has too; `empty` without words."""
    ours = [word for word in ours if not word & ignored]
    theirs = [word for word in theirs if not word & ignored]
    if not ours or not theirs:
        return empty if not ours and not theirs else 0.0
    shorter, longer = sorted((ours, theirs), key=len)
    every = _joined(longer)
    return sum(1 for word in shorter if word & every) / len(shorter)


def _meet(claim: Claim, other: Claim) -> bool:
    return claim.low <= other.high and other.low <= claim.high


def _moments(text: Parsed, record: Record) -> Iterator[Finding]:
    ours = moments_of(text, now=record.now.astimezone(record.zone))
    if not ours:
        return
    pool = [
        (said, moment)
        for said in record.known
        for moment in moments_of(said.parsed, now=said.said_at.astimezone(record.zone))
    ]
    for moment in ours:
        if any(_RENEWED & word for word in moment.context):
            continue
        alike = [(said, other) for said, other in pool if _may_be_one(moment, said, other, record)]
        against = _against(alike, partial(_is_one_moment, moment))
        if against:
            said, other = against
            yield _finding(worded("date"), moment, text, said, other.start, other.end)


def _may_be_one(moment: Moment, said: Said, other: Moment, record: Record) -> bool:
    """Say whether two moments are of the same event, and can be compared at all."""
    is_named = None in (moment.day, other.day) and {moment.weekday, other.weekday} != {None}
    if is_named and record.now - said.said_at > _WEEK:
        return False
    ours = [word for word in moment.context if not word & record.ignored]
    shared = sum(1 for word in ours if word & _joined(other.context))
    is_same = shared >= SHARED_SAME_DAY
    return is_same and _share(ours, other.context, record.ignored) >= SHARE_SAME_DAY


def _is_one_moment(one: Moment, other: Moment) -> bool:
    if one.day and other.day and one.day != other.day:
        return False
    if one.weekday is not None and other.weekday is not None and one.weekday != other.weekday:
        return False
    return not (one.hour and other.hour and one.hour != other.hour)


def _contacts(text: Parsed, record: Record) -> Iterator[Finding]:
    ours = contacts_of(text.text)
    pool = [(said, contact) for said in record.known for contact in contacts_of(said.text)]
    known = {contact.plain for _said, contact in pool}
    for contact in ours:
        near = next(((said, other) for said, other in pool if looks_mistyped(contact, other)), None)
        if near and contact.plain not in known:
            said, other = near
            wording = worded("contact")
            right = said.text[other.start : other.end]
            yield _finding(wording, contact, text, said, other.start, other.end, right)


def _remedies(text: Parsed, record: Record) -> Iterator[Finding]:
    for said in record.known:
        if said.source == "message" and (place := weakened(text, said.parsed)):
            ours, theirs = place
            yield _finding(worded("promise"), ours, text, said, theirs.start, theirs.end)
            return


def _repeated(text: Parsed, record: Record) -> Iterator[Finding]:
    """Find sentences that say as true what is false, or not known to be true."""
    if not record.doubtful:
        return
    confirmed = [
        sentence
        for said in record.known
        if said.source == "fact"
        for sentence in said.parsed.sentences
    ]
    for sentence in text.sentences:
        if sentence.is_hedged or any(_repeats(sentence, known) for known in confirmed):
            continue
        said = next((one for one in record.doubtful if _repeats_fact(sentence, one)), None)
        if said:
            severity: Severity = "error" if said.standing == "false" else "warning"
            wording = worded("false" if said.standing == "false" else "unconfirmed")
            yield _finding(wording, sentence, text, said, 0, len(said.text), severity=severity)


def _repeats_fact(sentence: Clause, said: Said) -> bool:
    return any(_repeats(sentence, other) for other in said.parsed.sentences)


def _repeats(sentence: Clause, other: Clause) -> bool:
    """Say whether a sentence has (nearly) all words of another, its numbers and its yes or no."""
    wanted = [readings(word) for word in other.words]
    if len(wanted) < LEAST_WORDS or sentence.is_negated != other.is_negated:
        return False
    ours = sentence.readings()
    share = sum(1 for word in wanted if word & ours) / len(wanted)
    return share >= SHARE_REPEATED and _figures(other) <= _figures(sentence)


def _figures(clause: Clause) -> set[str]:
    return {token.text for token in clause.tokens if token.text[0].isdigit()}


def _finding(
    wording: Wording,
    place: Claim | Moment | Contact | Clause | Token,
    text: Parsed,
    said: Said,
    start: int,
    end: int,
    replacement: str = "",
    severity: Severity | None = None,
) -> Finding:
    there = said.text[start:end][:QUOTED]
    here = text.text[place.start : place.end][:QUOTED]
    data: Mapping[str, object] = {
        "source": said.source,
        "id": said.id,
        "quote": _around(said.text, start, end),
    }
    return Finding(
        rule=wording.rule,
        severity=severity or said.severity,
        start=place.start,
        end=place.end,
        reason=wording.reason_of(said.source, here=here, there=there),
        suggestion=wording.suggestion,
        replacement=replacement,
        data=data,
        category="consistency",
    )


def _around(text: str, start: int, end: int) -> str:
    """Return the sentence the words stand in, cut to `QUOTED` code points."""
    begin = max((text.rfind(mark, 0, start) + 1 for mark in ".!?\n"), default=0)
    ends = [place + 1 for mark in ".!?\n" if (place := text.find(mark, end)) >= 0]
    return text[begin : min(ends, default=len(text))].strip()[:QUOTED]
