"""Live sessions, for those who plan, approve and hold them."""

from typing import Any

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
from incidents.api.incidents import ReasonSerializer
from messaging.api.live_shapes import (
    FinishedAnswerSerializer,
    LiveDraftsSerializer,
    LiveQuestionChoiceSerializer,
    LiveQueueSerializer,
    LiveSessionChangeSerializer,
    LiveSessionSerializer,
    NewLiveSessionSerializer,
)
from messaging.api.public_incidents import PublicApprovalSerializer
from messaging.models import LiveSession, LiveSessionStatus, Question
from messaging.selectors.live_sessions import queue_of
from messaging.services import live_answers, live_queue
from messaging.services import live_sessions as services


class LiveSessionFilter(filters.FilterSet):
    brand = BrandSlugFilter()
    incident = filters.UUIDFilter(field_name="incident_id", help_text="Id of the incident.")
    host = filters.UUIDFilter(field_name="hosts", help_text="Id of a person who answers.")
    status = filters.MultipleChoiceFilter(
        choices=LiveSessionStatus.choices, help_text="One or more statuses (repeat the parameter)."
    )

    class Meta:
        model = LiveSession
        fields: list[str] = []


_READ = Access(Role.VIEWER, Scope.MESSAGES_READ)
_WRITE = Access(Role.RESPONDER, Scope.MESSAGES_WRITE)
_HOSTED = ["start", "end", "take", "begin_answer", "finish_answer", "skip", "put_back"]


class LiveSessionViewSet(BrandViewSet):
    """When questions are answered live, and which of them wait there."""

    serializer_class = LiveSessionSerializer
    queryset = LiveSession.objects.prefetch_related("hosts")
    filterset_class = LiveSessionFilter
    access = (
        dict.fromkeys(["list", "retrieve", "queue"], _READ)
        | dict.fromkeys(["create", "partial_update", "draft_answers", *_HOSTED], _WRITE)
        | dict.fromkeys(["approve", "cancel", "archive"], Access(Role.APPROVER))
    )
    terms = {
        "create": NewLiveSessionSerializer,
        "partial_update": LiveSessionChangeSerializer,
        "approve": PublicApprovalSerializer,
        "start": NothingSerializer,
        "end": NothingSerializer,
        "cancel": ReasonSerializer,
        "archive": NothingSerializer,
        "draft_answers": LiveDraftsSerializer,
        "take": LiveQuestionChoiceSerializer,
        "begin_answer": LiveQuestionChoiceSerializer,
        "finish_answer": FinishedAnswerSerializer,
        "skip": LiveQuestionChoiceSerializer,
        "put_back": LiveQuestionChoiceSerializer,
    }

    @extend_schema(request=NewLiveSessionSerializer, responses={201: LiveSessionSerializer})
    def create(self, request: Request) -> Response:
        """Plan a session; nobody reads of it before somebody else approved its words."""
        terms = self.validated()
        self.require(terms["brand"].pk)
        made = services.plan_session(**terms, actor=self.actor, now=self.now())
        return self.created(made)

    @extend_schema(request=LiveSessionChangeSerializer, responses=LiveSessionSerializer)
    def partial_update(self, request: Request, pk: Any) -> Response:
        """Change times and hosts at once; other words and addresses wait for approval."""
        return self._done(services.change_session)

    @extend_schema(request=PublicApprovalSerializer, responses=LiveSessionSerializer)
    @action(detail=True, methods=["post"])
    def approve(self, request: Request, pk: Any) -> Response:
        """Show what you read; the first time, this announces the session.

        People only; nobody approves what they worded.
        """
        return self._done(services.approve_session)

    @extend_schema(request=NothingSerializer, responses=LiveSessionSerializer)
    @action(detail=True, methods=["post"])
    def start(self, request: Request, pk: Any) -> Response:
        """Say that it is live."""
        return self._done(services.start_session)

    @extend_schema(request=NothingSerializer, responses=LiveSessionSerializer)
    @action(detail=True, methods=["post"])
    def end(self, request: Request, pk: Any) -> Response:
        """Say that it is over; what still waits is answered in writing."""
        return self._done(services.end_session)

    @extend_schema(request=ReasonSerializer, responses=LiveSessionSerializer)
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, pk: Any) -> Response:
        """Call it off, and say why for the team. People only."""
        return self._done(services.cancel_session)

    @extend_schema(request=NothingSerializer, responses=LiveSessionSerializer)
    @action(detail=True, methods=["post"])
    def archive(self, request: Request, pk: Any) -> Response:
        """Take what is over off the page. People only."""
        return self._done(services.archive_session)

    @extend_schema(
        responses=LiveQueueSerializer,
        operation_id="readLiveQueue",
        summary="Read the queue of a live session",
    )
    @action(detail=True, serializer_class=LiveQueueSerializer, pagination_class=None)
    def queue(self, request: Request, pk: Any) -> Response:
        """What is being answered, what waits with the most wanted first, what was answered.

        All questions, those nobody showed to the public included; at most 500.
        """
        return self._queue(self.get_object())

    @extend_schema(
        request=LiveQuestionChoiceSerializer,
        responses=LiveQueueSerializer,
        operation_id="takeIntoLiveQueue",
        summary="Take a question into the queue of a live session",
    )
    @action(detail=True, methods=["post"])
    def take(self, request: Request, pk: Any) -> Response:
        """Take a question that waits for an answer into the queue."""
        return self._moved(live_queue.queue_question)

    @extend_schema(
        request=LiveQuestionChoiceSerializer,
        responses=LiveQueueSerializer,
        operation_id="beginLiveAnswer",
        summary="Begin to answer a question live",
    )
    @action(detail=True, methods=["post"], url_path="begin-answer")
    def begin_answer(self, request: Request, pk: Any) -> Response:
        """Say that it is being answered now; what was before it is answered with that."""
        return self._moved(live_queue.begin_answer)

    @extend_schema(
        request=FinishedAnswerSerializer,
        responses=LiveQueueSerializer,
        operation_id="finishLiveAnswer",
        summary="Finish answering a question live",
    )
    @action(detail=True, methods=["post"], url_path="finish-answer")
    def finish_answer(self, request: Request, pk: Any) -> Response:
        """Say that it was answered, what was said, and where in the recording; also afterwards.

        What was said is for the team. The public reads it once it was drafted as a message
        (`draft-answers/`), approved and published.
        """
        return self._moved(live_queue.finish_answer)

    @extend_schema(
        request=LiveQuestionChoiceSerializer,
        responses=LiveQueueSerializer,
        operation_id="skipLiveQuestion",
        summary="Leave a question out of a live session",
    )
    @action(detail=True, methods=["post"])
    def skip(self, request: Request, pk: Any) -> Response:
        """Leave it out of the session; it waits for a written answer as it did."""
        return self._moved(live_queue.skip_question)

    @extend_schema(
        request=LiveQuestionChoiceSerializer,
        responses=LiveQueueSerializer,
        operation_id="putBackLiveQuestion",
        summary="Put a question back into the queue",
    )
    @action(detail=True, methods=["post"], url_path="put-back")
    def put_back(self, request: Request, pk: Any) -> Response:
        """Take back what was said of it in the session: it waits there again."""
        return self._moved(live_queue.put_back_question)

    @extend_schema(
        request=LiveDraftsSerializer,
        responses=LiveQueueSerializer,
        operation_id="draftLiveAnswers",
        summary="Draft the written answers of a live session",
    )
    @action(detail=True, methods=["post"], url_path="draft-answers")
    def draft_answers(self, request: Request, pk: Any) -> Response:
        """Draft a message of purpose `faq` for each question with what was said of it.

        The drafts go through checks and review like all messages. Questions that have an answer
        are left alone; 200 at a time.
        """
        session = self.get_object()
        live_answers.draft_answers(
            session=session, among=self._questions(), **self.validated(), **self.change()
        )
        return self._queue(session)

    def _questions(self) -> Any:
        return Question.objects.visible_to(self.caller)

    def _queue(self, session: LiveSession) -> Response:
        found = queue_of(session, self._questions())
        return Response(LiveQueueSerializer({"queue": found}).data)

    def _moved(self, service: Any) -> Response:
        return self._queue(service(session=self.get_object(), **self.validated(), **self.change()))

    def _done(self, service: Any) -> Response:
        session = self.get_object()
        done = service(session=session, **self.validated(), **self.change())
        return self.shown(self.get_queryset().get(pk=done.pk))
