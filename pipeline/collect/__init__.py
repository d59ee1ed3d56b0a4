"""Collecting: sources in, articles out.

Every source's result is handed over as soon as it is there; one failing source never stops the
others. What this room never does: store, tag or choose.
"""

from pipeline.collect.collector import SourceResult, collect
from pipeline.collect.links import check_links
from pipeline.collect.state import SourceState

__all__ = ["SourceResult", "SourceState", "check_links", "collect"]
