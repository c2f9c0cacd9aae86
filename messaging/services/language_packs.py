"""Language packs of a brand: checked before they are kept, every version kept."""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from crisisapi.accounts.models import Brand
from crisisapi.common.actors import Actor
from crisisapi.common.concurrency import differing, save_change
from crisisapi.common.errors import DomainError, InvalidInput
from crisisapi.events.services.log import lock_chain, lock_for_change, record_event
from messaging.models import LanguagePack, LanguagePackRevision
from messaging.rules.language.computed import PLACEHOLDER, computed_rules
from messaging.rules.language.examples import BrokenExample, broken_examples
from messaging.rules.language.findings import SEVERITIES
from messaging.rules.language.packs import BadPack, builtin_packs, load_pack
from messaging.rules.language.rule import Pack

MOST_BROKEN = 20
MOST_PACKS = 20
QUOTED = 200


class LanguagePackExists(DomainError):
    """The brand has a pack of this name in this language."""

    code = "language_pack_exists"
    detail = _("There is a language pack of this name in this language already.")


class TooManyLanguagePacks(DomainError):
    """Every text is read with all of them."""

    code = "too_many_language_packs"
    detail = _("A brand has at most %d language packs. Put rules together in one.") % MOST_PACKS


@transaction.atomic
def add_language_pack(*, brand: Brand, actor: Actor, now: datetime, **fields: Any) -> LanguagePack:
    """Add rules of a brand; refuses rules whose examples do not do what they say."""
    lock_chain(brand.pk)
    if LanguagePack.objects.filter(brand=brand).count() >= MOST_PACKS:
        raise TooManyLanguagePacks
    pack = LanguagePack(brand=brand, created_at=now, updated_at=now, **fields)
    _check(pack)
    try:
        with transaction.atomic():
            pack.save(force_insert=True)
    except IntegrityError as error:
        raise LanguagePackExists from error
    _keep_revision(pack, actor, now)
    _record(pack, "languagepack.added", actor, now, name=pack.name, language=pack.language)
    return pack


@transaction.atomic
def change_language_pack(
    *, pack: LanguagePack, actor: Actor, now: datetime, expected_version: int | None, **fields: Any
) -> LanguagePack:
    """Change rules or what is left out; each change is a version that is kept."""
    locked = lock_for_change(pack, expected_version=expected_version)
    changed = differing(locked, fields)
    if not changed:
        return locked
    for name, value in changed.items():
        setattr(locked, name, value)
    _check(locked)
    try:
        with transaction.atomic():
            save_change(locked, *changed, now=now)
    except IntegrityError as error:
        raise LanguagePackExists from error
    _keep_revision(locked, actor, now)
    _record(locked, "languagepack.changed", actor, now, fields=sorted(changed))
    return locked


def _check(pack: LanguagePack) -> None:
    loaded = _loaded(pack)
    builtin = builtin_packs()[pack.language]
    rules = {rule.id: rule.category for one in (builtin, loaded) if one for rule in one.rules}
    known = rules | {rule.id: rule.category for rule in computed_rules()}
    errors = {
        **_of_disabled(pack.disabled, known),
        **_of_severities(pack.severities, known),
        **_of_replaced(loaded, builtin),
    }
    if errors:
        raise InvalidInput(errors=errors)


def _loaded(pack: LanguagePack) -> Pack | None:
    """Return the compiled rules, all of whose examples hold; None without rules."""
    if not pack.rules.strip():
        return None
    try:
        loaded = load_pack(pack.rules)
    except BadPack as error:
        raise InvalidInput(errors={"rules": [str(error)]}) from error
    if loaded.language != pack.language:
        sentence = _("The rules say that they are for the language “%s”.") % loaded.language
        raise InvalidInput(errors={"rules": [sentence]})
    if broken := broken_examples(loaded):
        raise InvalidInput(errors={"rules": [_broken(one) for one in broken[:MOST_BROKEN]]})
    return loaded


def _broken(broken: BrokenExample) -> str:
    named = {"rule": broken.rule, "example": broken.example[:QUOTED]}
    if broken.should_fire:
        return _("%(rule)s does not find anything in its example: “%(example)s”") % named
    return _("%(rule)s finds something where it should not: “%(example)s”") % named


def _of_disabled(disabled: object, known: dict[str, str]) -> dict[str, list[object]]:
    if not isinstance(disabled, list) or not all(isinstance(rule, str) for rule in disabled):
        return {"disabled": [_("Give a list of ids of rules.")]}
    wrong: list[object] = [_unknown(rule) for rule in disabled if rule not in known]
    fixed = [rule for rule in disabled if known.get(rule) == PLACEHOLDER]
    wrong += [_("%s cannot be left out: no message goes out with gaps.") % rule for rule in fixed]
    return {"disabled": wrong} if wrong else {}


def _of_severities(severities: object, known: dict[str, str]) -> dict[str, list[object]]:
    if not isinstance(severities, dict):
        return {"severities": [_("Give a severity by the id of each rule.")]}
    errors: dict[str, list[object]] = {}
    for rule, severity in severities.items():
        if rule not in known:
            errors[f"severities.{rule}"] = [_unknown(rule)]
        elif severity not in SEVERITIES:
            errors[f"severities.{rule}"] = [_("Give one of: error, warning, hint.")]
        elif known[rule] == PLACEHOLDER and severity != "error":
            sentence = _("%s stays an error: no message goes out with gaps.") % rule
            errors[f"severities.{rule}"] = [sentence]
    return errors


def _of_replaced(loaded: Pack | None, builtin: Pack) -> dict[str, list[object]]:
    """Refuse to put a rule of the brand in the place of the one for placeholders."""
    fixed = {rule.id for rule in builtin.rules if rule.category == PLACEHOLDER}
    replaced = [rule.id for rule in loaded.rules if rule.id in fixed] if loaded else []
    sentence = _("%s cannot be replaced: no message goes out with gaps.")
    return {"rules": [sentence % rule for rule in replaced]} if replaced else {}


def _unknown(rule: str) -> str:
    return _("There is no rule “%s” for this language.") % rule[:QUOTED]


def _keep_revision(pack: LanguagePack, actor: Actor, now: datetime) -> None:
    LanguagePackRevision.objects.create(
        pack=pack,
        number=pack.version,
        name=pack.name,
        rules=pack.rules,
        disabled=pack.disabled,
        severities=pack.severities,
        is_active=pack.is_active,
        author_id=actor.person_id,
        created_at=now,
    )


def _record(pack: LanguagePack, verb: str, actor: Actor, now: datetime, **data: object) -> None:
    record_event(brand_id=pack.brand_id, verb=verb, instance=pack, actor=actor, now=now, data=data)
