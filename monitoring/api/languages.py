"""In which language an answer is drawn or written, for those who cannot say it in a header."""

from typing import Any

from django.conf import settings
from drf_spectacular.utils import OpenApiParameter

from crisisapi.common.fields import OneOfField

CODES = [code for code, _name in settings.LANGUAGES]
LANGUAGE = OpenApiParameter(
    "lang", str, enum=CODES, description="In which language; by default that of Accept-Language."
)


class LanguageField(OneOfField):
    """One of the languages of the service, by default that of the request."""

    def __init__(self, **terms: Any) -> None:
        super().__init__(choices=settings.LANGUAGES, required=False, **terms)
