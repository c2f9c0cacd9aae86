"""Review policies: who has to agree, decided before it matters."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from crisisapi.accounts.models import Brand, Member, Role
from crisisapi.common.actors import Actor
from crisisapi.common.concurrency import differing, save_change
from crisisapi.common.errors import DomainError, InvalidInput
from crisisapi.events.services.log import lock_chain, lock_for_change, record_event
from incidents.models import Severity
from incidents.models.incident import Kind
from incidents.rules.flaws import Flaw
from messaging.models import Purpose, ReviewPolicy
from messaging.rules.reviews import flaws_of_stages

_CHOICES: dict[str, Collection[Any]] = {
    "purposes": Purpose.values,
    "kinds": Kind.values,
    "severities": Severity.values,
    "break_glass_roles": [Role.APPROVER.value, Role.MANAGER.value],
}

# What would be right, by code of the flaw.
_SENTENCES = {
    "stages_shape": _("Give a list of 1 to %(most)s stages."),
    "stage_shape": _("Give an object with name, who and rule; with at_least also count."),
    "stage_name": _("Give a name of 1 to %(most)s characters."),
    "who_shape": _("Give a list of 1 to %(most)s parties."),
    "party_shape": _("Give an object with a role, a department or a member, or several of these."),
    "member": _("Give the id of a person."),
    "count": _("Give a whole number from 1 to %(most)s."),
    "choice": _("Give one of: %(choices)s."),
    "name": _("There is no such field here. Known: %(choices)s."),
}


class PolicyNameTaken(DomainError):
    """The name is taken."""

    code = "policy_name_taken"
    detail = _("This brand has a review policy of this name already.")


@transaction.atomic
def add_review_policy(*, brand: Brand, actor: Actor, now: datetime, **fields: Any) -> ReviewPolicy:
    """Make a policy; refuses flaws, each at its place, strangers as reviewers, and a taken name."""
    lock_chain(brand.pk)
    _check(brand.pk, fields)
    policy = ReviewPolicy(brand=brand, created_at=now, updated_at=now, **fields)
    _require_free(policy)
    policy.save(force_insert=True)
    told = {name: getattr(policy, name) for name in ("name", "position", "stages")}
    _record(policy, "review_policy.added", actor, now, told)
    return policy


@transaction.atomic
def change_review_policy(
    *,
    policy: ReviewPolicy,
    actor: Actor,
    now: datetime,
    expected_version: int | None,
    **fields: Any,
) -> ReviewPolicy:
    """Change a policy; reviews that go on keep the terms they were submitted to."""
    locked = lock_for_change(policy, expected_version=expected_version)
    _check(locked.brand_id, fields)
    changed = differing(locked, fields)
    if not changed:
        return locked
    told = {name: {"from": getattr(locked, name), "to": value} for name, value in changed.items()}
    for name, value in changed.items():
        setattr(locked, name, value)
    _require_free(locked)
    save_change(locked, *changed, now=now)
    _record(locked, "review_policy.changed", actor, now, {"changed": told})
    return locked


def _check(brand_id: UUID, fields: dict[str, Any]) -> None:
    """Refuse flaws; a stage that leaves its count out has the count of one."""
    errors: dict[str, list[object]] = {}
    for name, known in _CHOICES.items():
        if name in fields and not _is_among(fields[name], known):
            choices = ", ".join(map(str, known))
            errors[name] = [_("Give a list, each one of: %s.") % choices]
    if "stages" in fields:
        _collect(errors, "stages", flaws_of_stages(fields["stages"]))
        if not errors:
            errors = _strangers(brand_id, fields["stages"])
    if errors:
        raise InvalidInput(errors=errors)
    if "stages" in fields:
        fields["stages"] = [{"count": 1, **stage} for stage in fields["stages"]]


def _is_among(values: object, known: Collection[Any]) -> bool:
    if not isinstance(values, list) or any(isinstance(value, bool) for value in values):
        return False
    return all(value in known for value in values) and len(set(values)) == len(values)


def _strangers(brand_id: UUID, stages: Iterable[dict[str, Any]]) -> dict[str, list[object]]:
    """Return, by place, the persons named in stages who are no members of the brand."""
    named = {
        f"stages.{at}.who.{place}.member": party["member"]
        for at, stage in enumerate(stages)
        for place, party in enumerate(stage["who"])
        if "member" in party
    }
    members = Member.objects.filter(brand_id=brand_id, user_id__in=set(named.values()))
    known = {str(pk) for pk in members.values_list("user_id", flat=True)}
    sentence = _("This person is not a member of the brand.")
    return {place: [sentence] for place, person in named.items() if person not in known}


def _collect(errors: dict[str, list[object]], field: str, flaws: Iterable[Flaw]) -> None:
    for flaw in flaws:
        place = ".".join((field, *flaw.path))
        errors.setdefault(place, []).append(_SENTENCES[flaw.code] % flaw.params)


def _require_free(policy: ReviewPolicy) -> None:
    others = ReviewPolicy.objects.filter(brand_id=policy.brand_id, name=policy.name)
    if others.exclude(pk=policy.pk).exists():
        raise PolicyNameTaken


def _record(
    policy: ReviewPolicy, verb: str, actor: Actor, now: datetime, data: dict[str, object]
) -> None:
    record_event(
        brand_id=policy.brand_id, verb=verb, instance=policy, actor=actor, now=now, data=data
    )
