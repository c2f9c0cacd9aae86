"""What is written into a message: a new one, a change, a revision of what is public."""

from rest_framework import serializers

from crisisapi.accounts.api.fields import VisibleField
from crisisapi.common.fields import OneOfField
from incidents.models import Fact, Incident
from messaging.models import BODY_LENGTH, KeyMessage, Message, Purpose, SuccessStory


class WordingSerializer(serializers.ModelSerializer[Message]):
    facts = VisibleField(
        queryset=Fact.objects.all(),
        many=True,
        required=False,
        help_text="Ids of the facts it rests on; facts of its incident.",
    )
    key_messages = VisibleField(
        queryset=KeyMessage.objects.all(),
        many=True,
        required=False,
        help_text="Ids of the key messages it carries; it rests on their facts too.",
    )
    cited_stories = VisibleField(
        queryset=SuccessStory.objects.all(),
        many=True,
        required=False,
        help_text="Ids of the success stories it cites.",
    )

    class Meta:
        model = Message
        fields = [
            "title",
            "purpose",
            "audience",
            "language",
            "body",
            "facts",
            "key_messages",
            "cited_stories",
        ]


class NewMessageSerializer(WordingSerializer):
    incident = VisibleField(queryset=Incident.objects.all(), help_text="Id of the incident.")

    class Meta(WordingSerializer.Meta):
        fields = ["incident", *WordingSerializer.Meta.fields]


class MessageChangeSerializer(WordingSerializer):
    reason = serializers.CharField(
        max_length=2_000, required=False, allow_blank=True, help_text="Why it is worded anew."
    )

    class Meta(WordingSerializer.Meta):
        fields = [*WordingSerializer.Meta.fields, "reason"]


class RevisingSerializer(MessageChangeSerializer):
    purpose = OneOfField(
        choices=Purpose.choices,
        default=Purpose.UPDATE,
        help_text="What the new message is for: mostly update or correction.",
    )
    title = serializers.CharField(
        max_length=200, required=False, help_text="One line; left out: that of the old one."
    )
    body = serializers.CharField(
        max_length=BODY_LENGTH, required=False, help_text="Left out: the wording of the old one."
    )
    reason = serializers.CharField(max_length=2_000, help_text="Why it is said anew.")

    class Meta(MessageChangeSerializer.Meta):
        fields = ["purpose", "title", "audience", "body", "facts", "reason"]
