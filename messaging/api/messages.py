"""Messages, their reviews and their way to the public."""

from typing import Any

from django.db.models import Prefetch
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

from crisisapi.accounts.api.fields import BrandField
from crisisapi.accounts.api.filters import BrandSlugFilter
from crisisapi.accounts.api.viewsets import BrandViewSet
from crisisapi.accounts.callers import Access
from crisisapi.accounts.models import Role, Scope
from crisisapi.accounts.permissions import BrandAccess
from crisisapi.common.filters import YesNoFilter
from crisisapi.common.nudges import nudge
from incidents.api.incidents import OptionalReasonSerializer, ReasonSerializer
from messaging.api.message_findings import MessageFindingsSerializer, accepting
from messaging.api.message_revisions import MessageRevisionSerializer
from messaging.api.message_steps import (
    AcceptanceSerializer,
    ApprovalSerializer,
    BreakGlassSerializer,
    ChannelChoiceSerializer,
    RatificationSerializer,
    RejectionSerializer,
    RescheduleSerializer,
)
from messaging.api.message_wording import (
    MessageChangeSerializer,
    NewMessageSerializer,
    RevisingSerializer,
)
from messaging.api.review_decisions import ReviewDecisionSerializer
from messaging.models import (
    Message,
    MessageStatus,
    SuccessStory,
)
from messaging.selectors.message_findings import findings_of
from messaging.services import (
    approvals,
    break_glass,
    flags,
    publications,
    revising,
    schedules,
)
from messaging.services import messages as services
from messaging.tasks import perform_publications


class MessageSerializer(serializers.ModelSerializer[Message]):
    brand = BrandField(read_only=True)
    made_from = serializers.DictField(
        allow_null=True,
        read_only=True,
        help_text="How the template was filled: its version and revision, the values, the blocks "
        "with their versions, and since when it should have been looked at again.",
    )

    class Meta:
        model = Message
        fields = [
            "id",
            "brand",
            "incident",
            "title",
            "purpose",
            "audience",
            "language",
            "body",
            "facts",
            "key_messages",
            "cited_stories",
            "revises",
            "superseded_by",
            "template",
            "made_from",
            "author",
            "status",
            "status_reason",
            "revision",
            "approved_hash",
            "approved_by",
            "approved_at",
            "approval_expires_at",
            "is_break_glass",
            "ratified_at",
            "ratified_by",
            "submitted_at",
            "published_at",
            "flagged_at",
            "flag_reason",
            "flagged_fact",
            "created_at",
            "updated_at",
            "version",
        ]
        read_only_fields = fields


class MessageFilter(filters.FilterSet):
    brand = BrandSlugFilter()
    incident = filters.UUIDFilter(field_name="incident_id", help_text="Id of the incident.")
    fact = filters.UUIDFilter(field_name="facts", help_text="Id of a fact it rests on.")
    key_message = filters.UUIDFilter(
        field_name="key_messages", help_text="Id of a key message it carries."
    )
    story = filters.UUIDFilter(
        field_name="cited_stories", help_text="Id of a success story it cites."
    )
    # By their ids: whether there is such a person or template is not for everybody to know.
    author = filters.UUIDFilter(field_name="author_id", help_text="Id of who wrote it.")
    template = filters.UUIDFilter(
        field_name="template_id", help_text="Id of the template it was made from."
    )
    revises = filters.UUIDFilter(
        field_name="revises_id", help_text="Id of the message it takes the place of."
    )
    status = filters.MultipleChoiceFilter(
        choices=MessageStatus.choices, help_text="One or more statuses (repeat the parameter)."
    )

    flagged = YesNoFilter(
        field_name="flagged_at",
        lookup_expr="isnull",
        exclude=True,
        help_text="true: public, and a fact it rests on fell; false: without a flag.",
    )

    class Meta:
        model = Message
        fields = ["purpose", "language"]


_READ = Access(Role.VIEWER, Scope.MESSAGES_READ)
_WRITE = Access(Role.RESPONDER, Scope.MESSAGES_WRITE)
_DECIDE = Access(Role.APPROVER)
# Whether the stage asks them is for the service to say: legal may sit below an approver.
_REVIEW = Access(Role.RESPONDER)


# Without what stories are found by: nobody reads that.
_CITED = Prefetch("cited_stories", SuccessStory.objects.only("pk"))


class MessageViewSet(BrandViewSet):
    """What we say, from draft to public."""

    serializer_class = MessageSerializer
    queryset = Message.objects.prefetch_related("facts", "key_messages", _CITED)
    filterset_class = MessageFilter
    access = (
        dict.fromkeys(["list", "retrieve", "revisions", "decisions", "findings"], _READ)
        | dict.fromkeys(["create", "partial_update", "revise", "submit", "withdraw"], _WRITE)
        | dict.fromkeys(["approve", "reject", "request_changes"], _REVIEW)
        | dict.fromkeys(["break_glass", "clear_flag"], _DECIDE)
        | {"ratify": Access(Role.MANAGER)}
        | dict.fromkeys(["publish", "reschedule", "unschedule"], _DECIDE)
    )
    terms = {
        "create": NewMessageSerializer,
        "partial_update": MessageChangeSerializer,
        "revise": RevisingSerializer,
        "submit": AcceptanceSerializer,
        "approve": ApprovalSerializer,
        "reject": RejectionSerializer,
        "request_changes": RejectionSerializer,
        "break_glass": BreakGlassSerializer,
        "ratify": RatificationSerializer,
        "withdraw": ReasonSerializer,
        "publish": ChannelChoiceSerializer,
        "reschedule": RescheduleSerializer,
        "unschedule": OptionalReasonSerializer,
        "clear_flag": ReasonSerializer,
    }

    @extend_schema(request=NewMessageSerializer, responses={201: MessageSerializer})
    def create(self, request: Request) -> Response:
        """Write a draft."""
        terms = self.validated()
        self.require(terms["incident"].brand_id)
        return self.created(services.write_message(**terms, actor=self.actor, now=self.now()))

    @extend_schema(request=MessageChangeSerializer, responses=MessageSerializer)
    def partial_update(self, request: Request, pk: Any) -> Response:
        """Change a message; a new wording ends its review and takes its approval back."""
        return self._done(services.change_message)

    @extend_schema(request=RevisingSerializer, responses={201: MessageSerializer})
    @action(detail=True, methods=["post"])
    def revise(self, request: Request, pk: Any) -> Response:
        """Draft what takes the place of a public message; it does once it is public itself.

        The old one stays readable, superseded.
        """
        message = self.get_object()
        return self.created(
            revising.revise_message(message=message, **self.validated(), **self.change())
        )

    @extend_schema(request=AcceptanceSerializer, responses=MessageSerializer)
    @action(detail=True, methods=["post"])
    def submit(self, request: Request, pk: Any) -> Response:
        """Ask for review: draft → in_review. Errors of the language checks keep it back."""
        return self._done(accepting(services.submit_message))

    @extend_schema(request=ApprovalSerializer, responses=MessageSerializer)
    @action(detail=True, methods=["post"])
    def approve(self, request: Request, pk: Any) -> Response:
        """Approve the wording you read; after the last stage: in_review → approved. People only.

        Nobody approves what they wrote, or twice in a round, and every fact it rests on must be
        confirmed. Who is asked, the review round says. Errors of the language checks keep it back
        unless you let them stand, and say why.
        """
        return self._done(accepting(approvals.approve_message))

    @extend_schema(request=RejectionSerializer, responses=MessageSerializer)
    @action(detail=True, methods=["post"])
    def reject(self, request: Request, pk: Any) -> Response:
        """Say that this shall not be said, and why: in_review → rejected. People only."""
        return self._done(approvals.reject_message)

    @extend_schema(
        request=RejectionSerializer,
        responses=MessageSerializer,
        summary="Request changes of a message",
    )
    @action(detail=True, methods=["post"], url_path="request-changes")
    def request_changes(self, request: Request, pk: Any) -> Response:
        """Send the wording back to its author: in_review → draft. People only."""
        return self._done(approvals.request_changes)

    @extend_schema(
        request=BreakGlassSerializer,
        responses=MessageSerializer,
        summary="Approve a message without review",
    )
    @action(detail=True, methods=["post"], url_path="break-glass")
    def break_glass(self, request: Request, pk: Any) -> Response:
        """Approve in an emergency what nobody else has read. People only.

        It skips stages and other eyes, never the facts; every manager hears of it, and one has to
        ratify it afterwards.
        """
        return self._done(break_glass.break_glass)

    @extend_schema(request=RatificationSerializer, responses=MessageSerializer)
    @action(detail=True, methods=["post"])
    def ratify(self, request: Request, pk: Any) -> Response:
        """Look at a broken glass afterwards. Managers who neither wrote it nor broke it."""
        return self._done(break_glass.ratify_message)

    @extend_schema(request=ReasonSerializer, responses=MessageSerializer)
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, pk: Any) -> Response:
        """It will not be said. What is public is taken down on all channels; approvers only.

        Where the platform does not let us, a person is asked: follow it in publications.
        """
        message = self.get_object()
        if message.is_out and not self.caller.may(message.brand_id, _DECIDE):
            raise PermissionDenied(BrandAccess.message)
        answer = self._done(services.withdraw_message)
        nudge(perform_publications)
        return answer

    @extend_schema(request=ChannelChoiceSerializer, responses=MessageSerializer)
    @action(detail=True, methods=["post"])
    def publish(self, request: Request, pk: Any) -> Response:
        """Send the approved wording to channels, at once or at a time. People only.

        Follow it in publications. What a hold covers is held back from the beginning.
        """
        answer = self._done(publications.publish_message)
        nudge(perform_publications)
        return answer

    @extend_schema(request=RescheduleSerializer, responses=MessageSerializer)
    @action(detail=True, methods=["post"])
    def reschedule(self, request: Request, pk: Any) -> Response:
        """Give all that waits for a time another one. People only."""
        return self._done(schedules.reschedule_message)

    @extend_schema(request=OptionalReasonSerializer, responses=MessageSerializer)
    @action(detail=True, methods=["post"])
    def unschedule(self, request: Request, pk: Any) -> Response:
        """Call off all that waits for a time; the approval stays. People only."""
        return self._done(schedules.unschedule_message)

    @extend_schema(request=ReasonSerializer, responses=MessageSerializer)
    @action(detail=True, methods=["post"], url_path="clear-flag")
    def clear_flag(self, request: Request, pk: Any) -> Response:
        """Take the flag off: say why it may stay public, or what was done. People only."""
        return self._done(flags.clear_flag)

    @extend_schema(responses=MessageRevisionSerializer(many=True), filters=False)
    @action(
        detail=True,
        serializer_class=MessageRevisionSerializer,
        filterset_class=None,
        filters_query=True,
        keyset="-number",
    )
    def revisions(self, request: Request, pk: Any) -> Response:
        """Every wording it ever had, newest first."""
        return self.listed(self.get_object().revisions.all())

    @extend_schema(responses=MessageFindingsSerializer, filters=False)
    @action(detail=True, serializer_class=MessageFindingsSerializer, filterset_class=None)
    def findings(self, request: Request, pk: Any) -> Response:
        """What the language checks say of the present wording, in your language."""
        found = findings_of(self.get_object(), now=self.now())
        return Response(self.get_serializer(found).data)

    @extend_schema(responses=ReviewDecisionSerializer(many=True), filters=False)
    @action(
        detail=True,
        serializer_class=ReviewDecisionSerializer,
        filterset_class=None,
        filters_query=True,
    )
    def decisions(self, request: Request, pk: Any) -> Response:
        """What reviewers said of it, newest first."""
        return self.listed(self.get_object().decisions.all())

    def _done(self, service: Any) -> Response:
        message = self.get_object()
        return self.shown(service(message=message, **self.validated(), **self.change()))
