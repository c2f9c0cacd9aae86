"""Success stories."""

from typing import Any

from django.utils import timezone
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
from crisisapi.accounts.callers import Access, caller_of
from crisisapi.accounts.models import Role, Scope
from crisisapi.common.fields import ShortListField
from crisisapi.common.filters import YesNoFilter
from incidents.api.incidents import ReasonSerializer
from incidents.models import Incident
from incidents.models.incident import Kind
from messaging.models import SuccessStory
from messaging.services import success_stories as services


class FigureSerializer(serializers.Serializer[Any]):
    # Two are named as attributes of Field itself.
    label = serializers.CharField(  # type: ignore[assignment]
        max_length=120, help_text="What was counted."
    )
    value = serializers.CharField(max_length=60, help_text="How much, as one would say it.")
    source = serializers.URLField(  # type: ignore[assignment]
        max_length=500, default="", allow_blank=True, help_text="Where it can be checked."
    )


class FiguresField(ShortListField):
    """Figures of a story."""

    child = FigureSerializer()


class SuccessStorySerializer(serializers.ModelSerializer[SuccessStory]):
    brand = BrandField(read_only=True)
    kind = serializers.ChoiceField(
        choices=Kind.choices,
        allow_blank=True,
        read_only=True,
        help_text="The sort of crisis it helps in; empty: any.",
    )
    tags = serializers.ListField(child=serializers.CharField(), help_text="Words to find it by.")
    figures = FigureSerializer(many=True, help_text="What came of it in numbers.")
    is_citable = serializers.SerializerMethodField(
        help_text="Whether messages may cite it today: released, and not past its last day."
    )

    class Meta:
        model = SuccessStory
        fields = [
            "id",
            "brand",
            "incident",
            "title",
            "language",
            "kind",
            "tags",
            "situation",
            "deed",
            "outcome",
            "figures",
            "evidence_url",
            "quote",
            "quoted",
            "names_people",
            "permission",
            "happened_on",
            "expires_on",
            "is_citable",
            "released_by",
            "released_at",
            "status_reason",
            "created_at",
            "updated_at",
            "version",
        ]
        read_only_fields = fields

    def get_is_citable(self, story: SuccessStory) -> bool:
        """Say whether messages may cite it today."""
        return story.is_citable_on(timezone.localdate())


class SuccessStoryChangeSerializer(serializers.ModelSerializer[SuccessStory]):
    incident = VisibleField(
        queryset=Incident.objects.all(),
        required=False,
        allow_null=True,
        help_text="Id of the incident it comes from, if from one of ours.",
    )
    tags = ShortListField(
        child=serializers.CharField(max_length=40),
        required=False,
        max_length=20,
        help_text="Words to find it by.",
    )
    figures = FiguresField(
        required=False, max_length=20, help_text="What came of it in numbers, and where to check."
    )

    class Meta:
        model = SuccessStory
        fields = [
            "incident",
            "title",
            "language",
            "kind",
            "tags",
            "situation",
            "deed",
            "outcome",
            "figures",
            "evidence_url",
            "quote",
            "quoted",
            "names_people",
            "permission",
            "happened_on",
            "expires_on",
        ]


class NewSuccessStorySerializer(SuccessStoryChangeSerializer):
    brand = BrandField()

    class Meta(SuccessStoryChangeSerializer.Meta):
        fields = ["brand", *SuccessStoryChangeSerializer.Meta.fields]


class StorySourceSerializer(serializers.Serializer[Any]):
    incident = VisibleField(
        queryset=Incident.objects.select_related("brand", "merged_into"),
        help_text="Id of an incident whose review is completed.",
    )


class SuccessStoryFilter(filters.FilterSet):
    brand = BrandSlugFilter()
    incident = filters.UUIDFilter(
        field_name="incident_id", help_text="Id of the incident it comes from."
    )
    q = filters.CharFilter(
        method="by_words",
        max_length=200,
        help_text="Words that occur in it, also as beginnings; Hebrew with or without the letters "
        "glued to them.",
    )
    tag = filters.CharFilter(method="by_tag", max_length=40, help_text="A tag it has.")
    citable = YesNoFilter(
        method="by_citable", help_text="true: what messages may cite today; false: the others."
    )
    fits = filters.UUIDFilter(
        method="by_fit",
        help_text="Id of an incident: citable stories of its kind, or with words of its title.",
    )

    class Meta:
        model = SuccessStory
        fields = ["kind", "language"]

    def by_words(self, rows: Any, name: str, value: str) -> Any:
        """Return those in which the words occur."""
        return rows.saying(value)

    def by_tag(self, rows: Any, name: str, value: str) -> Any:
        """Return those with the tag."""
        return rows.filter(tags__contains=[value])

    def by_citable(self, rows: Any, name: str, value: bool) -> Any:  # noqa: FBT001
        """Return those that messages may cite today, or the others."""
        citable = SuccessStory.objects.citable(timezone.localdate())
        chosen = rows.filter if value else rows.exclude
        return chosen(pk__in=citable.values("pk"))

    def by_fit(self, rows: Any, name: str, value: Any) -> Any:
        """Return those that may help in an incident the caller may see; none for another."""
        mine = Incident.objects.visible_to(caller_of(self.request))
        incident = mine.filter(pk=value).first()
        if incident is None:
            return rows.none()
        return rows.filter(brand_id=incident.brand_id).fitting(incident, timezone.localdate())


class SuccessStoryViewSet(BrandViewSet):
    """What we did well before, to be cited in messages."""

    serializer_class = SuccessStorySerializer
    queryset = SuccessStory.objects.defer("search")
    filterset_class = SuccessStoryFilter
    access = (
        dict.fromkeys(["list", "retrieve"], Access(Role.VIEWER, Scope.MESSAGES_READ))
        | dict.fromkeys(
            ["create", "partial_update", "from_incident"],
            Access(Role.RESPONDER, Scope.MESSAGES_WRITE),
        )
        | dict.fromkeys(["release", "retire"], Access(Role.APPROVER))
    )
    terms = {
        "create": NewSuccessStorySerializer,
        "partial_update": SuccessStoryChangeSerializer,
        "from_incident": StorySourceSerializer,
        "release": NothingSerializer,
        "retire": ReasonSerializer,
    }

    @extend_schema(request=NewSuccessStorySerializer, responses={201: SuccessStorySerializer})
    def create(self, request: Request) -> Response:
        """Write a story down; messages may cite it once it was released."""
        terms = self.validated()
        self.require(terms["brand"].pk)
        return self.created(services.tell_story(**terms, actor=self.actor, now=self.now()))

    @extend_schema(
        request=StorySourceSerializer,
        responses={201: SuccessStorySerializer},
        operation_id="draftSuccessStoryFromIncident",
        summary="Draft a success story from an incident",
    )
    @action(detail=False, methods=["post"], url_path="from-incident")
    def from_incident(self, request: Request) -> Response:
        """Write a story down from the completed review of an incident and its lessons."""
        incident = self.validated()["incident"]
        self.require(incident.brand_id)
        return self.created(
            services.draft_story(incident=incident, actor=self.actor, now=self.now())
        )

    @extend_schema(request=SuccessStoryChangeSerializer, responses=SuccessStorySerializer)
    def partial_update(self, request: Request, pk: Any) -> Response:
        """Change a story; one worded anew has to be released again."""
        return self._done(services.change_story)

    @extend_schema(request=NothingSerializer, responses=SuccessStorySerializer)
    @action(detail=True, methods=["post"])
    def release(self, request: Request, pk: Any) -> Response:
        """Let messages cite it. People only."""
        return self._done(services.release_story)

    @extend_schema(request=ReasonSerializer, responses=SuccessStorySerializer)
    @action(detail=True, methods=["post"])
    def retire(self, request: Request, pk: Any) -> Response:
        """Let no new message cite it, and say why. People only."""
        return self._done(services.retire_story)

    def _done(self, service: Any) -> Response:
        story = self.get_object()
        return self.shown(service(story=story, **self.validated(), **self.change()))
