"""The audience speaks, as JSON: questions for everybody, without signing in."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from crisisapi.common.caching import shared
from crisisapi.common.fields import OneOfField
from crisisapi.common.filters import refuse_unknown
from crisisapi.common.renderers import rendered
from crisisapi.common.requests import client_address
from crisisapi.common.views import ApiViewSet
from messaging.models import QUESTION_LENGTH, PublicPage
from messaging.selectors.audience import answers_of, open_questions
from messaging.selectors.public_view import page_of
from messaging.services.asking import NAME_LENGTH, Asked, ask_question, join_question
from messaging.services.audience_limits import Caller
from messaging.services.voters import TOKEN_LENGTH, new_voter

LANGUAGE = OpenApiParameter(
    "language",
    str,
    description="he or en; left out: the main language of the page.",
    required=False,
)
SLUG = OpenApiParameter(
    "slug", str, OpenApiParameter.PATH, description="Name of the page in its address."
)
_ID = OpenApiParameter("id", UUID, OpenApiParameter.PATH, description="Id of the open question.")


class PublicAnswerSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField(help_text="Identifier.")
    question = serializers.CharField(help_text="The question, as it was approved to be read.")
    answer = serializers.CharField(help_text="The answer, word for word as it was approved.")
    language = serializers.CharField(help_text="Language of both.")
    answered_at = serializers.DateTimeField(help_text="When it became public.")
    asked = serializers.IntegerField(help_text="How many wanted to know it.")


class OpenQuestionSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField(help_text="Identifier.")
    text = serializers.CharField(help_text="The words of who asked, shown by a moderator.")
    language = serializers.CharField(help_text="Language it was asked in.")
    asked = serializers.IntegerField(help_text="How many want to know it.")


class PublicQuestionsSerializer(serializers.Serializer[Any]):
    takes_questions = serializers.BooleanField(help_text="Whether people may ask here.")
    answers = PublicAnswerSerializer(many=True, help_text="What was answered, the newest first.")
    open = OpenQuestionSerializer(many=True, help_text="What waits, the most wanted first.")


class AskedSerializer(serializers.Serializer[Any]):
    text = serializers.CharField(max_length=QUESTION_LENGTH, help_text="What you want to know.")
    language = OneOfField(
        choices=settings.LANGUAGES,
        required=False,
        help_text="Language it is asked in; left out: the main one of the page.",
    )
    name = serializers.CharField(
        max_length=NAME_LENGTH,
        required=False,
        allow_blank=True,
        help_text="Your name, for the team; never shown in public.",
    )
    contact = serializers.CharField(
        max_length=320,
        required=False,
        allow_blank=True,
        help_text="E-mail address for the answer; encrypted, used once, erased.",
    )
    about = serializers.UUIDField(
        required=False, help_text="Id of a public incident, as the page says it."
    )
    session = serializers.UUIDField(
        required=False, help_text="Id of the live session it is asked for."
    )


class JoiningSerializer(serializers.Serializer[Any]):
    form = serializers.CharField(max_length=TOKEN_LENGTH, help_text="The mark of a form.")


class FormSerializer(serializers.Serializer[Any]):
    form = serializers.CharField(help_text="The mark of one form, good for two hours.")


class TakenSerializer(serializers.Serializer[Any]):
    detail = serializers.CharField(help_text="What happens now.")


class FormTermsSerializer(serializers.Serializer[Any]):
    """Takes nothing."""


class AudienceViewSet(ApiViewSet):
    """Questions of everybody, and the answers."""

    permission_classes = [AllowAny]
    authentication_classes = []
    serializer_class: type[serializers.BaseSerializer[Any]] = PublicQuestionsSerializer
    pagination_class = None
    filter_backends = []
    idempotent = False
    filters_query = True
    tag = "public"
    terms = {"ask": AskedSerializer, "join": JoiningSerializer, "form": FormTermsSerializer}

    @extend_schema(
        operation_id="readPublicQuestions",
        summary="Read the questions of a public page",
        parameters=[SLUG, LANGUAGE],
        responses=PublicQuestionsSerializer,
    )
    def questions(self, request: Request, slug: str) -> HttpResponse:
        """What was answered, and what others want to know; cacheable by anybody."""
        refuse_unknown(request, {"language"})
        page = self.page(slug)
        language = self.language(page)
        told = PublicQuestionsSerializer(
            {
                "takes_questions": page.takes_questions,
                "answers": answers_of(page, language),
                "open": open_questions(page, language),
            }
        )
        return self.cached(told.data, page)

    @extend_schema(
        operation_id="askPublicPage",
        summary="Ask a question on a public page",
        parameters=[SLUG],
        request=AskedSerializer,
        responses={202: TakenSerializer},
    )
    def ask(self, request: Request, slug: str) -> Response:
        """Ask; a person reads it before anybody else does. The answer is always the same."""
        refuse_unknown(request, set())
        page = self.page(slug)
        terms = self.validated()
        if not settings.MAIL_IS_ON:
            terms.pop("contact", None)
        terms.setdefault("language", page.main_language)
        ask_question(page=page, asked=Asked(**terms), caller=self.caller(), now=self.now())
        sentence = _("We have your question. What we answer stands on the page.")
        return Response({"detail": sentence}, status=202)

    @extend_schema(
        operation_id="joinPublicQuestion",
        summary="Want to know the same",
        parameters=[SLUG, _ID],
        request=JoiningSerializer,
        responses={202: TakenSerializer},
    )
    def join(self, request: Request, slug: str, pk: UUID) -> Response:
        """Say that you want to know it too; twice with one form counts once."""
        refuse_unknown(request, set())
        page = self.page(slug)
        token = self.validated()["form"]
        join_question(page=page, question_id=pk, token=token, caller=self.caller(), now=self.now())
        return Response({"detail": _("You are counted.")}, status=202)

    @extend_schema(
        operation_id="openPublicForm",
        summary="Get the mark of a form",
        parameters=[SLUG],
        request=FormTermsSerializer,
        responses={201: FormSerializer},
    )
    def form(self, request: Request, slug: str) -> Response:
        """Get what one vote of a kind is given with; good for two hours, kept nowhere."""
        refuse_unknown(request, set())
        self.page(slug)
        self.validated()
        return Response({"form": new_voter()}, status=201, headers={"Cache-Control": "no-store"})

    def page(self, slug: str) -> PublicPage:
        """Return the page, when everybody may read it."""
        page = page_of(slug)
        if page is None:
            raise Http404
        return page

    def language(self, page: PublicPage) -> str:
        """Return the language asked for; refuses one the page is not read in."""
        said = self.request.query_params.get("language") or page.main_language
        if said not in page.languages:
            sentence = _("The page is read in: %s.") % ", ".join(page.languages)
            raise ValidationError({"language": [sentence]})
        return said

    def caller(self) -> Caller:
        """Return where the request comes from."""
        request = self.request._request
        return Caller(client_address(request), request.headers.get("User-Agent", ""))

    def cached(self, told: Any, page: PublicPage) -> HttpResponse:
        """Answer what everybody may read and keep."""
        answer = HttpResponse(rendered(told), content_type="application/json")
        answer["Access-Control-Allow-Origin"] = "*"
        request = self.request._request
        return shared(request, answer, seconds=page.cache_seconds, changed_at=self.now())
