"""Rules of language and the packs they come in."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from messaging.rules.language.findings import Severity, Text
from messaging.rules.language.matching import Lexicon
from messaging.rules.language.patterns import Pattern

Kind = Literal["words", "missing", "mixed", "measured"]
KINDS: tuple[Kind, ...] = ("words", "missing", "mixed", "measured")
CATEGORIES = (
    "absolute",
    "acknowledgement",
    "action",
    "address",
    "apology",
    "blame",
    "brand",
    "defensive",
    "denial",
    "empathy",
    "inviting",
    "jargon",
    "next-update",
    "passive",
    "placeholder",
    "posture",
    "promise",
    "reading",
    "vague",
)
PURPOSES = (
    "holding",
    "acknowledgement",
    "update",
    "correction",
    "apology",
    "resolution",
    "recovery",
    "faq",
    "internal",
)
# What is said inside the house may name things as they are.
PUBLIC_PURPOSES = tuple(purpose for purpose in PURPOSES if purpose != "internal")


@dataclass(frozen=True)
class Rule:
    """One rule of one language; `kind` says which of the parts below it uses.

    `words` fires where a pattern matches and no `unless` touches it (`unless_near`: stands in
    the same sentence, `unless_text`: stands anywhere). `missing` fires once where no pattern
    matches. `mixed` fires where the text uses more than one of its `groups`. `measured` is
    computed by the function named by `measure` with `settings`.
    """

    id: str
    category: str
    severity: Severity
    language: str
    pack: str
    kind: Kind
    reason: Text
    suggestion: Text
    applies_to: frozenset[str] = frozenset(PUBLIC_PURPOSES)
    severity_for: Mapping[str, Severity] = field(default_factory=dict)
    patterns: tuple[Pattern, ...] = ()
    unless: tuple[Pattern, ...] = ()
    unless_near: tuple[Pattern, ...] = ()
    unless_text: tuple[Pattern, ...] = ()
    quotes: Mapping[str, tuple[Pattern, ...]] = field(default_factory=dict)
    groups: Mapping[str, tuple[Pattern, ...]] = field(default_factory=dict)
    replacement: str = ""
    measure: str = ""
    settings: Mapping[str, int | tuple[str, ...]] = field(default_factory=dict)
    fires: tuple[str, ...] = ()
    silent: tuple[str, ...] = ()

    def severity_in(self, purpose: str) -> Severity:
        """Return how grave the finding is in a text for this purpose."""
        return self.severity_for.get(purpose, self.severity)

    @property
    def all_patterns(self) -> list[Pattern]:
        """Return every pattern the rule looks for."""
        own = (self.patterns, self.unless, self.unless_near, self.unless_text)
        lists = [*own, *self.quotes.values(), *self.groups.values()]
        return [pattern for patterns in lists for pattern in patterns]


@dataclass(frozen=True)
class Pack:
    """Rules of one language, by id; `version` changes with every change of them."""

    id: str
    version: str
    language: str
    rules: tuple[Rule, ...]

    @cached_property
    def lexicon(self) -> Lexicon:
        """Return the words of all patterns."""
        return Lexicon(pattern for rule in self.rules for pattern in rule.all_patterns)

    def rule(self, rule_id: str) -> Rule | None:
        """Return the rule of this id, or None."""
        return next((rule for rule in self.rules if rule.id == rule_id), None)
