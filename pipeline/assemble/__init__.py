"""Assembling: stories in, an issue and its renderings out.

What this room never does: read the store, fetch, or change an article.
"""

from pipeline.assemble.choose import assemble_issue
from pipeline.assemble.outputs import events_ics, render_wechat, write_files
from pipeline.assemble.render import render

__all__ = ["assemble_issue", "events_ics", "render", "render_wechat", "write_files"]
