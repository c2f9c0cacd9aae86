"""Authors: who is heard, how they stand, and who that is."""

from typing import Any

from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from crisisapi.accounts.api.api_keys import NothingSerializer
from crisisapi.accounts.api.fields import BrandField, VisibleField
from crisisapi.accounts.api.filters import BrandSlugFilter
from crisisapi.accounts.api.viewsets import BrandViewSet
from crisisapi.accounts.callers import Access, caller_of
from crisisapi.accounts.models import Role, Scope
from incidents.models import Stakeholder
from incidents.models.stakeholder import Stance
from monitoring.api.counts import ShareSerializer
from monitoring.models import Author, Influence
from monitoring.rules.forgetting import plain_handle
from monitoring.rules.stance import alignment_of
from monitoring.selectors.stances import overall_stance, read_stance_days
from monitoring.services.author_links import link_author, unlink_author

INFLUENCES_SHOWN = 20


ALIGNMENT = (
    "The share of their mentions that repeat a key message and do not dispute it; null where there "
    "are none."
)


def aligned(repeats: int, disputes: int, mentions: int) -> Any:
    """Return the alignment as it is shown."""
    found = alignment_of(repeats=repeats, disputes=disputes, mentions=mentions)
    return ShareSerializer(found).data if found else None


class AuthorAccountSerializer(serializers.Serializer[Any]):
    external_id = serializers.CharField(help_text="The account's id at the platform.")
    handle = serializers.CharField(help_text="Name of the account.")
    name = serializers.CharField(help_text="Name shown.")
    followers = serializers.IntegerField(allow_null=True, help_text="Followers of the account.")
    verified = serializers.BooleanField(
        allow_null=True, help_text="Whether the platform vouches for the account."
    )
    profile = serializers.CharField(help_text="Address of the account.")


class AuthorSerializer(serializers.ModelSerializer[Author]):
    brand = BrandField(read_only=True)
    account = AuthorAccountSerializer(
        source="known",
        read_only=True,
        allow_null=True,
        help_text="As their latest mention says; null for those who were deleted or erased.",
    )
    stance = serializers.SerializerMethodField(
        help_text="How they stand towards the brand, from all that they said: critical where most "
        "is negative beyond chance, supportive likewise, unknown where it cannot be told."
    )
    alignment = serializers.SerializerMethodField(help_text=ALIGNMENT)
    stakeholder = serializers.SerializerMethodField(
        help_text="Id of the stakeholder they are, as the team says; null while nobody has said."
    )

    class Meta:
        model = Author
        fields = [
            "id",
            "brand",
            "platform",
            "account",
            "mentions",
            "positive",
            "neutral",
            "negative",
            "stance",
            "repeats",
            "agrees",
            "disputes",
            "alignment",
            "stakeholder",
            "first_seen_at",
            "last_seen_at",
            "version",
        ]
        read_only_fields = fields

    @extend_schema_field(serializers.ChoiceField(Stance.choices))
    def get_stance(self, author: Author) -> str:
        """Tell the stance."""
        return overall_stance(author)

    @extend_schema_field(ShareSerializer(allow_null=True))
    def get_alignment(self, author: Author) -> Any:
        """Tell how far they say what we say."""
        return aligned(author.repeats, author.disputes, author.mentions)

    @extend_schema_field(serializers.UUIDField(allow_null=True))
    def get_stakeholder(self, author: Any) -> Any:
        """Name the stakeholder, of those only who are not forgotten."""
        return author.stakeholder_id if author.known else None


class StanceDaySerializer(serializers.Serializer[Any]):
    day = serializers.DateField(help_text="A day of UTC.")
    mentions = serializers.IntegerField(help_text="What they said on it.")
    positive = serializers.IntegerField(help_text="How many of it are positive.")
    neutral = serializers.IntegerField(help_text="How many of it are neutral.")
    negative = serializers.IntegerField(help_text="How many of it are negative.")
    positive_share = ShareSerializer(
        allow_null=True, help_text="Of what has a known sentiment; null where nothing has."
    )
    negative_share = ShareSerializer(allow_null=True, help_text="The same.")
    repeats = serializers.IntegerField(help_text="How many of it repeat a key message.")
    agrees = serializers.IntegerField(help_text="Of these, in a positive voice.")
    disputes = serializers.IntegerField(help_text="Of these, to deny it or in a negative voice.")
    alignment = ShareSerializer(
        allow_null=True, help_text="The share that repeats a key message and does not dispute it."
    )


class AuthorInfluenceSerializer(serializers.ModelSerializer[Influence]):
    class Meta:
        model = Influence
        fields = ["incident", "rank", "score", "total", "measured_at"]
        read_only_fields = fields


class AuthorDetailSerializer(AuthorSerializer):
    days = serializers.SerializerMethodField(
        help_text="The last ninety days on which they were heard: their stance over time."
    )
    influences = serializers.SerializerMethodField(
        help_text="Their part in incidents you may see, the latest first, at most twenty."
    )

    class Meta(AuthorSerializer.Meta):
        fields = [*AuthorSerializer.Meta.fields, "days", "influences"]
        read_only_fields = fields

    @extend_schema_field(StanceDaySerializer(many=True))
    def get_days(self, author: Author) -> Any:
        """Tell day by day."""
        return StanceDaySerializer(read_stance_days(author), many=True).data

    @extend_schema_field(AuthorInfluenceSerializer(many=True))
    def get_influences(self, author: Author) -> Any:
        """Tell of incidents."""
        seen = Influence.objects.visible_to(caller_of(self.context["request"]))
        rows = seen.filter(author=author).order_by("-measured_at", "-pk")[:INFLUENCES_SHOWN]
        return AuthorInfluenceSerializer(rows, many=True).data


class AuthorLinkSerializer(serializers.Serializer[Any]):
    stakeholder = VisibleField(
        queryset=Stakeholder.objects.all(), help_text="Id of the stakeholder they are."
    )


class AuthorFilter(filters.FilterSet):
    brand = BrandSlugFilter()
    platform = filters.CharFilter(help_text="Exactly this platform, e.g. x.")
    handle = filters.CharFilter(
        method="by_handle",
        help_text="Name of the account now or before, with or without @, in any case.",
    )
    stakeholder = filters.UUIDFilter(
        field_name="stakeholder_id", help_text="Id of the stakeholder they are."
    )
    is_linked = filters.BooleanFilter(
        field_name="stakeholder",
        lookup_expr="isnull",
        exclude=True,
        help_text="Whether the team said who they are.",
    )
    is_known = filters.BooleanFilter(
        help_text="Whether a mention still says who they are; false: the forgotten."
    )

    def by_handle(self, authors: Any, _name: str, handle: str) -> Any:
        """Return the accounts of this name."""
        return authors.with_handle(plain_handle(handle), caller_of(self.request))


class AuthorViewSet(BrandViewSet):
    """Who is heard, the latest first."""

    serializer_class = AuthorSerializer
    queryset = Author.objects.all()
    filterset_class = AuthorFilter
    keyset = "-last_seen_at"
    access = dict.fromkeys(["list", "retrieve"], Access(Role.VIEWER, Scope.MENTIONS_READ)) | (
        dict.fromkeys(["link", "unlink"], Access(Role.RESPONDER, Scope.INCIDENTS_WRITE))
    )
    terms = {"link": AuthorLinkSerializer, "unlink": NothingSerializer}

    def get_queryset(self) -> Any:
        """Read along what mentions say of them."""
        return super().get_queryset().heard().named()

    def get_serializer_class(self) -> Any:
        """Tell more of one than of many."""
        return AuthorSerializer if self.action == "list" else AuthorDetailSerializer

    @extend_schema(responses=AuthorDetailSerializer)
    def retrieve(self, request: Request, pk: Any) -> Response:
        """Answer who is heard, how they stood over time, and what they caused."""
        return self.shown(self.get_object())

    @extend_schema(
        request=AuthorLinkSerializer,
        responses=AuthorDetailSerializer,
        operation_id="linkAuthor",
        summary="Say which stakeholder an author is",
    )
    @action(detail=True, methods=["post"])
    def link(self, request: Request, pk: Any) -> Response:
        """Say that an account is a stakeholder's; one said before is replaced.

        The link ends by itself when the author is erased.
        """
        author = self.get_object()
        return self._shown(link_author(author=author, **self.validated(), **self.change()))

    @extend_schema(
        request=NothingSerializer,
        responses=AuthorDetailSerializer,
        operation_id="unlinkAuthor",
        summary="Take back which stakeholder an author is",
    )
    @action(detail=True, methods=["post"])
    def unlink(self, request: Request, pk: Any) -> Response:
        """Say that the account is not that stakeholder's."""
        author = self.get_object()
        self.validated()
        return self._shown(unlink_author(author=author, **self.change()))

    def _shown(self, author: Author) -> Response:
        return self.shown(self.get_queryset().get(pk=author.pk))
