"""Variants: what is approved is what is sent."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from crisisapi.accounts.models import Brand, User
from crisisapi.common.actors import SYSTEM
from crisisapi.common.errors import InvalidInput, StaleVersion
from crisisapi.events.models import Event
from incidents.models import Incident
from incidents.services.merging import merge_incident
from messaging.models import Channel, Message, MessageStatus, PublicationPart, Variant
from messaging.services.approvals import approve_message, hash_of
from messaging.services.fitness import DoesNotFit
from messaging.services.messages import change_message, submit_message
from messaging.services.pieces import pieces_of
from messaging.services.publications import WordingChanged, publish_message
from messaging.services.steps import WrongStatus
from messaging.services.variants import (
    VariantExists,
    change_variant,
    drop_variant,
    write_variant,
)
from tests.factories.accounts import BrandFactory
from tests.factories.incidents import IncidentFactory
from tests.factories.messaging import ChannelFactory, MediaAssetFactory, MessageFactory

pytestmark = pytest.mark.django_db

By = Callable[..., dict[str, Any]]


@pytest.fixture
def message(incident: Incident, responder: User) -> Message:
    return MessageFactory(incident=incident, author=responder)


def _said() -> dict[str, Any]:
    return {"actor": SYSTEM, "now": timezone.now()}


def _write(message: Message, channel: Channel, **fields: Any) -> Variant:
    return write_variant(message=message, channel=channel, **_said(), **fields)


def _change(variant: Variant, **fields: Any) -> Variant:
    return change_variant(variant=variant, expected_version=None, **_said(), **fields)


def _approved(message: Message, by: By, author: User, approver: User) -> Message:
    submitted = submit_message(message=message, **by(author))
    return approve_message(message=submitted, revision=submitted.revision, **by(approver))


def test_without_a_variant_the_body_goes_as_it_stands(message: Message, channel: Channel) -> None:
    [piece] = pieces_of(message, channel)

    assert (piece.title, piece.text, piece.language) == (message.title, message.body, "en")


def test_a_variant_says_exactly_what_is_sent(message: Message, channel: Channel) -> None:
    picture = MediaAssetFactory(brand=message.brand)
    text = "A first sentence that is short. " * 20

    _write(
        message,
        channel,
        text=text,
        is_thread=True,
        media=[(picture, "A kettle")],
        options={"reply_settings": "following"},
    )

    pieces = pieces_of(message, channel)
    assert [piece.text[-3:] for piece in pieces] == ["1/3", "2/3", "3/3"]
    assert [len(piece.attachments) for piece in pieces] == [1, 0, 0]
    assert pieces[0].attachments[0]["alt_text"] == "A kettle"
    assert pieces[2].options == {"reply_settings": "following"}


def test_hebrew_is_isolated_unless_the_variant_says_no(message: Message, channel: Channel) -> None:
    Message.objects.filter(pk=message.pk).update(language="he")
    message.refresh_from_db()

    variant = _write(message, channel, text="כתבו אל @rimon")
    assert variant.pieces[0]["text"] == "כתבו אל \u2066@rimon\u2069"

    assert _change(variant, is_isolated=False).pieces[0]["text"] == "כתבו אל @rimon"


def test_a_link_is_told_to_facebook_and_written_elsewhere(message: Message, brand: Brand) -> None:
    link = "https://example.org/k2"
    facebook = ChannelFactory(brand=brand, platform="facebook")
    threads = ChannelFactory(brand=brand, platform="threads")

    [told] = _write(message, facebook, text="Stop", link=link).pieces
    [written] = _write(message, threads, text="Stop", link=link).pieces

    assert (told["text"], told["options"]) == ("Stop", {"link": link})
    assert (written["text"], written["options"]) == (f"Stop\n\n{link}", {})


def test_a_variant_is_a_new_wording_of_the_message(
    message: Message, channel: Channel, responder: User, approver: User, by: By
) -> None:
    approved = _approved(message, by, responder, approver)

    _write(approved, channel, text="Shorter.")

    approved.refresh_from_db()
    assert (approved.status, approved.approved_hash, approved.revision) == ("draft", "", 2)
    last = approved.revisions.get(number=2)
    assert last.variants == [{"channel": str(channel.pk), "pieces": approved.variants.get().pieces}]
    assert last.wording_hash == hash_of(approved)
    verbs = list(Event.objects.order_by("id").values_list("verb", flat=True))[-3:]
    assert verbs == ["variant.written", "message.changed", "message.approval_withdrawn"]


def test_who_writes_a_variant_cannot_approve_it(
    message: Message, channel: Channel, approver: User, by: By
) -> None:
    write_variant(
        message=message, channel=channel, actor=by(approver)["actor"], now=timezone.now(), text="Ha"
    )
    message.refresh_from_db()
    submitted = submit_message(
        message=message, actor=SYSTEM, now=timezone.now(), expected_version=None
    )

    with pytest.raises(Exception, match="four_eyes"):
        approve_message(message=submitted, revision=2, **by(approver))


@pytest.mark.parametrize(
    "change", [{"text": "Other."}, {"options": {"reply_to": "208"}}, {"link": "https://a.example"}]
)
def test_each_change_of_what_is_sent_changes_the_hash(
    message: Message, channel: Channel, change: dict[str, Any]
) -> None:
    variant = _write(message, channel, text="Shorter.")
    before = hash_of(message)

    _change(variant, **change)

    assert hash_of(message) != before


def test_another_picture_or_other_words_change_the_hash(message: Message, channel: Channel) -> None:
    picture, other = MediaAssetFactory.create_batch(2, brand=message.brand)
    variant = _write(message, channel, media=[(picture, "A")])
    hashes = {hash_of(message)}

    for shown in ([(picture, "B")], [(other, "A")], [(picture, "A"), (other, "A")]):
        _change(variant, media=shown)
        hashes.add(hash_of(message))

    assert len(hashes) == 4


def test_a_change_of_nothing_leaves_no_trace(message: Message, channel: Channel) -> None:
    picture = MediaAssetFactory(brand=message.brand)
    variant = _write(message, channel, text="Shorter.", media=[(picture, "A")])
    events = Event.objects.count()

    same = _change(variant, text="Shorter.", media=[(picture, "A")])

    assert (same.version, Event.objects.count()) == (1, events)


def test_a_variant_without_words_follows_the_body(message: Message, channel: Channel) -> None:
    variant = _write(message, channel, is_thread=True)

    change_message(message=message, expected_version=None, **_said(), body="Only this.")

    variant.refresh_from_db()
    message.refresh_from_db()
    assert variant.pieces[0]["text"] == "Only this."
    assert message.revisions.get(number=3).variants[0]["pieces"] == variant.pieces


def test_a_dropped_variant_leaves_body_and_revision(message: Message, channel: Channel) -> None:
    variant = _write(message, channel, text="Shorter.")

    drop_variant(variant=variant, expected_version=1, **_said())

    message.refresh_from_db()
    assert pieces_of(message, channel)[0].text == message.body
    assert [one.variants != [] for one in message.revisions.order_by("number")] == [
        False,
        True,
        False,
    ]
    assert Event.objects.filter(verb="variant.dropped", object_id=variant.pk).exists()


def test_one_variant_for_a_channel(message: Message, channel: Channel) -> None:
    _write(message, channel)

    with pytest.raises(VariantExists):
        _write(message, channel)


def test_what_is_public_gets_no_variant(channel: Channel, incident: Incident) -> None:
    public = MessageFactory(incident=incident, status=MessageStatus.PUBLISHED)

    with pytest.raises(WrongStatus):
        _write(public, channel)


def test_a_stale_version_is_refused(message: Message, channel: Channel) -> None:
    variant = _write(message, channel)

    with pytest.raises(StaleVersion):
        change_variant(variant=variant, expected_version=7, **_said(), text="x")


def test_another_brand_another_incident_and_unknown_options_are_refused(
    message: Message, channel: Channel
) -> None:
    stranger = ChannelFactory(brand=BrandFactory())
    elsewhere = MediaAssetFactory(
        brand=message.brand, incident=IncidentFactory(brand=message.brand)
    )

    with pytest.raises(InvalidInput) as refused:
        _write(message, stranger)
    assert set(refused.value.errors) == {"channel"}
    with pytest.raises(InvalidInput) as refused:
        _write(message, channel, media=[(elsewhere, "")], options={"visibility": "public"})
    assert set(refused.value.errors) == {"media", "options"}


def test_what_is_too_long_is_not_submitted_approved_or_published(
    message: Message, channel: Channel, responder: User, approver: User, by: By
) -> None:
    variant = _write(message, channel, text="א" * 300)
    message.refresh_from_db()

    with pytest.raises(DoesNotFit) as refused:
        submit_message(message=message, **by(responder))
    assert refused.value.errors == {
        f"variants.{variant.pk}": ["20 too many: 300 of 280 characters as X weighs them."]
    }

    Message.objects.filter(pk=message.pk).update(status="in_review")
    with pytest.raises(DoesNotFit):
        approve_message(message=message, revision=2, **by(approver))

    Message.objects.filter(pk=message.pk).update(
        status="approved",
        approved_hash=hash_of(message),
        approved_by=approver,
        approved_at=timezone.now(),
    )
    with pytest.raises(DoesNotFit):
        publish_message(message=message, channels=[channel], **by(approver))


def test_a_channel_without_a_variant_says_what_its_platform_lacks(
    message: Message, brand: Brand, responder: User, approver: User, by: By
) -> None:
    instagram = ChannelFactory(brand=brand, name="Pictures", platform="instagram")
    approved = _approved(message, by, responder, approver)

    with pytest.raises(DoesNotFit) as refused:
        publish_message(message=approved, channels=[instagram], **by(approver))

    assert refused.value.errors == {
        "channels": [
            "Pictures: A picture or film is needed there. Write a variant for this channel."
        ]
    }


def test_a_picture_nobody_described_keeps_a_message_from_review(
    message: Message, channel: Channel, responder: User, by: By
) -> None:
    _write(message, channel, media=[(MediaAssetFactory(brand=message.brand), " ")])
    message.refresh_from_db()

    with pytest.raises(DoesNotFit):
        submit_message(message=message, **by(responder))


def test_posts_changed_behind_the_back_of_the_approval_do_not_leave(
    message: Message, channel: Channel, responder: User, approver: User, by: By
) -> None:
    variant = _write(message, channel, text="Shorter.")
    message.refresh_from_db()
    approved = _approved(message, by, responder, approver)
    with connection.cursor() as cursor:
        cursor.execute(
            """UPDATE messaging_variant SET pieces = jsonb_set(pieces, '{0,text}', '"Ha"')
               WHERE id = %s""",
            [variant.pk],
        )

    with pytest.raises(WordingChanged):
        publish_message(message=approved, channels=[channel], **by(approver))


def test_a_channel_takes_what_its_instance_takes(message: Message, brand: Brand) -> None:
    mastodon = ChannelFactory(brand=brand, platform="mastodon", limits={"max_characters": 100})

    variant = _write(message, mastodon, text="word " * 30, is_thread=True, is_numbered=False)

    assert len(variant.pieces) == 2


def test_workers_are_given_exactly_the_posts_that_were_approved(
    message: Message, channel: Channel, responder: User, approver: User, by: By
) -> None:
    picture = MediaAssetFactory(brand=message.brand)
    text = "A sentence that is not long. " * 20
    variant = _write(message, channel, text=text, is_thread=True, media=[(picture, "A kettle")])
    message.refresh_from_db()
    approved = _approved(message, by, responder, approver)

    publish_message(message=approved, channels=[channel], **by(approver))

    parts = PublicationPart.objects.filter(publication__message=message).order_by("number")
    assert [
        {
            "title": part.title,
            "text": part.text,
            "language": part.language,
            "attachments": part.attachments,
            "options": part.options,
        }
        for part in parts
    ] == variant.pieces


def test_pictures_of_an_incident_follow_it_when_it_is_merged(brand: Brand) -> None:
    double, target = IncidentFactory.create_batch(2, brand=brand)
    picture, other = MediaAssetFactory(brand=brand, incident=double), MediaAssetFactory(brand=brand)

    merge_incident(
        incident=double, into=target, reason="One story", expected_version=None, **_said()
    )

    picture.refresh_from_db()
    other.refresh_from_db()
    assert (picture.incident_id, other.incident_id) == (target.pk, None)
