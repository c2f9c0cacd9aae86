"""A text against the response strategy that is advised for its incident.

Strategies after W. T. Coombs (2007), Corporate Reputation Review 10(3), 163-176, with the rule
never to mix denial with what accepts a part; see incidents/rules/response_strategy.py.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from incidents.rules.response_strategy import Advice
from messaging.rules.language.check import check
from messaging.rules.language.findings import Finding, Severity
from messaging.rules.language.packs import load_pack
from messaging.rules.language.posture_wordings import PLACES, POSTURES
from messaging.rules.language.rule import Pack

# Which strategy of the advice a posture belongs to.
STRATEGY_OF = {
    "denial": "deny",
    "attack": "deny",
    "excuse": "diminish",
    "justification": "diminish",
    "apology": "rebuild",
    "compensation": "rebuild",
}
SUPPLEMENTS = ("reminder", "ingratiation", "victimage")
_ACCEPTING = ("apology", "compensation")
_REFUSING = ("denial", "attack")
_SMALL = ("excuse", "justification")
# What an advised part weighs where it is missing; a purpose that is not named lacks nothing.
_MISSED: Mapping[str, Mapping[str, Severity]] = {
    "apology": dict.fromkeys(("apology", "holding", "update"), "warning"),
    "compensation": {"apology": "warning", "update": "hint", "resolution": "warning"},
    "instruct": dict.fromkeys(("apology", "holding", "acknowledgement", "update"), "warning"),
    "adjust": dict.fromkeys(("apology", "holding", "acknowledgement"), "hint"),
}
_PACKS = Path(__file__).parent / "postures"

Span = tuple[int, int]


@dataclass(frozen=True)
class Stance:
    """What is advised (None without an incident), and whether confirmed facts are against us.

    `said` has the postures of what was published in the incident before.
    """

    advice: Advice | None
    has_facts_against_us: bool = False
    said: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Used:
    """The postures a text takes, each with the places where it does."""

    text: str
    places: Mapping[str, Sequence[Span]] = field(default_factory=dict)

    def first(self, *postures: str) -> tuple[str, Span] | None:
        """Return the first place of any of the postures."""
        found = [(span, name) for name in postures for span in self.places.get(name, ())]
        span, name = min(found, default=((0, 0), ""))
        return (name, span) if name else None

    def quote(self, span: Span) -> str:
        """Return the words at a place."""
        return self.text[slice(*span)]


def postures_of(text: str) -> Used:
    """Return which postures a text takes, in Hebrew or English or both."""
    places: dict[str, list[Span]] = {}
    for finding in check(text, language="", purpose="", packs=posture_packs()):
        places.setdefault(finding.rule.removeprefix("posture."), []).append(
            (finding.start, finding.end)
        )
    return Used(text, places)


@cache
def posture_packs() -> tuple[Pack, ...]:
    """Return the packs that tell postures apart, one for each language."""
    files = sorted(_PACKS.glob("*.toml"))
    return tuple(load_pack(file.read_text(encoding="utf-8")) for file in files)


def weigh(text: str, stance: Stance, *, purpose: str) -> list[Finding]:
    """Return where the text does otherwise than advised, by place; none inside the house."""
    if purpose == "internal" or not text.strip():
        return []
    used = postures_of(text)
    found = [
        *_avoided(used, stance),
        *_unneeded(used, stance, purpose),
        *_missing(used, stance, purpose),
        *_mixed(used, stance),
        *_supplements(used, stance),
    ]
    return sorted(found, key=lambda finding: (finding.start, finding.end, finding.rule))


def _avoided(used: Used, stance: Stance) -> Iterator[Finding]:
    """Find what would undo the advised strategy; a denial against confirmed facts is an error."""
    avoid = stance.advice.avoid if stance.advice else ()
    for posture, strategy in STRATEGY_OF.items():
        against_facts = posture in _REFUSING and stance.has_facts_against_us
        if strategy not in avoid and not against_facts:
            continue
        wording = "against_facts" if against_facts else f"avoided_{strategy}"
        severity: Severity = "error" if against_facts else "warning"
        for span in used.places.get(posture, ()):
            yield _finding("posture.avoided", severity, span, wording, posture=posture)


def _unneeded(used: Used, stance: Stance, purpose: str) -> Iterator[Finding]:
    """Find an apology where the advice is only to inform: it takes a responsibility not ours."""
    if stance.advice is None or stance.advice.strategy != "inform" or purpose != "apology":
        return
    place = used.first("apology")
    span = place[1] if place else (0, 0)
    yield _finding("posture.unneeded", "warning", span, "unneeded", posture="apology")


def _missing(used: Used, stance: Stance, purpose: str) -> Iterator[Finding]:
    advice = stance.advice
    if advice is None:
        return
    steps = {step for step in advice.steps if step in ("instruct", "adjust")}
    tactics = set(advice.tactics) if advice.strategy == "rebuild" else set()
    # Who has apologised already need not begin every update with it.
    there = {*used.places, *(stance.said if purpose == "update" else ())}
    for posture, weights in _MISSED.items():
        if posture in steps | tactics and purpose in weights and posture not in there:
            wording = f"missing_{posture}"
            yield _finding("posture.missing", weights[purpose], (0, 0), wording, posture=posture)


def _mixed(used: Used, stance: Stance) -> Iterator[Finding]:
    """Find denials beside what accepts a part, and excuses that take an apology back."""
    accepted = used.first(*_ACCEPTING)
    refused = used.first(*_REFUSING)
    if accepted and refused:
        beside = {"posture": refused[0], "beside": used.quote(accepted[1])}
        yield _finding("posture.mixed", "warning", refused[1], "mixed", **beside)
    apologised, small = used.first("apology"), used.first(*_SMALL)
    if apologised and small:
        diminish = stance.advice is not None and stance.advice.strategy == "diminish"
        beside = {"posture": small[0], "beside": used.quote(apologised[1])}
        severity: Severity = "hint" if diminish else "warning"
        yield _finding("posture.mixed", severity, small[1], "taken_back", **beside)


def _supplements(used: Used, stance: Stance) -> Iterator[Finding]:
    """Find praise and good deeds that stand for a strategy, or that do not fit here."""
    place = used.first(*SUPPLEMENTS)
    if place is None:
        return
    if not used.first(*STRATEGY_OF, "instruct", "adjust"):
        yield _finding("posture.supplement_alone", "warning", place[1], "alone", posture=place[0])
        return
    if stance.advice is None or stance.advice.strategy is None:
        return
    for posture in SUPPLEMENTS:
        if posture not in stance.advice.supplements and (unfit := used.first(posture)):
            yield _finding("posture.supplement", "hint", unfit[1], "unfit", posture=posture)


def _finding(rule: str, severity: Severity, span: Span, wording: str, **data: str) -> Finding:
    sentences = PLACES[wording]
    named = POSTURES.get(data.get("posture", ""), {})
    return Finding(
        rule=rule,
        severity=severity,
        start=span[0],
        end=span[1],
        reason=_said(sentences.reason, named),
        suggestion=sentences.suggestion,
        data=data,
        category="posture",
    )


def _said(sentence: Mapping[str, str], named: Mapping[str, str]) -> Mapping[str, str]:
    return {
        language: text.replace("{posture}", named.get(language, ""))
        for language, text in sentence.items()
    }
