"""Values set into Chinese sentences, with the space that Han and Latin letters want between them.

What this module never does: translate, or touch the sentence itself.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_HOLE = re.compile(r"%\((\w+)\)s|%%")
_HAN = re.compile(r"[㐀-鿿]")
_LATIN = re.compile(r"[A-Za-z]")
_EDGE = re.compile(r"[A-Za-z0-9]")


def fill(template: str, values: Mapping[str, object]) -> str:
    """Return ``template % values``: 2026-W47 已签发, but 第3稿 and 张三已签发.

    A value of figures alone stands close, as 第3稿 is written.

    Raises:
        KeyError: the template names a value that is not there.
    """

    def put(hole: re.Match[str]) -> str:
        if hole[1] is None:
            return "%"
        value = str(values[hole[1]])
        if not _LATIN.search(value):
            return value
        before, after = template[: hole.start()][-1:], template[hole.end() :][:1]
        left = " " if _HAN.match(before) and _EDGE.match(value) else ""
        right = " " if _HAN.match(after) and _EDGE.match(value[-1]) else ""
        return f"{left}{value}{right}"

    return _HOLE.sub(put, template)
