"""Checking a text against packs."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby, islice
from operator import attrgetter
from typing import Any

from messaging.rules.language.findings import Finding
from messaging.rules.language.matching import Places, Span
from messaging.rules.language.measures import MEASURES
from messaging.rules.language.reading import Reading, read
from messaging.rules.language.rule import Pack, Rule

# A text that breaks one rule a thousand times is told so a hundred times.
MOST_FINDINGS_OF_A_RULE = 100


def check(
    text: str, *, language: str, purpose: str, packs: Sequence[Pack], platform: str = ""
) -> list[Finding]:
    """Return the findings by place, those about what is missing (0, 0) first.

    Packs of another language than the text's still look for their words, so that a sentence in
    English inside a Hebrew text is read too; only packs of its own language miss or measure.
    """
    reading = read(text)
    found: list[Finding] = []
    for pack in packs:
        places = Places(reading, pack.lexicon.locate(reading.words))
        for rule in pack.rules:
            if _applies(rule, language, purpose):
                found += islice(_findings(rule, places, purpose), MOST_FINDINGS_OF_A_RULE)
    return _in_order(found)


def _applies(rule: Rule, language: str, purpose: str) -> bool:
    if rule.language != language and rule.kind != "words":
        return False
    return purpose in rule.applies_to or (not purpose and rule.kind != "missing")


def _findings(rule: Rule, places: Places, purpose: str) -> Iterator[Finding]:
    if rule.kind == "words":
        yield from _said(rule, places, purpose)
    elif rule.kind == "missing":
        if places.reading.words and not _standing(rule, places):
            yield _finding(rule, purpose, (0, 0))
    elif rule.kind == "mixed":
        yield from _mixed(rule, places, purpose)
    else:
        measured = list(MEASURES[rule.measure](places.reading, rule.settings))
        yield from (_finding(rule, purpose, (hit.start, hit.end), hit.data) for hit in measured)
        if rule.patterns:
            yield from _said(rule, places, purpose)


def _said(rule: Rule, places: Places, purpose: str) -> Iterator[Finding]:
    spans = _standing(rule, places)
    quotes = {name: places.find(patterns) for name, patterns in rule.quotes.items() if spans}
    for span in spans:
        data = dict(_quoted(places.reading, span, quotes))
        yield _finding(rule, purpose, places.reading.span(*span), data)


def _standing(rule: Rule, places: Places) -> list[Span]:
    """Return where the patterns of a rule match and nothing excuses it."""
    spans = places.find(rule.patterns)
    if not spans or (rule.unless_text and places.find(rule.unless_text)):
        return []
    excused = _words(places.find(rule.unless))
    bounds = places.reading.bounds_of
    near = {bounds[span.first] for span in places.find(rule.unless_near)}
    return [
        span
        for span in spans
        if bounds[span.first] not in near and excused.isdisjoint(range(*span))
    ]


def _words(spans: Iterable[Span]) -> set[int]:
    return {word for span in spans for word in range(*span)}


def _quoted(
    reading: Reading, span: Span, quotes: dict[str, list[Span]]
) -> Iterator[tuple[str, str]]:
    """Yield the first match of each quote in the sentence of a span, and the sentence itself."""
    low, high = reading.bounds_of[span.first]
    if quotes:
        yield "sentence", reading.quote(low, high)
    for name, spans in quotes.items():
        for quote in spans:
            if low <= quote.first < high:
                yield name, reading.quote(*quote)
                break


def _mixed(rule: Rule, places: Places, purpose: str) -> Iterator[Finding]:
    excused = _words(places.find(rule.unless))
    used = {
        name: [span for span in places.find(patterns) if excused.isdisjoint(range(*span))]
        for name, patterns in rule.groups.items()
    }
    met = sorted((spans for spans in used.values() if spans), key=lambda spans: -len(spans))
    for spans in met[1:]:
        data = {"beside": places.reading.quote(*met[0][0])}
        yield from (_finding(rule, purpose, places.reading.span(*span), data) for span in spans)


def _finding(
    rule: Rule, purpose: str, span: tuple[int, int], data: Mapping[str, Any] | None = None
) -> Finding:
    return Finding(
        rule=rule.id,
        severity=rule.severity_in(purpose),
        start=span[0],
        end=span[1],
        reason=rule.reason,
        suggestion=rule.suggestion,
        replacement=rule.replacement,
        data=data or {},
        category=rule.category,
    )


def _in_order(findings: list[Finding]) -> list[Finding]:
    """Sort by place; of findings of one rule that overlap keep one, over all they cover."""
    merged: list[Finding] = []
    by_rule = attrgetter("rule")
    for _rule, group in groupby(sorted(findings, key=by_rule), by_rule):
        merged += _apart(sorted(group, key=attrgetter("start", "end")))
    return sorted(merged, key=attrgetter("start", "end", "rule"))


def _apart(findings: list[Finding]) -> Iterator[Finding]:
    kept: Finding | None = None
    for finding in findings:
        if kept and (finding.start < kept.end or finding.start == kept.start):
            kept = replace(kept, end=max(kept.end, finding.end))
            continue
        if kept:
            yield kept
        kept = finding
    if kept:
        yield kept
