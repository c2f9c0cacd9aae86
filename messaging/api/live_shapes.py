"""Live sessions and their queues, as they are sent and answered."""

from typing import Any

from rest_framework import serializers

from crisisapi.accounts.api.fields import BrandField, MemberUserField, VisibleField
from crisisapi.common.fields import MomentField, ShortListField
from incidents.models import Incident
from messaging.api.words import WordsSerializer
from messaging.models import (
    LONGEST_RECORDING,
    SPOKEN_LENGTH,
    LiveSession,
    Question,
    QuestionStatus,
    QueueState,
)
from messaging.services.live_sessions import MOST_HOSTS

_LINK = "Where it takes place: an address beginning with https:."
_RECORDING = "Where it can be seen afterwards: an address beginning with https:."


class LiveWordingSerializer(serializers.Serializer[Any]):
    leaves_out = True
    titles = WordsSerializer(required=False, help_text="The title, by language; one line.")
    intros = WordsSerializer(required=False, help_text="Who answers, and what, by language.")
    link = serializers.CharField(
        max_length=2_000, required=False, allow_blank=True, help_text=_LINK
    )
    recording_url = serializers.CharField(
        max_length=2_000, required=False, allow_blank=True, help_text=_RECORDING
    )


class LiveSessionSerializer(serializers.ModelSerializer[LiveSession]):
    brand = BrandField(read_only=True)
    titles = WordsSerializer(help_text="The title that is shown, by language.")
    intros = WordsSerializer(help_text="The introduction that is shown, by language.")
    proposal = LiveWordingSerializer(
        allow_null=True, help_text="The words that wait for approval; null when none do."
    )

    class Meta:
        model = LiveSession
        fields = [
            "id",
            "brand",
            "incident",
            "titles",
            "intros",
            "link",
            "recording_url",
            "starts_at",
            "ends_at",
            "hosts",
            "status",
            "status_reason",
            "started_at",
            "ended_at",
            "proposal",
            "proposed_by",
            "revision",
            "approved_revision",
            "approved_by",
            "approved_at",
            "created_at",
            "updated_at",
            "version",
        ]
        read_only_fields = fields


class LiveSessionChangeSerializer(LiveWordingSerializer):
    leaves_out = False
    incident = VisibleField(
        queryset=Incident.objects.all(),
        required=False,
        allow_null=True,
        help_text="Id of the incident it is about; null for none.",
    )
    titles = WordsSerializer(help_text="The title, by language; one line.")
    starts_at = MomentField(help_text="When it is to start.")
    ends_at = MomentField(help_text="When it is to end, within 24 hours.")
    hosts = ShortListField(
        child=MemberUserField(),
        max_length=MOST_HOSTS,
        required=False,
        help_text="Ids of the people who answer; members of the brand.",
    )


class NewLiveSessionSerializer(LiveSessionChangeSerializer):
    brand = BrandField()


class LiveQuestionChoiceSerializer(serializers.Serializer[Any]):
    question = VisibleField(queryset=Question.objects.all(), help_text="Id of the question.")


class FinishedAnswerSerializer(LiveQuestionChoiceSerializer):
    spoken = serializers.CharField(
        max_length=SPOKEN_LENGTH,
        required=False,
        allow_blank=True,
        help_text="What was said, for the team: the draft of the written answer.",
    )
    seconds = serializers.IntegerField(
        min_value=0,
        max_value=LONGEST_RECORDING,
        required=False,
        help_text="Where in the recording, in seconds from its start.",
    )


class LiveDraftsSerializer(serializers.Serializer[Any]):
    incident = VisibleField(
        queryset=Incident.objects.all(),
        required=False,
        help_text="Id of the incident; needed where neither question nor session has one.",
    )


class QueuedQuestionSerializer(serializers.Serializer[Any]):
    question = serializers.UUIDField(source="question.pk", help_text="Id of the question.")
    text = serializers.CharField(source="question.text", help_text="What is asked.")
    language = serializers.CharField(source="question.language", help_text="In which language.")
    status = serializers.ChoiceField(
        source="question.status", choices=QuestionStatus.choices, help_text="Where it stands."
    )
    is_public = serializers.BooleanField(
        source="question.is_public", help_text="Whether everybody may read its words."
    )
    flags = serializers.ListField(
        source="question.flags",
        child=serializers.CharField(),
        help_text="What to look at twice: link, contact, blocked_word.",
    )
    asked = serializers.IntegerField(help_text="How many want to know it.")
    position = serializers.IntegerField(
        allow_null=True, help_text="Place among those that wait, from 1; null when it does not."
    )
    state = serializers.ChoiceField(
        source="row.state",
        choices=QueueState.choices,
        help_text="What became of it in this session.",
    )
    state_at = serializers.DateTimeField(source="row.state_at", help_text="Since when.")
    host = serializers.UUIDField(
        source="row.host_id", allow_null=True, help_text="Who said so last."
    )
    spoken = serializers.CharField(source="row.spoken", help_text="What was said, for the team.")
    seconds = serializers.IntegerField(
        source="row.seconds", allow_null=True, help_text="Where in the recording, in seconds."
    )
    answer = serializers.UUIDField(
        source="question.answer_id",
        allow_null=True,
        help_text="Id of the message that answers it in writing.",
    )


class LiveQueueSerializer(serializers.Serializer[Any]):
    queue = QueuedQuestionSerializer(many=True, help_text="In its order; at most 500.")
