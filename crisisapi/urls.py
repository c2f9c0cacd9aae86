"""Every address of the service."""

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularRedocView, SpectacularSwaggerView

from crisisapi.common.health import alive, ready

handler400 = "crisisapi.common.problems.bad_request"
handler403 = "crisisapi.common.problems.permission_denied"
handler404 = "crisisapi.common.problems.not_found"
handler500 = "crisisapi.common.problems.server_error"

v1: list[URLPattern | URLResolver] = [
    path("", include("crisisapi.accounts.api.urls")),
    path("", include("crisisapi.events.api.urls")),
    path("", include("incidents.api.urls")),
    path("", include("messaging.api.urls")),
    path("", include("monitoring.api.urls")),
    path("schema/", SpectacularAPIView.as_view(), name="schema"),
    path("docs/", SpectacularSwaggerView.as_view(url_name="schema"), name="docs"),
    path("redoc/", SpectacularRedocView.as_view(url_name="schema"), name="redoc"),
]

urlpatterns = [
    path("admin/", admin.site.urls),
    path("api/v1/", include(v1)),
    path("healthz", alive, name="alive"),
    path("readyz", ready, name="ready"),
]
