"""Captions of pictures that were sent in: 图为居民在会客厅下棋。张三 摄.

What this module never does: say which picture a line belongs to.
"""

from __future__ import annotations

import re

LONGEST = 150
"""Characters of a caption; what is longer is text."""

_OPENS = re.compile(
    r"[（(【]?\s*(?:图为|图[①-⑨一二三四五六七八九\d]{1,2}[：:为、，. 　]|图[：:]|"
    r"(?:图片说明|图说)[：:]|[▲△↑▼↓])"
)
_LABEL = re.compile(r"^[▲△↑▼↓\s　]+|^(?:图片说明|图说|图)[：:]\s*")
_WHOLE = re.compile(r"[（(【]([^（()）【】]*)[）)】]")
_PERSON = r"[一-龥]{2,3}|[一-龥][ 　]+[一-龥]|[一-龥]{2,3}(?:[、 　][一-龥]{2,3}){1,3}"
_UNIT = r"[一-龥]{2,14}"
_STOP = r"(?<=[。！？；，,、 　\n（(【])"
_CREDIT = re.compile(
    rf"(?:(?:^|{_STOP})[（(【]?\s*"
    r"(?:(?:摄影|供图|图片来源|图源|摄)\s*[：:/／]|(?<![^\n（(【])(?:摄影|供图)[ 　])"
    rf"\s*(?P<behind>{_UNIT}|{_PERSON})"
    rf"|(?:^|{_STOP})[（(【]?(?P<apart>{_PERSON})(?:[ 　]*[/／][ 　]*|[ 　]+)(?:摄影|摄|供图)"
    rf"|(?:^|{_STOP})[（(【]?(?P<unit>{_UNIT})[ 　]*[/／]?[ 　]*供图"
    rf"|(?<=[。！？\n（(【])(?P<close>[一-龥]{{2,3}})(?<![拍录])摄"
    r")\s*[）)】]?[。]?$"
)  # 他自己拍摄 and 爱摄影 name nobody


def split_credit(line: str) -> tuple[str, str]:
    """Return a caption without its credit, and the credit; "" where nobody is named."""
    line = line.strip()
    line = match[1] if (match := _WHOLE.fullmatch(line)) else line
    credit = _CREDIT.search(line)
    words = line[: credit.start()] if credit else line
    named = next((one for one in credit.groups() if one), "") if credit else ""
    if re.fullmatch(r"[一-龥]\s+[一-龥]", named):
        named = "".join(named.split())
    words = _LABEL.sub("", words.strip()).strip()
    return words.rstrip("（(【 　，,") if credit else words, named


def is_caption(line: str) -> bool:
    """Say whether a line tells by its own words that it belongs to a picture."""
    line = line.strip()
    if not line or len(line) > LONGEST:
        return False
    return bool(_OPENS.match(line) or _CREDIT.search(line))
