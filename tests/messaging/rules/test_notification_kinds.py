"""Sorts of news."""

from incidents.services.telling import TOLD
from messaging.models import NewsKind
from messaging.rules.notification_kinds import KINDS, is_urgent, kind_of


def test_people_choose_by_the_kinds_there_are() -> None:
    assert list(KINDS) == NewsKind.values


def test_whatever_people_are_told_of_has_a_kind() -> None:
    assert [verb for verb in TOLD if kind_of(verb) is None] == []


def test_what_nobody_is_told_of_has_none() -> None:
    assert kind_of("apikey.created") is None


def test_a_flag_is_no_review_and_cannot_wait() -> None:
    assert (kind_of("message.flagged"), is_urgent("message.flagged")) == ("flag", True)
