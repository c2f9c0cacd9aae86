"""Polls, for those who word, approve and close them."""

from typing import Any

from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from crisisapi.accounts.api.api_keys import NothingSerializer
from crisisapi.accounts.api.fields import BrandField, VisibleField
from crisisapi.accounts.api.filters import BrandSlugFilter
from crisisapi.accounts.api.viewsets import BrandViewSet
from crisisapi.accounts.callers import Access
from crisisapi.accounts.models import Role, Scope
from crisisapi.common.fields import MomentField, ShortListField
from incidents.api.incidents import OptionalReasonSerializer, ReasonSerializer
from incidents.models import Incident
from messaging.api.public_incidents import PublicApprovalSerializer
from messaging.api.words import WordsSerializer
from messaging.models import Poll, PollStatus
from messaging.rules.polls import MOST_OPTIONS
from messaging.selectors.polls import tallies_of
from messaging.services import polls as services

_OPTIONS = "2 to 12 options, each in the languages of the question; numbered from 1."


class PollSerializer(serializers.ModelSerializer[Poll]):
    brand = BrandField(read_only=True)
    questions = WordsSerializer(help_text="What is asked, by language.")
    options = WordsSerializer(many=True, help_text=_OPTIONS)

    class Meta:
        model = Poll
        fields = [
            "id",
            "brand",
            "incident",
            "questions",
            "options",
            "selection",
            "results",
            "least_shown",
            "opens_at",
            "closes_at",
            "status",
            "status_reason",
            "author",
            "revision",
            "approved_hash",
            "approved_by",
            "approved_at",
            "opened_at",
            "closed_at",
            "created_at",
            "updated_at",
            "version",
        ]
        read_only_fields = fields


class PollChangeSerializer(serializers.ModelSerializer[Poll]):
    incident = VisibleField(
        queryset=Incident.objects.all(),
        required=False,
        allow_null=True,
        help_text="Id of the incident it is about; null for none.",
    )
    questions = WordsSerializer(help_text="What is asked, by language; one line.")
    options = ShortListField(child=WordsSerializer(), max_length=MOST_OPTIONS, help_text=_OPTIONS)
    opens_at = MomentField(
        required=False, allow_null=True, help_text="When it opens; left out: by hand."
    )
    closes_at = MomentField(help_text="When it closes.")

    class Meta:
        model = Poll
        fields = [
            "incident",
            "questions",
            "options",
            "selection",
            "results",
            "least_shown",
            "opens_at",
            "closes_at",
        ]


class NewPollSerializer(PollChangeSerializer):
    brand = BrandField()

    class Meta(PollChangeSerializer.Meta):
        fields = ["brand", *PollChangeSerializer.Meta.fields]


class PollCountSerializer(serializers.Serializer[Any]):
    option = serializers.IntegerField(help_text="Number of the option, from 1.")
    count = serializers.IntegerField(help_text="Ballots that name it.")
    share = serializers.FloatField(help_text="Share of all ballots, 0 to 1.")


class PollTallySerializer(serializers.Serializer[Any]):
    ballots = serializers.IntegerField(help_text="How many forms voted.")
    counts = PollCountSerializer(many=True, help_text="By option, exactly; nothing is hidden here.")
    is_representative = serializers.BooleanField(
        help_text="Always false: who votes chose to, and may have voted more than once."
    )


class PollFilter(filters.FilterSet):
    brand = BrandSlugFilter()
    incident = filters.UUIDFilter(field_name="incident_id", help_text="Id of the incident.")
    status = filters.MultipleChoiceFilter(
        choices=PollStatus.choices, help_text="One or more statuses (repeat the parameter)."
    )

    class Meta:
        model = Poll
        fields = ["selection"]


_READ = Access(Role.VIEWER, Scope.MESSAGES_READ)
_WRITE = Access(Role.RESPONDER, Scope.MESSAGES_WRITE)


class PollViewSet(BrandViewSet):
    """What the audience is asked, and what it said."""

    serializer_class = PollSerializer
    queryset = Poll.objects.all()
    filterset_class = PollFilter
    access = (
        dict.fromkeys(["list", "retrieve", "tally"], _READ)
        | dict.fromkeys(["create", "partial_update"], _WRITE)
        | dict.fromkeys(["approve", "open", "close", "withdraw"], Access(Role.APPROVER))
    )
    terms = {
        "create": NewPollSerializer,
        "partial_update": PollChangeSerializer,
        "approve": PublicApprovalSerializer,
        "open": NothingSerializer,
        "close": OptionalReasonSerializer,
        "withdraw": ReasonSerializer,
    }

    @extend_schema(request=NewPollSerializer, responses={201: PollSerializer})
    def create(self, request: Request) -> Response:
        """Word a poll; nobody is asked before somebody else approved it."""
        terms = self.validated()
        self.require(terms["brand"].pk)
        return self.created(services.draft_poll(**terms, actor=self.actor, now=self.now()))

    @extend_schema(request=PollChangeSerializer, responses=PollSerializer)
    def partial_update(self, request: Request, pk: Any) -> Response:
        """Change a poll nobody was asked yet; another wording takes its approval back."""
        return self._done(services.change_poll)

    @extend_schema(request=PublicApprovalSerializer, responses=PollSerializer)
    @action(detail=True, methods=["post"])
    def approve(self, request: Request, pk: Any) -> Response:
        """Approve what you read. People only; nobody approves what they worded."""
        return self._done(services.approve_poll)

    @extend_schema(request=NothingSerializer, responses=PollSerializer)
    @action(detail=True, methods=["post"])
    def open(self, request: Request, pk: Any) -> Response:
        """Ask the public now; at `opens_at` it opens by itself. People only."""
        return self._done(services.open_poll)

    @extend_schema(request=OptionalReasonSerializer, responses=PollSerializer)
    @action(detail=True, methods=["post"])
    def close(self, request: Request, pk: Any) -> Response:
        """Take no more ballots; at `closes_at` it closes by itself. People only."""
        return self._done(services.close_poll)

    @extend_schema(request=ReasonSerializer, responses=PollSerializer)
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, pk: Any) -> Response:
        """Take it off the page, and say why; its ballots are kept. People only."""
        return self._done(services.withdraw_poll)

    @extend_schema(
        responses=PollTallySerializer,
        operation_id="countPollBallots",
        summary="Count the ballots of a poll",
    )
    @action(detail=True, serializer_class=PollTallySerializer, pagination_class=None)
    def tally(self, request: Request, pk: Any) -> Response:
        """What was said, counted from the ballots; not what a population thinks."""
        poll = self.get_object()
        tally = tallies_of([poll])[poll.pk]
        counts = [
            {
                "option": number,
                "count": tally.counts.get(number, 0),
                "share": round(tally.counts.get(number, 0) / max(tally.ballots, 1), 4),
            }
            for number in range(1, len(poll.options) + 1)
        ]
        told = {"ballots": tally.ballots, "counts": counts, "is_representative": False}
        return Response(PollTallySerializer(told).data)

    def _done(self, service: Any) -> Response:
        poll = self.get_object()
        return self.shown(service(poll=poll, **self.validated(), **self.change()))
