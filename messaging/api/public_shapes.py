"""The public page as JSON has it."""

from typing import Any, get_args

from django.conf import settings
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from crisisapi.common.fields import OneOfField
from incidents.rules.tasks import PublicState
from messaging.models import NumberUnit, PublicIncidentStatus
from messaging.selectors.public_addresses import incident_address, page_address
from messaging.selectors.public_shapes import IncidentView, PageView


class SpokenSerializer(serializers.Serializer[Any]):
    text = serializers.CharField(help_text="The text.")
    language = serializers.CharField(help_text="Language it is in; another where there is none.")


class PublicUpdateShapeSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField(help_text="Id of the update.")
    language = serializers.CharField(help_text="Language of title and body.")
    title = serializers.CharField(help_text="One line; empty for one that was taken down.")
    body = serializers.CharField(help_text="Plain text; empty for one that was taken down.")
    published_at = serializers.DateTimeField(help_text="When it went up.")
    withdrawn_at = serializers.DateTimeField(
        allow_null=True, help_text="When it was taken down; null while it stands."
    )
    corrected_by = serializers.UUIDField(
        allow_null=True, help_text="Id of the update that says it right; null while it holds."
    )


class PublicCommitmentShapeSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField(help_text="Id of the promise.")
    promise = serializers.CharField(help_text="What was promised, word for word.")
    promised_at = serializers.DateTimeField(help_text="When it was promised.")
    due_at = serializers.DateTimeField(help_text="When it is due.")
    state = serializers.ChoiceField(
        choices=list(get_args(PublicState)), help_text="What has become of it."
    )
    ended_at = serializers.DateTimeField(
        allow_null=True, help_text="When it was kept or given up; null while it stands."
    )


class PublicNumberShapeSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField(help_text="Id of the number.")
    label = SpokenSerializer(help_text="What it counts.")  # type: ignore[assignment]  # a field
    value = serializers.FloatField(help_text="The number, in its unit.")
    unit = serializers.ChoiceField(choices=NumberUnit.choices, help_text="What is counted.")
    as_of = serializers.DateTimeField(help_text="When it was so.")
    source = SpokenSerializer(help_text="Its origin.")  # type: ignore[assignment]  # a field


class PublicIncidentOutlineSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField(help_text="Id of the public incident.")
    url = serializers.SerializerMethodField(help_text="Where people read it.")
    title = SpokenSerializer(help_text="One line.")
    summary = SpokenSerializer(help_text="What the public is told.")
    status = serializers.ChoiceField(
        choices=PublicIncidentStatus.choices, help_text="Where it stands."
    )
    status_at = serializers.DateTimeField(help_text="When it came to its status.")
    made_public_at = serializers.DateTimeField(help_text="When it was made public.")
    latest_update = PublicUpdateShapeSerializer(
        source="latest", allow_null=True, help_text="The last update that stands; null without one."
    )
    commitments = PublicCommitmentShapeSerializer(many=True, help_text="What was promised.")
    numbers = PublicNumberShapeSerializer(many=True, help_text="Numbers that were chosen.")

    def get_url(self, incident: IncidentView) -> str:
        """Return its address."""
        view: PageView = self.context["view"]
        return incident_address(view.page, incident.id, view.language)


class PublicIncidentShapeSerializer(PublicIncidentOutlineSerializer):
    updates = PublicUpdateShapeSerializer(many=True, help_text="The timeline, the newest first.")
    elsewhere = serializers.DictField(
        child=serializers.IntegerField(), help_text="How many updates other languages have."
    )


class PublicPageShapeSerializer(serializers.Serializer[Any]):
    url = serializers.SerializerMethodField(help_text="Where people read it.")
    language = serializers.CharField(help_text="Language that was asked for.")
    languages = serializers.ListField(
        source="page.languages",
        child=serializers.CharField(),
        help_text="Languages it is read in, the main one first.",
    )
    brand = serializers.CharField(source="page.brand.name", help_text="Name of the brand.")
    time_zone = serializers.CharField(
        source="page.brand.time_zone", help_text="Time zone of the brand, from the IANA database."
    )
    title = SpokenSerializer(help_text="Its heading.")
    intro = SpokenSerializer(help_text="What stands at its top.")
    contact_url = serializers.CharField(
        source="page.contact_url", help_text="Where people reach the brand; empty without one."
    )
    incidents = serializers.SerializerMethodField(
        help_text="Unresolved ones first, the newest first; then the last that were resolved."
    )

    def get_url(self, view: PageView) -> str:
        """Return its address."""
        return page_address(view.page, view.language)

    @extend_schema_field(PublicIncidentOutlineSerializer(many=True))
    def get_incidents(self, view: PageView) -> list[dict[str, Any]]:
        """Return the incidents, each knowing its page."""
        shown = PublicIncidentOutlineSerializer(view.incidents, many=True, context={"view": view})
        return list(shown.data)


class SubscriptionSerializer(serializers.Serializer[Any]):
    address = serializers.CharField(max_length=320, help_text="E-mail address.")
    language = OneOfField(
        choices=settings.LANGUAGES,
        required=False,
        help_text="Language to be written to in; left out: the main one of the page.",
    )


class SubscriptionTakenSerializer(serializers.Serializer[Any]):
    detail = serializers.CharField(help_text="What happens now.")
