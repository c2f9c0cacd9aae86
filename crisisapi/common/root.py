"""Where to go from here."""

from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import api_view, authentication_classes, permission_classes
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response


@extend_schema(exclude=True)
@api_view(["GET"])
@authentication_classes([])
@permission_classes([AllowAny])
def root(request: Request) -> Response:
    """Name the service and the addresses a newcomer needs."""
    addresses = {
        "api": "/api/v1/",
        "documentation": reverse("docs"),
        "schema": reverse("schema"),
        "admin": reverse("admin:index"),
        "health": reverse("ready"),
    }
    links = {name: request.build_absolute_uri(path) for name, path in addresses.items()}
    return Response({"name": "Crisis API", "version": "v1", "links": links})
