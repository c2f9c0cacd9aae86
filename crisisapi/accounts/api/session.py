"""Signing in and out, and who I am."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.contrib.auth import login, logout
from django.middleware.csrf import get_token
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from crisisapi.accounts.api.viewsets import BrandViewSet
from crisisapi.accounts.authentication import CookieAuthentication
from crisisapi.accounts.callers import ANY_SCOPE, Access
from crisisapi.accounts.models import AccessToken, ApiKey, Brand, Member, User
from crisisapi.accounts.services.sign_in import check_password, issue_access_token
from crisisapi.common.views import ApiViewSet


class SignInSerializer(serializers.Serializer[Any]):
    username = serializers.CharField(max_length=150, help_text="User name.")
    password = serializers.CharField(
        max_length=256, trim_whitespace=False, write_only=True, help_text="Password."
    )


class MembershipSerializer(serializers.ModelSerializer[Member]):
    brand: serializers.SlugRelatedField[Brand] = serializers.SlugRelatedField(
        slug_field="slug", read_only=True, help_text="Slug of the brand."
    )

    class Meta:
        model = Member
        fields = ["brand", "role", "department"]


class MeSerializer(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(choices=["user", "api_key"], help_text="Person or API key.")
    id = serializers.UUIDField(help_text="Identifier.")
    name = serializers.CharField(help_text="Name others see.")
    language = serializers.CharField(help_text="Preferred language.", allow_null=True)
    memberships = MembershipSerializer(many=True, help_text="Roles per brand.")
    scopes = serializers.ListField(
        child=serializers.CharField(), help_text="Scopes of an API key; empty for people."
    )


class SessionSerializer(MeSerializer):
    csrf_token = serializers.CharField(help_text="Send it as X-CSRFToken when you write.")


class IssuedTokenSerializer(serializers.ModelSerializer[AccessToken]):
    token = serializers.CharField(help_text="Send it as `Authorization: Bearer …`; shown once.")

    class Meta:
        model = AccessToken
        fields = ["id", "token", "expires_at"]


class AccessTokenSerializer(serializers.ModelSerializer[AccessToken]):
    class Meta:
        model = AccessToken
        fields = ["id", "prefix", "created_at", "expires_at"]


def _me(who: User | ApiKey) -> dict[str, Any]:
    if isinstance(who, ApiKey):
        return {
            "kind": "api_key",
            "id": who.pk,
            "name": who.name,
            "language": None,
            "memberships": [],
            "scopes": who.scopes,
        }
    memberships = Member.objects.filter(user=who).select_related("brand").order_by("brand__slug")
    return {
        "kind": "user",
        "id": who.pk,
        "name": who.display_name,
        "language": who.language,
        "memberships": MembershipSerializer(memberships, many=True).data,
        "scopes": [],
    }


@extend_schema_view(
    create=extend_schema(
        request=SignInSerializer,
        responses={200: SessionSerializer},
        operation_id="signIn",
        summary="Sign in with a session cookie",
    )
)
class SessionViewSet(ApiViewSet):
    """The session cookie of a front end on the same site."""

    serializer_class = SessionSerializer
    permission_classes = [AllowAny]
    terms = {"create": SignInSerializer}
    authentication_classes = [CookieAuthentication]
    idempotent = False
    noun = "session"
    pagination_class = None
    filter_backends = []

    def create(self, request: Request) -> Response:
        """Sign in with user name and password; sets the session cookie."""
        user = check_password(**self.validated(), now=self.now())
        login(request._request, user)
        return Response({**_me(user), "csrf_token": get_token(request._request)})

    @extend_schema(
        responses={204: None},
        operation_id="signOut",
        summary="Sign out of the session",
        auth=[{"session": [], "csrf": []}, {}],  # type: ignore[list-item]  # typed too narrowly
    )
    def end(self, request: Request) -> Response:
        """Sign out; without a session nothing happens."""
        logout(request._request)
        return Response(status=204)


@extend_schema_view(
    create=extend_schema(request=SignInSerializer, responses={201: IssuedTokenSerializer})
)
class AccessTokenViewSet(BrandViewSet):
    """Bearer tokens for front ends and scripts that sign in as a person."""

    serializer_class = AccessTokenSerializer
    queryset = AccessToken.objects.none()
    access = dict.fromkeys(["list", "retrieve", "destroy"], Access(role=None))
    terms = {"create": SignInSerializer}
    idempotent = False

    def get_authenticators(self) -> list[Any]:
        """Ask nobody who signs in who they are: an old token must not stand in the way."""
        is_post = getattr(self.request, "method", None) == "POST"
        signs_in = is_post and "post" in (self.action_map or {})
        return [] if signs_in else super().get_authenticators()

    def get_permissions(self) -> Sequence[Any]:
        """Let anybody sign in."""
        return [AllowAny()] if self.action == "create" else super().get_permissions()

    def get_queryset(self) -> Any:
        """Return the caller's own living tokens."""
        return AccessToken.objects.filter(user=self.request.user.pk, expires_at__gt=self.now())

    def create(self, request: Request) -> Response:
        """Sign in with user name and password for a bearer token."""
        user = check_password(**self.validated(), now=self.now())
        token, secret = issue_access_token(
            user=user, lifetime=settings.ACCESS_TOKEN_LIFETIME, now=self.now()
        )
        return Response(
            {"id": token.pk, "token": secret, "expires_at": token.expires_at}, status=201
        )

    def destroy(self, request: Request, pk: Any) -> Response:
        """Sign this token out."""
        self.get_object().delete()
        return Response(status=204)


class MeViewSet(BrandViewSet):
    """Who the caller is."""

    serializer_class = MeSerializer
    access = {"show": Access(role=None, scope=ANY_SCOPE)}
    pagination_class = None
    filter_backends = []
    noun = "me"

    @extend_schema(responses=MeSerializer, operation_id="getMe", summary="Get who the caller is")
    def show(self, request: Request) -> Response:
        """Say who the token, key or session belongs to, and what they may do."""
        return Response(_me(self.caller.who))
