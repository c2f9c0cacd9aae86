"""Live sessions of a public page as JSON: for everybody, without signing in."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request

from crisisapi.common.filters import refuse_unknown
from messaging.api.audience import LANGUAGE, SLUG, AudienceViewSet
from messaging.models import LiveSessionStatus, QueueState
from messaging.selectors.live_sessions import (
    public_sessions,
    shown_queue,
    view_session,
    view_sessions,
)

# So long caches keep a queue: it is to be as fresh as what is said.
QUEUE_SECONDS = 5
_ID = OpenApiParameter("id", UUID, OpenApiParameter.PATH, description="Id of the live session.")


class PublicLiveSessionSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField(help_text="Identifier.")
    title = serializers.CharField(source="title.text", help_text="Its title.")
    intro = serializers.CharField(source="intro.text", help_text="Who answers, and what.")
    language = serializers.CharField(source="title.language", help_text="Language of the title.")
    status = serializers.ChoiceField(
        choices=LiveSessionStatus.choices, help_text="Where it stands."
    )
    starts_at = serializers.DateTimeField(help_text="When it starts, or started.")
    ends_at = serializers.DateTimeField(help_text="When it is to end, or ended.")
    link = serializers.CharField(help_text="Where it takes place; empty once it is over.")
    recording_url = serializers.CharField(help_text="Where it can be seen afterwards; or empty.")
    is_taking = serializers.BooleanField(help_text="Whether questions are taken for it.")


class PublicLiveQuestionSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField(help_text="Identifier, also where it is joined (`…/votes/`).")
    text = serializers.CharField(help_text="The words of who asked, shown by a moderator.")
    language = serializers.CharField(help_text="Language it was asked in.")
    asked = serializers.IntegerField(help_text="How many want to know it.")
    state = serializers.ChoiceField(
        choices=QueueState.choices, help_text="What became of it in this session."
    )
    moment = serializers.CharField(help_text="Where in the recording it is answered; or empty.")
    is_written = serializers.BooleanField(
        help_text="Whether the written answer stands on the page."
    )


class PublicLiveSessionsSerializer(serializers.Serializer[Any]):
    sessions = PublicLiveSessionSerializer(
        many=True, help_text="What is live, what comes, what was; at most twenty."
    )


class PublicLiveQueueSerializer(PublicLiveSessionSerializer):
    questions = PublicLiveQuestionSerializer(
        many=True, help_text="In the order of the queue; at most a hundred."
    )


class PublicLiveSessionViewSet(AudienceViewSet):
    """Live sessions of everybody; asked and joined where all questions are."""

    serializer_class = PublicLiveSessionsSerializer
    terms = {}

    @extend_schema(
        operation_id="readPublicLiveSessions",
        summary="Read the live sessions of a public page",
        parameters=[SLUG, LANGUAGE],
        responses=PublicLiveSessionsSerializer,
    )
    def sessions(self, request: Request, slug: str) -> HttpResponse:
        """What is live, what is announced, and what was in the last 30 days; cacheable."""
        refuse_unknown(request, {"language"})
        page = self.page(slug)
        views = view_sessions(page, self.language(page), now=self.now())
        return self.cached(PublicLiveSessionsSerializer({"sessions": views}).data, page)

    @extend_schema(
        operation_id="readPublicLiveSession",
        summary="Read a live session with its queue",
        parameters=[SLUG, _ID, LANGUAGE],
        responses=PublicLiveQueueSerializer,
    )
    def queue(self, request: Request, slug: str, pk: UUID) -> HttpResponse:
        """A session with the questions a moderator showed; kept by caches for five seconds."""
        refuse_unknown(request, {"language"})
        page = self.page(slug)
        session = public_sessions(page, now=self.now()).filter(pk=pk).first()
        if session is None:
            raise Http404
        view = view_session(session, page, self.language(page))
        shown = PublicLiveSessionSerializer(view).data
        questions = PublicLiveQuestionSerializer(shown_queue(session, page), many=True).data
        page.cache_seconds = min(page.cache_seconds, QUEUE_SECONDS)
        return self.cached({**shown, "questions": questions}, page)
