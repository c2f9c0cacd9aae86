"""Setting pictures and papers with Typst, in the typeface that ships, and nothing else."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson
import typst

from monitoring.rules.charts import Size

FONTS = Path(__file__).resolve().parent.parent / "fonts"
# Points of print in an inch: one of them is drawn as one pixel.
_POINTS = 72
_PICTURE = """
#set page(width: {width}pt, height: {height}pt, margin: 0pt)
#image("chart.svg", width: {width}pt, height: {height}pt)
"""


def picture_of(svg: str, size: Size, *, scale: float = 1) -> bytes:
    """Return a chart as PNG, so many pixels for each of its own."""
    main = _PICTURE.format(width=size.width, height=size.height)
    return _compiled(
        {"main.typ": main.encode(), "chart.svg": svg.encode()},
        format="png",
        ppi=_POINTS * scale,
    )


def paper_of(
    template: str, content: Mapping[str, Any], charts: Mapping[str, str], *, made_at: datetime
) -> bytes:
    """Return a PDF of a template that reads `content.json`, and charts by their file names."""
    files = {name: svg.encode() for name, svg in charts.items()}
    return _compiled(
        {"main.typ": template.encode(), "content.json": orjson.dumps(content), **files},
        format="pdf",
        timestamp=made_at.replace(microsecond=0),
    )


def _compiled(files: dict[str, bytes], **terms: Any) -> bytes:
    made = typst.compile(files, font_paths=[str(FONTS)], ignore_system_fonts=True, **terms)
    if not isinstance(made, bytes):
        raise TypeError(type(made).__name__)
    return made
