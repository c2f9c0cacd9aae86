"""Trying a channel without publishing anything."""

from datetime import datetime

from django.db import transaction

from crisisapi.common.actors import Actor
from crisisapi.common.concurrency import save_change
from crisisapi.common.errors import StaleVersion
from crisisapi.common.sentences import kept
from crisisapi.common.setup import Problem
from crisisapi.events.services.log import lock_for_change, record_event
from messaging.channels import way_of
from messaging.channels.base import Account
from messaging.channels.http import CallFailed
from messaging.models import Channel
from messaging.services.accounts import account_of, hiding_of


def try_channel(
    *, channel: Channel, actor: Actor, now: datetime, expected_version: int | None
) -> Channel:
    """Ask the platform whether the channel would work, and keep what it said.

    Asks outside of any transaction; refuses with `StaleVersion` to keep the answer for a channel
    that somebody changed meanwhile.
    """
    if expected_version not in (None, channel.version):
        raise StaleVersion
    account = account_of(channel)
    problems = way_of(channel).test(account)
    return _keep(channel, problems, _limits(channel, account, problems), actor, now)


def _limits(channel: Channel, account: Account, problems: list[Problem]) -> dict[str, int]:
    """Ask what the account may send; what was known stays when it does not say."""
    if problems:
        return dict(channel.limits)
    try:
        return way_of(channel).limits(account)
    except CallFailed:
        return dict(channel.limits)


@transaction.atomic
def _keep(
    channel: Channel,
    problems: list[Problem],
    limits: dict[str, int],
    actor: Actor,
    now: datetime,
) -> Channel:
    locked = lock_for_change(channel, expected_version=channel.version)
    locked.tested_at = now
    hiding = hiding_of(channel.pk)
    locked.test_problems = [
        {
            "code": problem.code,
            "sentence": kept(hiding.sentence(problem.sentence)),
            "field": problem.field,
        }
        for problem in problems
    ]
    locked.limits = limits
    save_change(locked, "tested_at", "test_problems", "limits", now=now)
    record_event(
        brand_id=locked.brand_id,
        verb="channel.tested",
        instance=locked,
        actor=actor,
        now=now,
        data={"problems": [problem.code for problem in problems]},
    )
    return locked
