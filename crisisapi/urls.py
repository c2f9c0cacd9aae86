"""Every address of the service."""

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

from crisisapi.common.documents import DocumentView, RedocView, SwaggerView
from crisisapi.common.health import alive, ready
from crisisapi.common.root import root
from monitoring.pages.leaving import leave_reports

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
    path("", root, name="api-root"),
    path("schema/", DocumentView.as_view(), name="schema"),
    path("docs/", SwaggerView.as_view(url_name="schema"), name="docs"),
    path("redoc/", RedocView.as_view(url_name="schema"), name="redoc"),
]

urlpatterns = [
    path("", root, name="root"),
    path("admin/", admin.site.urls),
    path("api/v1/", include(v1)),
    path("p/", include("messaging.pages.urls")),
    path("report-mails/<str:token>/", leave_reports, name="leave-reports"),
    path("healthz", alive, name="alive"),
    path("readyz", ready, name="ready"),
]
