"""Pictures and films: added by a form, looked at by a link."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from crisisapi.common.admin import ModelForm, ServiceAdmin
from crisisapi.common.downloads import download
from incidents.services.evidence import Upload
from messaging.models import MediaAsset
from messaging.selectors.media import file_of
from messaging.services.media import describe_media, keep_media


class MediaAssetForm(ModelForm):
    name = forms.CharField(required=False, max_length=200, label=_("name"))
    file = forms.FileField(
        label=_("file"), required=True, help_text=_("JPEG, PNG, GIF, WebP or MP4.")
    )


class DescriptionForm(ModelForm):
    """Name and description; the file never changes."""


@admin.register(MediaAsset)
class MediaAssetAdmin(ServiceAdmin):
    noun = "asset"
    form = DescriptionForm
    fixed = ("brand", "incident")
    list_display = [
        "name",
        "content_type",
        "width",
        "height",
        "size",
        "alt_text",
        "where",
        "brand",
        "added_by",
    ]
    list_select_related = ["brand", "added_by"]
    list_filter = ["content_type", "brand", ("alt_text", admin.EmptyFieldListFilter)]
    search_fields = ["name", "alt_text", "sha256"]
    autocomplete_fields = ["incident"]
    readonly_fields = ["where", "content_type", "size", "width", "height", "sha256", "added_by"]
    ordering = ["-created_at"]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Ask for a file; later show what it is."""
        asked = ["brand", "incident", "name", "alt_text"]
        return [*asked, *self.readonly_fields] if obj else [*asked, "file"]

    def get_form(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Ask for a file once."""
        obj = args[0] if args else kwargs.get("obj")
        kwargs["form"] = DescriptionForm if obj else MediaAssetForm
        return super().get_form(request, *args, **kwargs)

    def get_urls(self) -> Any:
        """Serve the files."""
        view = self.admin_site.admin_view(self.download_file)
        route = path("<uuid:pk>/file/", view, name="messaging_mediaasset_file")
        return [route, *super().get_urls()]

    def download_file(self, request: HttpRequest, pk: Any) -> HttpResponse:
        """Give the file of a picture or film."""
        asset = self.get_object(request, str(pk))
        if not self.has_view_permission(request, asset):
            raise PermissionDenied
        content = None if asset is None else file_of(asset)
        if asset is None or content is None:
            raise Http404
        return download(content, name=asset.name, content_type=asset.content_type)

    @admin.display(description=_("link or file"))
    def where(self, asset: MediaAsset) -> str:
        """Lead to it."""
        if not asset.sha256:
            return ""
        address = asset.url or reverse("admin:messaging_mediaasset_file", args=[asset.pk])
        return format_html(
            '<a href="{}" rel="noreferrer noopener"><bdi>{}</bdi></a>', address, asset.name
        )

    def add_by_service(self, request: HttpRequest, fields: dict[str, Any]) -> MediaAsset:
        """Keep a file."""
        sent = fields.pop("file")
        return keep_media(upload=Upload(sent.name, sent.read()), **fields)

    def change_by_service(self, request: HttpRequest, fields: dict[str, Any]) -> MediaAsset:
        """Describe it otherwise."""
        return describe_media(**fields)
