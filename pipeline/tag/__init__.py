"""Tagging: an article's title and text in, districts, units, themes and the rest out.

Every tag carries evidence: the rule and the exact stretch of the original text. What this room
never does: read a database, fetch anything, or change a text.
"""

from pipeline.tag.tagger import Tagger

__all__ = ["Tagger"]
