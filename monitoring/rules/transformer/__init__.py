"""Judging sentiment by a transformer that is loaded from a folder (ONNX Runtime)."""

from monitoring.rules.transformer.analyser import TransformerAnalyser, has_letters
from monitoring.rules.transformer.folder import BadTransformer, Folder, read_folder
from monitoring.rules.transformer.model import Transformer

__all__ = [
    "BadTransformer",
    "Folder",
    "Transformer",
    "TransformerAnalyser",
    "has_letters",
    "read_folder",
]
