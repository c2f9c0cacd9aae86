"""Which rules of language are in force for a brand."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import NamedTuple, cast
from uuid import UUID

import structlog

from messaging.models import LanguagePack
from messaging.rules.language.findings import Severity
from messaging.rules.language.packs import BadPack, builtin_packs, load_pack, merge
from messaging.rules.language.rule import Pack

log = structlog.get_logger(__name__)

# Brands times languages whose compiled rules a process keeps.
KEPT = 64


class PackSource(NamedTuple):
    """A version of a pack of a brand, all that its compiled form depends on."""

    id: UUID
    version: int
    language: str
    rules: str
    disabled: tuple[str, ...]
    severities: tuple[tuple[str, str], ...]


class Applied(NamedTuple):
    """A pack that was applied, and in which version."""

    id: str
    version: str
    language: str


@dataclass(frozen=True)
class InForce:
    """The compiled rules of a brand for each language, and what it says of computed rules."""

    packs: tuple[Pack, ...]
    applied: tuple[Applied, ...]
    sources: tuple[PackSource, ...]

    def disabled(self, language: str) -> frozenset[str]:
        """Return the ids of rules left out of texts in a language."""
        return frozenset(
            rule
            for source in self.sources
            if source.language == language
            for rule in source.disabled
        )

    def severities(self, language: str) -> Mapping[str, Severity]:
        """Return the severities put in place of rules' own in a language."""
        return {
            rule: cast("Severity", severity)
            for source in self.sources
            if source.language == language
            for rule, severity in source.severities
        }

    def origin_of(self, rule_id: str, language: str) -> str:
        """Return the id of the last pack of the brand that has a rule; empty for a built-in one."""
        owners = [
            str(source.id)
            for source in self.sources
            if source.language == language and (pack := _loaded(source)) and pack.rule(rule_id)
        ]
        return owners[-1] if owners else ""


def rules_in_force(brand_id: UUID) -> InForce:
    """Return the built-in rules with what the active packs of a brand change, in one query."""
    rows = LanguagePack.objects.active().filter(brand_id=brand_id)
    sources = tuple(source_of(row) for row in rows)
    builtin = builtin_packs()
    packs = tuple(
        _merged(language, tuple(source for source in sources if source.language == language))
        for language in builtin
    )
    own = [Applied(pack.id, pack.version, pack.language) for pack in builtin.values()]
    added = [_applied(source) for source in sources]
    return InForce(packs, (*own, *added), sources)


def source_of(pack: LanguagePack) -> PackSource:
    """Return what a pack's compiled form depends on."""
    return PackSource(
        pack.pk,
        pack.version,
        pack.language,
        pack.rules,
        tuple(pack.disabled),
        tuple(sorted(pack.severities.items())),
    )


def _applied(source: PackSource) -> Applied:
    return Applied(str(source.id), str(source.version), source.language)


@lru_cache(maxsize=KEPT)
def _merged(language: str, sources: tuple[PackSource, ...]) -> Pack:
    """Compile the packs of a language once for each set of versions."""
    merged = builtin_packs()[language]
    for source in sources:
        merged = merge(
            merged,
            _loaded(source),
            source.disabled,
            {rule: cast("Severity", severity) for rule, severity in source.severities},
        )
    return merged


@lru_cache(maxsize=KEPT)
def _loaded(source: PackSource) -> Pack | None:
    """Return the rules a brand wrote; None without any, or when a later version refuses them.

    The text is checked with all other rules then, rather than not at all.
    """
    if not source.rules.strip():
        return None
    try:
        pack = load_pack(source.rules)
    except BadPack:
        log.warning("language_pack.unreadable", pack=str(source.id), version=source.version)
        return None
    return replace(pack, version=str(source.version))
