"""Public pages, for those who set them up."""

from typing import Any

from django.db.models import Count
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from crisisapi.accounts.api.api_keys import NothingSerializer
from crisisapi.accounts.api.fields import BrandField
from crisisapi.accounts.api.filters import BrandSlugFilter
from crisisapi.accounts.api.viewsets import BrandViewSet
from crisisapi.accounts.callers import Access
from crisisapi.accounts.models import Role, Scope
from crisisapi.common.fields import ShortListField
from messaging.api.words import WordsSerializer
from messaging.models import PublicPage, SubscriberStatus
from messaging.models.public_page import SLUG
from messaging.selectors.public_addresses import page_address
from messaging.services import public_pages as services


class PublicPageSerializer(serializers.ModelSerializer[PublicPage]):
    brand = BrandField(read_only=True)
    url = serializers.SerializerMethodField(help_text="Where everybody reads it, once it is open.")
    languages = serializers.ListField(
        child=serializers.CharField(), help_text="Languages it is read in, the main one first."
    )
    blocked_words = serializers.ListField(
        child=serializers.CharField(),
        help_text="Words that flag a question for its moderator; shown to nobody.",
    )
    titles = WordsSerializer(help_text="Its heading, by language.")
    intros = WordsSerializer(help_text="What stands at its top, by language.")

    class Meta:
        model = PublicPage
        fields = [
            "id",
            "brand",
            "slug",
            "url",
            "is_published",
            "languages",
            "titles",
            "intros",
            "contact_url",
            "colour",
            "cache_seconds",
            "takes_subscribers",
            "takes_questions",
            "blocked_words",
            "changed_at",
            "created_at",
            "updated_at",
            "version",
        ]
        read_only_fields = fields

    def get_url(self, page: PublicPage) -> str:
        """Return its address."""
        return page_address(page)


class PublicPageChangeSerializer(serializers.ModelSerializer[PublicPage]):
    languages = ShortListField(
        child=serializers.CharField(max_length=2),
        required=False,
        max_length=10,
        help_text="Languages it is read in, he or en, the main one first.",
    )
    blocked_words = ShortListField(
        child=serializers.CharField(max_length=80),
        required=False,
        help_text="Words that flag a question for its moderator; shown to nobody.",
    )
    titles = WordsSerializer(required=False, help_text="Its heading, by language; one line.")
    intros = WordsSerializer(required=False, help_text="What stands at its top, by language.")

    class Meta:
        model = PublicPage
        fields = [
            "slug",
            "languages",
            "titles",
            "intros",
            "contact_url",
            "colour",
            "cache_seconds",
            "takes_subscribers",
            "takes_questions",
            "blocked_words",
        ]
        # A name taken already is the service's refusal, with a code of its own.
        extra_kwargs = {"slug": {"validators": [SLUG]}}


class NewPublicPageSerializer(PublicPageChangeSerializer):
    brand = BrandField()
    titles = WordsSerializer(help_text="Its heading, by language; one line.")

    class Meta(PublicPageChangeSerializer.Meta):
        fields = ["brand", *PublicPageChangeSerializer.Meta.fields]


class SubscriberCountsSerializer(serializers.Serializer[Any]):
    confirmed = serializers.IntegerField(help_text="People who are written to.")
    pending = serializers.IntegerField(help_text="People who asked and have not confirmed.")
    left = serializers.IntegerField(help_text="People who left.")
    unreachable = serializers.IntegerField(help_text="Addresses that refuse mails.")


class PublicPageFilter(filters.FilterSet):
    brand = BrandSlugFilter()

    class Meta:
        model = PublicPage
        fields = ["slug", "is_published"]


_READ = Access(Role.VIEWER, Scope.MESSAGES_READ)


class PublicPageViewSet(BrandViewSet):
    """What everybody may read of a brand, and whether they may."""

    serializer_class = PublicPageSerializer
    queryset = PublicPage.objects.all()
    filterset_class = PublicPageFilter
    access = dict.fromkeys(["list", "retrieve", "subscribers"], _READ) | dict.fromkeys(
        ["create", "partial_update", "open", "close"], Access(Role.MANAGER)
    )
    terms = {
        "create": NewPublicPageSerializer,
        "partial_update": PublicPageChangeSerializer,
        "open": NothingSerializer,
        "close": NothingSerializer,
    }

    @extend_schema(request=NewPublicPageSerializer, responses={201: PublicPageSerializer})
    def create(self, request: Request) -> Response:
        """Set up the page of a brand; nobody reads it before it is opened. People only."""
        terms = self.validated()
        self.require(terms["brand"].pk)
        return self.created(services.add_page(**terms, actor=self.actor, now=self.now()))

    @extend_schema(request=PublicPageChangeSerializer, responses=PublicPageSerializer)
    def partial_update(self, request: Request, pk: Any) -> Response:
        """Change how it looks or what stands at its top. People only."""
        return self._done(services.change_page)

    @extend_schema(request=NothingSerializer, responses=PublicPageSerializer)
    @action(detail=True, methods=["post"])
    def open(self, request: Request, pk: Any) -> Response:
        """Let everybody read it. People only."""
        return self._done(services.open_page)

    @extend_schema(request=NothingSerializer, responses=PublicPageSerializer)
    @action(detail=True, methods=["post"])
    def close(self, request: Request, pk: Any) -> Response:
        """Let nobody read it any more. People only."""
        return self._done(services.close_page)

    @extend_schema(
        responses=SubscriberCountsSerializer,
        operation_id="countPublicPageSubscribers",
        summary="Count the subscribers of a public page",
    )
    @action(detail=True, serializer_class=SubscriberCountsSerializer, pagination_class=None)
    def subscribers(self, request: Request, pk: Any) -> Response:
        """How many people get its updates by e-mail; never who."""
        page = PublicPage.objects.get(pk=self.get_object().pk)
        counted = page.subscribers.values_list("status").annotate(Count("id")).order_by()
        return Response(dict.fromkeys(SubscriberStatus.values, 0) | dict(counted))

    def _done(self, service: Any) -> Response:
        page = self.get_object()
        return self.shown(service(page=page, **self.validated(), **self.change()))
