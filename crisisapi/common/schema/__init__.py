"""The OpenAPI document: what drf-spectacular finds out, and all that it cannot know."""

from crisisapi.common.schema.document import DocumentGenerator, complete_document
from crisisapi.common.schema.operations import OperationSchema

__all__ = ["DocumentGenerator", "OperationSchema", "complete_document"]
