"""Assembling: stories in, an issue and its renderings out.

What this room never does: read the store, fetch, or change an article.
"""

from pipeline.assemble.archive import SLUGS, build_archive
from pipeline.assemble.choose import Candidate, assemble_issue, list_candidates
from pipeline.assemble.headlines import LIMITS, get_headlines
from pipeline.assemble.outputs import events_ics, render_wechat, write_files
from pipeline.assemble.pictures import draw_picture
from pipeline.assemble.render import render, render_editions

__all__ = [
    "LIMITS",
    "SLUGS",
    "Candidate",
    "assemble_issue",
    "build_archive",
    "draw_picture",
    "events_ics",
    "get_headlines",
    "list_candidates",
    "render",
    "render_editions",
    "render_wechat",
    "write_files",
]
