"""fourfits: from customer data to a ranked plan and the four fits.

>>> import fourfits as ff
>>> answers = {"score": [10, 9, 9, 8, 3]}
>>> import pyarrow as pa
>>> ff.surveys.nps(pa.table(answers), score="score").summary()["nps"]
40.0
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

_PARTS = (
    "analyses",
    "channels",
    "config",
    "customers",
    "errors",
    "experiments",
    "features",
    "fits",
    "imports",
    "kpis",
    "lake",
    "needs",
    "pricing",
    "quality",
    "report",
    "roadmap",
    "samples",
    "segments",
    "sources",
    "surveys",
    "tables",
)

if TYPE_CHECKING:
    from fourfits import (
        analyses,
        channels,
        config,
        customers,
        errors,
        experiments,
        features,
        fits,
        imports,
        kpis,
        lake,
        needs,
        pricing,
        quality,
        report,
        roadmap,
        samples,
        segments,
        sources,
        surveys,
        tables,
    )
    from fourfits.sources import open  # noqa: A004 - reads as `ff.open(...)`

__all__ = [
    "__version__",
    "analyses",
    "channels",
    "config",
    "customers",
    "errors",
    "experiments",
    "features",
    "fits",
    "imports",
    "kpis",
    "lake",
    "needs",
    "open",
    "pricing",
    "quality",
    "report",
    "roadmap",
    "samples",
    "segments",
    "sources",
    "surveys",
    "tables",
]


def __getattr__(name: str) -> Any:
    """Load a part when it is first used, so that `fourfits --help` does not wait for it."""
    if name == "open":
        return importlib.import_module("fourfits.sources").open
    if name in _PARTS:
        return importlib.import_module(f"fourfits.{name}")
    raise AttributeError(f"module 'fourfits' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
