"""Views that fail in ways no view of ours should."""

from typing import Any

from django.db import OperationalError
from django.http import HttpRequest
from django.urls import path
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from crisisapi.common.renderers import rendered

handler500 = "crisisapi.common.problems.server_error"


class BrokenView(APIView):
    authentication_classes = []
    permission_classes = []

    def get(self, request: Request) -> Response:
        """Raise what nobody expects."""
        raise RuntimeError("the secret is 4711")


class UnspeakableView(BrokenView):
    def get(self, request: Request) -> Response:
        """Answer what JSON cannot say."""
        return Response({"what": object()})


class CutOffView(BrokenView):
    def get(self, request: Request) -> Response:
        """Lose the database."""
        raise OperationalError("host=10.0.0.7 user=4711")


def cut_off(request: HttpRequest) -> Any:
    """Lose the database outside of DRF, as a failing commit does."""
    raise OperationalError("host=10.0.0.7 user=4711")


def broken(request: HttpRequest) -> Any:
    """Raise outside of DRF."""
    raise RuntimeError(rendered({"the secret": 4711}))


urlpatterns = [
    path("api/v1/broken/", BrokenView.as_view()),
    path("api/v1/unspeakable/", UnspeakableView.as_view()),
    path("api/v1/cut-off/", CutOffView.as_view()),
    path("broken/", broken),
    path("cut-off/", cut_off),
]
