"""Objects written in a page's scripts, as JSON or as JavaScript has them: ``{id:7,title:'…'}``.

Read, never run: what is no constant is left out. In time that grows with the text alone. What this
module never does: know what an object means.
"""

from __future__ import annotations

import json
import re
from html import unescape
from typing import TYPE_CHECKING

from pipeline.collect.storable import storable

if TYPE_CHECKING:
    from collections.abc import Iterator

_TOKEN = re.compile(
    r"(?P<string>\"(?:[^\"\\\n]|\\.)*\"?|'(?:[^'\\\n]|\\.)*'?)|(?P<open>[{\[(])|(?P<close>[}\])])"
    r"|(?P<word>-?[\w$.]+)|(?P<mark>[:,])|//[^\n]*|/\*[^*]{0,2000}\*/",
    re.DOTALL,
)
_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|.)", re.DOTALL)
_LETTERS = {"n": "\n", "r": "", "t": " ", "b": "", "f": ""}
_SCRIPT = re.compile(r"<script\b[^>]{0,400}>", re.IGNORECASE)
_MOST = 2_000_000  # characters of scripts that are read
_MOST_KEYS = 60  # of an object that is a record
_DEEPEST = 60  # objects within each other


def objects_of_page(text: str) -> Iterator[dict[str, str]]:
    """Yield the objects of a page's scripts with their constants, each when it ends."""
    left = _MOST
    lowered = text.lower() if len(text) <= _MOST else text[:_MOST].lower()
    for start in _SCRIPT.finditer(text, 0, len(lowered)):
        end = lowered.find("</script", start.end())
        script = text[start.end() : end if end >= 0 else len(lowered)][:left]
        left -= len(script)
        yield from read_objects(script)
        if left <= 0:
            return


def read_objects(script: str) -> Iterator[dict[str, str]]:
    """Yield the objects of a script with the strings and numbers that they hold by their keys."""
    stack: list[dict[str, str] | None] = []  # None: a list, a call, a block of statements
    key = last = ""
    for token in _TOKEN.finditer(script):
        kind, said = token.lastgroup, token[0]
        if kind == "open":
            if len(stack) >= _DEEPEST:
                return
            stack.append({} if said == "{" else None)
            key = last = ""
        elif kind == "close":
            closed = stack.pop() if stack else None
            if closed:
                yield closed
            key = last = ""
        elif kind == "mark":
            key, last = (last, "") if said == ":" else ("", "")
        elif kind is not None:
            value = _bare(said) if kind == "string" else said
            holder = stack[-1] if stack else None
            constant = kind == "string" or said.lstrip("-").replace(".", "", 1).isdecimal()
            if key and holder is not None and constant and len(holder) < _MOST_KEYS:
                holder.setdefault(key, value)
            last = "" if key else value
            key = ""


def _bare(string: str) -> str:
    """Return what a string says, its escapes resolved."""
    if len(string) == 1 or string[-1] != string[0]:  # never closed
        return ""
    inner = string[1:-1]
    if "\\" in inner:
        if string[0] == '"':
            try:
                return str(json.loads(string, strict=False))
            except ValueError:
                pass
        inner = _ESCAPE.sub(_letter, inner)
    return inner


def _letter(escape: re.Match[str]) -> str:
    code = escape[1]
    if code[0] in "ux" and len(code) > 1:
        return chr(int(code[1:], 16))
    return _LETTERS.get(code, code)


def plain(value: str) -> str:
    """Return a value as readers see it, in one line: entities resolved, nothing unstorable."""
    return " ".join(storable(unescape(value)).split())
