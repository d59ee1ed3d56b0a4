"""Assembling: stories in, an issue and its renderings out.

The archive, its pictures and the headlines for robots are modules of their own, since a draft needs
none of them. What this room never does: read the store, fetch, or change an article.
"""

from pipeline.assemble.choose import Candidate, assemble_issue, list_candidates
from pipeline.assemble.edit import finish, take_in
from pipeline.assemble.outputs import events_ics, make_files, render_wechat, write_files
from pipeline.assemble.render import render, render_editions
from pipeline.assemble.score import list_heard

__all__ = [
    "Candidate",
    "assemble_issue",
    "events_ics",
    "finish",
    "list_candidates",
    "list_heard",
    "make_files",
    "render",
    "render_editions",
    "render_wechat",
    "take_in",
    "write_files",
]
