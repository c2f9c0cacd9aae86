"""Questions of the audience, as they are sent and answered."""

from typing import Any

from rest_framework import serializers

from crisisapi.accounts.api.fields import BrandField, MemberUserField, VisibleField
from crisisapi.accounts.models import Department
from crisisapi.common.fields import OneOfField
from incidents.models import Fact, Incident
from messaging.models import (
    BODY_LENGTH,
    QUESTION_LENGTH,
    Message,
    Question,
    QuestionStatus,
)


class QuestionSerializer(serializers.ModelSerializer[Question]):
    brand = BrandField(read_only=True)
    contact = serializers.CharField(
        source="masked_contact",
        help_text="Where the answer is mailed to, masked; empty when nowhere, or not any more.",
    )
    flags = serializers.ListField(
        child=serializers.CharField(),
        help_text="What to look at twice: link, contact, blocked_word.",
    )
    votes = serializers.IntegerField(help_text="How many said that they want to know it too.")

    class Meta:
        model = Question
        fields = [
            "id",
            "brand",
            "incident",
            "text",
            "language",
            "origin",
            "origin_url",
            "mention_id",
            "asked_by",
            "contact",
            "flags",
            "votes",
            "status",
            "status_reason",
            "department",
            "person",
            "is_public",
            "duplicate_of",
            "answer",
            "answered_at",
            "mailed_at",
            "created_at",
            "updated_at",
            "version",
        ]
        read_only_fields = fields


class QuestionChangeSerializer(serializers.ModelSerializer[Question]):
    incident = VisibleField(
        queryset=Incident.objects.all(),
        required=False,
        allow_null=True,
        help_text="Id of the incident it is about; null for none.",
    )
    text = serializers.CharField(max_length=QUESTION_LENGTH, help_text="What is asked.")

    class Meta:
        model = Question
        fields = ["incident", "text", "language", "origin_url"]


class NewQuestionSerializer(QuestionChangeSerializer):
    brand = BrandField()

    class Meta(QuestionChangeSerializer.Meta):
        fields = [
            "brand",
            *QuestionChangeSerializer.Meta.fields,
            "mention_id",
            "asked_by",
        ]


class RouteSerializer(serializers.Serializer[Any]):
    department = OneOfField(
        choices=Department.choices, required=False, help_text="The department that is to answer."
    )
    person = MemberUserField(required=False, help_text="Id of the person who is to answer.")


class MergedQuestionSerializer(serializers.Serializer[Any]):
    into = VisibleField(
        queryset=Question.objects.all(), help_text="Id of the question that asks the same."
    )


class AnswerSerializer(serializers.Serializer[Any]):
    body = serializers.CharField(
        max_length=BODY_LENGTH,
        required=False,
        help_text="The answer, to be reviewed like any message.",
    )
    title = serializers.CharField(
        max_length=200,
        required=False,
        help_text="The question as it is read in public; left out: as it was asked.",
    )
    facts = VisibleField(
        queryset=Fact.objects.all(),
        many=True,
        required=False,
        help_text="Ids of the facts it rests on; facts of its incident.",
    )
    incident = VisibleField(
        queryset=Incident.objects.all(),
        required=False,
        help_text="Id of the incident; needed where the question has none.",
    )
    message = VisibleField(
        queryset=Message.objects.all(),
        required=False,
        help_text="Instead of a body: id of a message of questions and answers that answers it.",
    )


class SimilarQuestionSerializer(serializers.Serializer[Any]):
    question = serializers.UUIDField(source="question.pk", help_text="Id of the other question.")
    text = serializers.CharField(source="question.text", help_text="What it asks.")
    status = serializers.ChoiceField(
        source="question.status", choices=QuestionStatus.choices, help_text="Where it stands."
    )
    score = serializers.FloatField(
        help_text="Cosine of their words, 0 to 1: likely the same from about 0.5."
    )
    words = serializers.ListField(child=serializers.CharField(), help_text="Words of both.")


class SimilarQuestionsSerializer(serializers.Serializer[Any]):
    similar = SimilarQuestionSerializer(many=True, help_text="The closest first; at most ten.")


class IncidentQuestionsSerializer(serializers.Serializer[Any]):
    incident = serializers.UUIDField(
        allow_null=True, help_text="Id of the incident; null: questions without one."
    )
    unanswered = serializers.IntegerField(help_text="Questions that wait for an answer.")
    unrouted = serializers.IntegerField(help_text="Of these, sent to nobody yet.")
    flagged = serializers.IntegerField(help_text="Of these, flagged for a second look.")
    oldest_at = serializers.DateTimeField(help_text="Since when the oldest of them waits.")


class UnansweredSerializer(serializers.Serializer[Any]):
    incidents = IncidentQuestionsSerializer(many=True, help_text="The most first.")
