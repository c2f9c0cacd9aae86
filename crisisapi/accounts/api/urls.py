"""Routes of this floor."""

from django.urls import path
from rest_framework.routers import SimpleRouter

import crisisapi.accounts.api.schemes  # noqa: F401 - tells drf-spectacular how callers sign in
from crisisapi.accounts.api.api_keys import ApiKeyViewSet
from crisisapi.accounts.api.brands import BrandResourceViewSet
from crisisapi.accounts.api.members import MemberViewSet
from crisisapi.accounts.api.session import AccessTokenViewSet, MeViewSet, SessionViewSet

router = SimpleRouter(use_regex_path=False)
router.register("access-tokens", AccessTokenViewSet, basename="access-token")
router.register("api-keys", ApiKeyViewSet, basename="api-key")
router.register("brands", BrandResourceViewSet, basename="brand")
router.register("members", MemberViewSet, basename="member")

urlpatterns = [
    path("session/", SessionViewSet.as_view({"post": "create", "delete": "end"}), name="session"),
    path("me/", MeViewSet.as_view({"get": "show"}), name="me"),
    *router.urls,
]
