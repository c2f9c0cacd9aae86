"""The OpenAPI document and the pages that show it; their errors are problems too."""

from collections.abc import Iterable
from typing import Any, ClassVar

from drf_spectacular.views import SpectacularAPIView, SpectacularRedocView, SpectacularSwaggerView
from rest_framework.exceptions import NotAcceptable
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from crisisapi.common.renderers import FastJSONRenderer


class YAMLUnlessJSON(DefaultContentNegotiation):
    """JSON for those who ask for it, YAML for everybody else."""

    def select_renderer(
        self, request: Request, renderers: Iterable[Any], format_suffix: str | None = None
    ) -> tuple[Any, str]:
        """Return the renderer of Accept or `format`, else the first."""
        try:
            chosen: tuple[Any, str] = super().select_renderer(request, renderers, format_suffix)
            return chosen
        except NotAcceptable:
            first = next(iter(renderers))
            return first, first.media_type


class ProblemsInJSON(APIView):
    """Renders errors as JSON whatever the view renders."""

    def finalize_response(
        self, request: Request, response: Response, *args: Any, **kwargs: Any
    ) -> Response:
        """Swap the renderer when something went wrong."""
        if response.exception:
            renderer = FastJSONRenderer()
            request.accepted_renderer = renderer
            request.accepted_media_type = renderer.media_type
        return super().finalize_response(request, response, *args, **kwargs)


def _once(renderer: type[BaseRenderer]) -> type[BaseRenderer]:
    """Return a renderer that renders the first time, and then gives the same again."""

    class RenderedOnce(renderer):  # type: ignore[misc, valid-type]
        rendered: ClassVar[list[bytes]] = []

        def render(self, *args: Any, **kwargs: Any) -> bytes:
            if not self.rendered:
                self.rendered.append(super().render(*args, **kwargs))
            return self.rendered[0]

    return RenderedOnce


class DocumentView(ProblemsInJSON, SpectacularAPIView):
    """The OpenAPI document, in YAML or JSON; anybody may ask, so it is rendered once a process."""

    renderer_classes = [_once(renderer) for renderer in SpectacularAPIView.renderer_classes]
    content_negotiation_class = YAMLUnlessJSON


class SwaggerView(ProblemsInJSON, SpectacularSwaggerView):
    """A page to try the API out."""


class RedocView(ProblemsInJSON, SpectacularRedocView):
    """A page to read."""
