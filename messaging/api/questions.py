"""Questions of the audience, for those who route and answer them."""

from typing import Any

from django.db.models import QuerySet
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from crisisapi.accounts.api.api_keys import NothingSerializer
from crisisapi.accounts.api.filters import BrandSlugFilter
from crisisapi.accounts.api.viewsets import BrandViewSet
from crisisapi.accounts.callers import Access
from crisisapi.accounts.models import Role, Scope
from crisisapi.common.filters import YesNoFilter
from incidents.api.incidents import ReasonSerializer
from messaging.api.question_shapes import (
    AnswerSerializer,
    MergedQuestionSerializer,
    NewQuestionSerializer,
    QuestionChangeSerializer,
    QuestionSerializer,
    RouteSerializer,
    SimilarQuestionsSerializer,
    UnansweredSerializer,
)
from messaging.models import (
    OPEN_QUESTIONS,
    Question,
    QuestionStatus,
)
from messaging.models.question import QuestionQuerySet
from messaging.selectors.audience import similar_questions, unanswered_by_incident
from messaging.services import answering, question_steps
from messaging.services import questions as services


class QuestionFilter(filters.FilterSet):
    brand = BrandSlugFilter()
    incident = filters.UUIDFilter(field_name="incident_id", help_text="Id of the incident.")
    status = filters.MultipleChoiceFilter(
        choices=QuestionStatus.choices, help_text="One or more statuses (repeat the parameter)."
    )
    open = YesNoFilter(
        method="is_open", help_text="true: somebody waits for an answer; false: nobody does."
    )
    flagged = YesNoFilter(method="is_flagged", help_text="true: flagged for a second look.")
    person = filters.UUIDFilter(
        field_name="person_id", help_text="Id of the person who is to answer."
    )
    answer = filters.UUIDFilter(field_name="answer_id", help_text="Id of the answering message.")
    session = filters.UUIDFilter(
        field_name="queued__session_id", help_text="Id of the live session it waits in."
    )
    duplicate_of = filters.UUIDFilter(
        field_name="duplicate_of_id", help_text="Id of the question that asks the same."
    )

    class Meta:
        model = Question
        fields = ["language", "origin", "department", "is_public"]

    def is_open(self, rows: QuestionQuerySet, name: str, value: bool) -> QuerySet[Question]:  # noqa: FBT001
        """Only what waits for an answer, or only what does not."""
        return rows.waiting() if value else rows.exclude(status__in=OPEN_QUESTIONS)

    def is_flagged(self, rows: QuestionQuerySet, name: str, value: bool) -> QuerySet[Question]:  # noqa: FBT001
        """Only flagged ones, or only others."""
        return rows.exclude(flags=[]) if value else rows.filter(flags=[])


_READ = Access(Role.VIEWER, Scope.MESSAGES_READ)
_WRITE = Access(Role.RESPONDER, Scope.MESSAGES_WRITE)


class QuestionViewSet(BrandViewSet):
    """What the audience wants to know, from the question to the answer in public."""

    serializer_class = QuestionSerializer
    queryset = Question.objects.counted()
    filterset_class = QuestionFilter
    access = (
        dict.fromkeys(["list", "retrieve", "similar", "unanswered"], _READ)
        | dict.fromkeys(["create", "partial_update", "answer"], _WRITE)
        | dict.fromkeys(["route", "reject", "merge", "reopen"], _WRITE)
        | dict.fromkeys(["show", "hide"], Access(Role.APPROVER))
    )
    terms = {
        "create": NewQuestionSerializer,
        "partial_update": QuestionChangeSerializer,
        "route": RouteSerializer,
        "reject": ReasonSerializer,
        "merge": MergedQuestionSerializer,
        "reopen": NothingSerializer,
        "show": NothingSerializer,
        "hide": NothingSerializer,
        "answer": AnswerSerializer,
    }

    @extend_schema(request=NewQuestionSerializer, responses={201: QuestionSerializer})
    def create(self, request: Request) -> Response:
        """Write down what was asked elsewhere, or collect it from a mention."""
        terms = self.validated()
        self.require(terms["brand"].pk)
        made = services.add_question(**terms, actor=self.actor, now=self.now())
        return self.created(self.get_queryset().get(pk=made.pk))

    @extend_schema(request=QuestionChangeSerializer, responses=QuestionSerializer)
    def partial_update(self, request: Request, pk: Any) -> Response:
        """Say which incident it is about, or set right how it was written down.

        The words of somebody who asked on the page stay theirs.
        """
        return self._done(services.change_question)

    @extend_schema(
        request=RouteSerializer,
        responses=QuestionSerializer,
        summary="Route a question to a person or department",
    )
    @action(detail=True, methods=["post"])
    def route(self, request: Request, pk: Any) -> Response:
        """Send it to a person or a department; it waits on them from now on."""
        return self._done(services.route_question)

    @extend_schema(request=ReasonSerializer, responses=QuestionSerializer)
    @action(detail=True, methods=["post"])
    def reject(self, request: Request, pk: Any) -> Response:
        """Turn it down: abuse, advertising, no question. The reason is for the team."""
        return self._done(services.reject_question)

    @extend_schema(
        request=MergedQuestionSerializer,
        responses=QuestionSerializer,
        summary="Merge a question into another",
    )
    @action(detail=True, methods=["post"])
    def merge(self, request: Request, pk: Any) -> Response:
        """Say that another question asks the same; who wanted to know it counts there."""
        return self._done(services.merge_question)

    @extend_schema(request=NothingSerializer, responses=QuestionSerializer)
    @action(detail=True, methods=["post"])
    def reopen(self, request: Request, pk: Any) -> Response:
        """Take back that it was rejected, or merged into another."""
        return self._done(services.reopen_question)

    @extend_schema(
        request=NothingSerializer,
        responses=QuestionSerializer,
        summary="Show a question to the public",
    )
    @action(detail=True, methods=["post"])
    def show(self, request: Request, pk: Any) -> Response:
        """Let everybody read its own words on the page, and join it. People only."""
        return self._done(question_steps.show_question)

    @extend_schema(
        request=NothingSerializer,
        responses=QuestionSerializer,
        summary="Hide a question from the public",
    )
    @action(detail=True, methods=["post"])
    def hide(self, request: Request, pk: Any) -> Response:
        """Let nobody read its own words any more. People only."""
        return self._done(question_steps.hide_question)

    @extend_schema(
        request=AnswerSerializer,
        responses=QuestionSerializer,
        summary="Draft the answer to a question",
    )
    @action(detail=True, methods=["post"])
    def answer(self, request: Request, pk: Any) -> Response:
        """Draft the answer: a message of purpose `faq` that goes through review like all others.

        Once it is public the question is answered, and stands with it on the public page.
        """
        return self._done(answering.answer_question)

    @extend_schema(
        responses=SimilarQuestionsSerializer,
        operation_id="listSimilarQuestions",
        summary="List questions that may ask the same",
    )
    @action(detail=True, serializer_class=SimilarQuestionsSerializer, pagination_class=None)
    def similar(self, request: Request, pk: Any) -> Response:
        """Questions in the same language with the same words, the closest first; at most ten."""
        among = Question.objects.visible_to(self.caller)
        found = similar_questions(self.get_object(), among)
        return Response(SimilarQuestionsSerializer({"similar": found}).data)

    @extend_schema(
        responses=UnansweredSerializer,
        operation_id="countUnansweredQuestions",
        summary="Count unanswered questions by incident",
        filters=True,
    )
    @action(
        detail=False,
        serializer_class=UnansweredSerializer,
        pagination_class=None,
        filters_query=True,
    )
    def unanswered(self, request: Request) -> Response:
        """How many wait for an answer in each incident, the most first; filtered like the list."""
        rows = self.filter_queryset(self.get_queryset()).order_by()
        waiting = Question.objects.filter(pk__in=rows.values("pk")).waiting()
        found = unanswered_by_incident(waiting)
        return Response(UnansweredSerializer({"incidents": found}).data)

    def _done(self, service: Any) -> Response:
        question = self.get_object()
        done = service(question=question, **self.validated(), **self.change())
        return self.shown(self.get_queryset().get(pk=done.pk))
