"""The public page as JSON: for everybody, without signing in, in one language at a time."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from crisisapi.common.caching import shared
from crisisapi.common.filters import refuse_unknown
from crisisapi.common.nudges import nudge
from crisisapi.common.renderers import rendered
from crisisapi.common.requests import client_address
from crisisapi.common.views import ApiViewSet
from messaging.api.public_shapes import (
    PublicIncidentShapeSerializer,
    PublicPageShapeSerializer,
    SubscriptionSerializer,
    SubscriptionTakenSerializer,
)
from messaging.models import PublicPage
from messaging.selectors.public_view import find_public, page_of, view_incident, view_page
from messaging.services.subscribers import ask_to_subscribe
from messaging.tasks import mail_subscribers

_LANGUAGE = OpenApiParameter(
    "language",
    str,
    description="he or en; left out: the main language of the page.",
    required=False,
)
_SLUG = OpenApiParameter(
    "slug", str, OpenApiParameter.PATH, description="Name of the page in its address."
)
_ID = OpenApiParameter(
    "id", UUID, OpenApiParameter.PATH, description="Id of the public incident, as the page says it."
)


class PublicViewSet(ApiViewSet):
    """What everybody may read of a brand that opened its public page."""

    permission_classes = [AllowAny]
    authentication_classes = []
    serializer_class = PublicPageShapeSerializer
    pagination_class = None
    filter_backends = []
    idempotent = False
    filters_query = True
    tag = "public"
    terms = {"subscribe": SubscriptionSerializer}

    @extend_schema(
        operation_id="readPublicPage",
        summary="Read a public page",
        parameters=[_SLUG, _LANGUAGE],
        responses=PublicPageShapeSerializer,
    )
    def page(self, request: Request, slug: str) -> HttpResponse:
        """What the public is told: incidents, their last update, promises and numbers.

        Cacheable by anybody (`ETag`, `Last-Modified`, `Cache-Control`), and readable from pages of
        other sites.
        """
        page, language = self._found(slug)
        view = view_page(page, language, now=self.now())
        return self._shared(PublicPageShapeSerializer(view).data, page, view.changed_at)

    @extend_schema(
        operation_id="readPublicIncident",
        summary="Read an incident of a public page",
        parameters=[_SLUG, _ID, _LANGUAGE],
        responses=PublicIncidentShapeSerializer,
    )
    def incident(self, request: Request, slug: str, pk: UUID) -> HttpResponse:
        """What the public is told of one incident, its whole timeline included.

        One that was merged into another is answered by a redirection to it.
        """
        page, language = self._found(slug)
        public = find_public(page, pk)
        if public is None:
            raise Http404
        if public.pk != pk:
            query = request.META["QUERY_STRING"]
            target = request.path.replace(str(pk), str(public.pk))
            moved: HttpResponse = redirect(f"{target}?{query}".rstrip("?"), permanent=True)
            return moved
        view = view_incident(page, public, language, now=self.now())
        told = PublicIncidentShapeSerializer(view.incidents[0], context={"view": view}).data
        return self._shared(told, page, view.changed_at)

    @extend_schema(
        operation_id="subscribeToPublicPage",
        summary="Ask for the updates of a public page by e-mail",
        parameters=[_SLUG],
        request=SubscriptionSerializer,
        responses={202: SubscriptionTakenSerializer},
    )
    def subscribe(self, request: Request, slug: str) -> Response:
        """Ask for updates; a mail with a link to confirm is sent to the address.

        The answer is the same whether the address is known or not.
        """
        refuse_unknown(request, set())
        page = self._open(slug)
        terms = self.validated()
        ask_to_subscribe(
            page=page,
            address=terms["address"],
            language=terms.get("language", page.main_language),
            client=client_address(request._request),
            now=self.now(),
        )
        nudge(mail_subscribers)
        sentence = _("If this address is not subscribed yet, a mail to confirm is on its way.")
        return Response({"detail": sentence}, status=202)

    def _open(self, slug: str) -> PublicPage:
        page = page_of(slug)
        if page is None:
            raise Http404
        return page

    def _found(self, slug: str) -> tuple[PublicPage, str]:
        """Return the page, and the language asked for; refuses one it is not read in."""
        refuse_unknown(self.request, {"language"})
        page = self._open(slug)
        language = self.request.query_params.get("language") or page.main_language
        if language not in page.languages:
            sentence = _("The page is read in: %s.") % ", ".join(page.languages)
            raise ValidationError({"language": [sentence]})
        return page, language

    def _shared(self, told: Any, page: PublicPage, changed_at: datetime) -> HttpResponse:
        answer = HttpResponse(rendered(told), content_type="application/json")
        answer["Access-Control-Allow-Origin"] = "*"
        request = self.request._request
        return shared(request, answer, seconds=page.cache_seconds, changed_at=changed_at)
