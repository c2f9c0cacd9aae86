"""Polls of a public page as JSON: read and answered by everybody, without signing in."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from crisisapi.common.fields import ShortListField
from crisisapi.common.filters import refuse_unknown
from messaging.api.audience import LANGUAGE, SLUG, AudienceViewSet
from messaging.rules.polls import MOST_OPTIONS
from messaging.selectors.polls import tallies_of, view_poll, view_polls
from messaging.services.voters import TOKEN_LENGTH
from messaging.services.voting import cast_ballot

_ID = OpenApiParameter("id", UUID, OpenApiParameter.PATH, description="Id of the poll.")


class PublicOptionSerializer(serializers.Serializer[Any]):
    number = serializers.IntegerField(help_text="Number of the option, from 1.")
    text = serializers.CharField(help_text="What it says.")
    count = serializers.IntegerField(
        allow_null=True, help_text="Ballots that name it; null while that is not told."
    )
    share = serializers.FloatField(
        allow_null=True, help_text="Share of all ballots, 0 to 1; null while that is not told."
    )


class PublicPollSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField(help_text="Identifier.")
    question = serializers.CharField(help_text="What is asked.")
    language = serializers.CharField(help_text="Language of question and options.")
    is_multiple = serializers.BooleanField(help_text="Whether several options may be named.")
    is_open = serializers.BooleanField(help_text="Whether it takes ballots.")
    closes_at = serializers.DateTimeField(help_text="When it closes, or closed.")
    ballots = serializers.IntegerField(
        allow_null=True, help_text="How many forms voted; null while that is not told."
    )
    options = PublicOptionSerializer(many=True, help_text="In their order.")


class PublicPollsSerializer(serializers.Serializer[Any]):
    polls = PublicPollSerializer(many=True, help_text="Open ones first; at most twenty.")


class BallotSerializer(serializers.Serializer[Any]):
    form = serializers.CharField(max_length=TOKEN_LENGTH, help_text="The mark of a form.")
    choices = ShortListField(
        child=serializers.IntegerField(min_value=1, max_value=MOST_OPTIONS),
        max_length=MOST_OPTIONS,
        help_text="Numbers of the options, from 1; one, unless several may be named.",
    )


class BallotTakenSerializer(serializers.Serializer[Any]):
    detail = serializers.CharField(help_text="What happened.")
    poll = PublicPollSerializer(help_text="The poll as who voted sees it.")


class PublicPollViewSet(AudienceViewSet):
    """Polls of everybody."""

    serializer_class = PublicPollsSerializer
    terms = {"vote": BallotSerializer}

    @extend_schema(
        operation_id="readPublicPolls",
        summary="Read the polls of a public page",
        parameters=[SLUG, LANGUAGE],
        responses=PublicPollsSerializer,
    )
    def polls(self, request: Request, slug: str) -> HttpResponse:
        """What is asked, and what was said where everybody may know; cacheable by anybody.

        The numbers tell who chose to vote, not what a population thinks.
        """
        refuse_unknown(request, {"language"})
        page = self.page(slug)
        views = view_polls(page, self.language(page), now=self.now())
        return self.cached(PublicPollsSerializer({"polls": views}).data, page)

    @extend_schema(
        operation_id="voteInPublicPoll",
        summary="Vote in a poll of a public page",
        parameters=[SLUG, _ID],
        request=BallotSerializer,
        responses={202: BallotTakenSerializer},
    )
    def vote(self, request: Request, slug: str, pk: UUID) -> Response:
        """Vote with the mark of a form (`…/forms/`); the first ballot of a form stands."""
        refuse_unknown(request, set())
        page = self.page(slug)
        terms = self.validated()
        poll = cast_ballot(
            page=page,
            poll_id=pk,
            choices=terms["choices"],
            token=terms["form"],
            caller=self.caller(),
            now=self.now(),
        )
        tally = tallies_of([poll])[poll.pk]
        view = view_poll(poll, tally, page, page.main_language, now=self.now(), has_voted=True)
        told = {"detail": _("Your vote is counted."), "poll": view}
        return Response(BallotTakenSerializer(told).data, status=202)
