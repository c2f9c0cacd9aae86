"""What people say to fill a template, and what they get back."""

from typing import Any

from rest_framework import serializers

from crisisapi.accounts.api.fields import VisibleField
from crisisapi.common.fields import ShortDictField, ShortListField
from incidents.models import Fact, Incident
from messaging.api.messages import MessageSerializer
from messaging.api.placeholders import PlaceholderSerializer
from messaging.models import KeyMessage, SuccessStory
from messaging.models.template import LANGUAGE
from messaging.rules.blocks import CHOSEN_MOST
from messaging.rules.declarations import VALUE_LENGTH
from messaging.services.drafts import Drafted


class ValuesField(ShortDictField):
    """Values by the name of the placeholder; numbers may be numbers."""

    child = serializers.CharField(max_length=VALUE_LENGTH, allow_blank=True)

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", "The value for each placeholder, by name.")
        super().__init__(**kwargs)


class BlocksField(ShortListField):
    """Names of blocks, in the order they stand in."""

    child = serializers.CharField(max_length=60)

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", CHOSEN_MOST)
        kwargs.setdefault("required", False)
        kwargs.setdefault(
            "help_text",
            "Names of blocks to add, in their order, a paragraph each: at {block:*} in the body, "
            "or behind it.",
        )
        super().__init__(**kwargs)


class _SaidSerializer(serializers.Serializer[Any]):
    """What both sorts of drafts are told beside the values."""

    incident = VisibleField(queryset=Incident.objects.all(), help_text="Id of the incident.")
    blocks = BlocksField()
    audience = serializers.CharField(
        max_length=200, required=False, allow_blank=True, help_text="Whom it speaks to."
    )
    facts = VisibleField(
        queryset=Fact.objects.all(),
        many=True,
        required=False,
        help_text="Ids of the facts it rests on, beside those given as values.",
    )
    key_messages = VisibleField(
        queryset=KeyMessage.objects.all(),
        many=True,
        required=False,
        help_text="Ids of the key messages it carries; it rests on their facts too.",
    )
    cited_stories = VisibleField(
        queryset=SuccessStory.objects.all(),
        many=True,
        required=False,
        help_text="Ids of the success stories it cites.",
    )


class DraftSerializer(_SaidSerializer):
    values = ValuesField()
    title = serializers.CharField(
        max_length=200, required=False, help_text="One line; left out: that of the template."
    )


class DraftsSerializer(_SaidSerializer):
    languages = ShortListField(
        child=serializers.CharField(validators=[LANGUAGE], max_length=2),
        required=False,
        max_length=20,
        help_text="Codes of the languages; left out: all that the name of the template is "
        "written in.",
    )
    values = ValuesField(
        required=False, help_text="The value for each placeholder, in every language."
    )
    values_by_language = ShortDictField(
        child=ValuesField(),
        required=False,
        help_text="Values of one language, by its code; they go before those of every language.",
    )


class DraftedSerializer(serializers.Serializer[Any]):
    messages = MessageSerializer(many=True, help_text="A draft for each language.")


class RenderSerializer(serializers.Serializer[Any]):
    values = ValuesField(required=False)
    blocks = BlocksField()
    incident = VisibleField(
        queryset=Incident.objects.all(),
        required=False,
        help_text="Id of the incident whose facts are given as values.",
    )
    use_examples = serializers.BooleanField(
        required=False, help_text="Let the examples stand for what is not given."
    )


class BlockUsedSerializer(serializers.Serializer[Any]):
    name = serializers.CharField(help_text="Name of the block.")
    version = serializers.IntegerField(help_text="The version that came in.")


class RenderedSerializer(serializers.Serializer[Any]):
    title = serializers.CharField(help_text="Title of the template.")
    language = serializers.CharField(help_text="Language of the body.")
    body = serializers.CharField(help_text="The body, filled.")
    template_version = serializers.IntegerField(help_text="The version of the template.")
    blocks = BlockUsedSerializer(many=True, help_text="The blocks that came in.")
    placeholders = PlaceholderSerializer(
        many=True, help_text="All that was asked for, by the template and its blocks."
    )
    facts = serializers.ListField(
        child=serializers.UUIDField(), help_text="Ids of the facts a message of it rests on."
    )
    is_expired = serializers.BooleanField(
        help_text="Whether the template should have been looked at again by now."
    )


_OWN = ("title", "audience", "facts", "blocks")
_MORE = ("key_messages", "cited_stories")


def drafted_of(terms: dict[str, Any]) -> Drafted:
    """Take what is said beside the values out of checked terms."""
    own = {name: terms.pop(name) for name in _OWN if name in terms}
    more = {name: terms.pop(name) for name in _MORE if name in terms}
    return Drafted(**own, more=more)


def values_by_language(terms: dict[str, Any]) -> dict[str, dict[str, str]]:
    """Take the values out of checked terms: for each language its own over the common ones."""
    common = terms.pop("values", {})
    own = terms.pop("values_by_language", {})
    return {"": common} | {code: {**common, **said} for code, said in own.items()}
