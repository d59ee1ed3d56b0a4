"""The stretches of an issue that are read, each with its place and with what is quoted in it.

What this module never does: judge them.
"""

from __future__ import annotations

import dataclasses
import re
from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.model import Finding, Issue, Item, Level, SectionKind
from pipeline.proof.lazy import lazy

if TYPE_CHECKING:
    from collections.abc import Iterator

_QUOTED = lazy(r"“[^“”\n]{0,400}”|「[^「」\n]{0,400}」")
_SPEECH = lazy(r"“[^“”，。！？；…\n]{0,200}[，。！？；…][^“”\n]{0,400}”")
_SHOWS = lazy(
    r"(?:(?:写|印|标|贴|挂|打|刷|喷|亮)(?:着|了|有|上|出)|号称|自称|宣称|声称|宣传|推出|(?:广告|标语|招牌|横幅|传单|名片|海报|口号|木牌|牌子|展板|包装|说明书)(?:上|语|词|是|里)?)"
    r"(?:[^。；“”]{0,6})$"
)
_BEFORE_SIGN = 14  # characters before “ that say where the words stand
_ENDS = "。！？；\n"
_SENTENCE = 200  # characters of a sentence on each side that a waiver is held to
_NAMED = lazy(r"《[^《》\n]{0,80}》")
_INNER = str.maketrans("“”", "‘’")
_URL = lazy(r"https?://[!-~]+|[\w.+-]+@[\w-]+\.[\w.-]+", re.ASCII)


@dataclass(frozen=True, slots=True)
class Text:
    """One field of one item, or of the issue as a whole (``item`` None)."""

    item: Item | None
    field: str
    text: str
    _spans: dict[str, tuple[list[int], list[int]]] = dataclasses.field(
        default_factory=dict, compare=False
    )
    characters: frozenset[str] = dataclasses.field(init=False, compare=False, repr=False)
    """The different characters of the text: what needs one that is absent is not looked for."""

    def __post_init__(self) -> None:
        """See once which characters there are."""
        object.__setattr__(self, "characters", frozenset(self.text))

    def finding(
        self,
        rule: str,
        level: Level,
        message: str,
        start: int,
        end: int,
        suggestion: str | None = None,
    ) -> Finding:
        """Return a finding on ``text[start:end]``."""
        key = self.item.key if self.item else None
        surface = self.text[start:end]
        return Finding(
            rule, level, message, key, self.field, start, end, surface, suggestion,
            content=self._sentence(start, end),
        )  # fmt: skip

    def _sentence(self, start: int, end: int) -> str:
        """Return the sentence with the stretch marked in it, of long ones what stands near."""
        low, high = max(0, start - _SENTENCE), min(len(self.text), end + _SENTENCE)
        first = max((self.text.rfind(mark, low, start) for mark in _ENDS), default=-1) + 1
        after = [at for at in (self.text.find(mark, end, high) for mark in _ENDS) if at >= 0]
        first, last = max(first, low), min(after, default=high)
        return f"{self.text[first:start]}\0{self.text[start:end]}\0{self.text[end:last]}"

    def is_quoted(self, position: int) -> bool:
        """Say whether the character stands within “ ” or 「 」: somebody else's words."""
        return self._inside("quoted", _QUOTED, position)

    def is_speech(self, position: int) -> bool:
        """Say whether the character stands within “ ” that hold a sentence, not a single word."""
        return self._inside("speech", _SPEECH, position)

    def is_sign(self, position: int) -> bool:
        """Say whether the words in “ ” are those of a sign, a leaflet or an advertisement."""
        opened = self.text.rfind("“", 0, position)
        return _SHOWS.search(self.text, max(0, opened - _BEFORE_SIGN), opened) is not None

    def is_mention(self, start: int, end: int) -> bool:
        """Say whether the stretch is all that stands in its “ ”: the word itself is spoken of."""
        return self.text[start - 1 : start] == "“" and self.text[end : end + 1] == "”"

    def is_name(self, position: int) -> bool:
        """Say whether the character stands within 《 》: a name, not a statement."""
        return self._inside("named", _NAMED, position)

    def is_address(self, position: int) -> bool:
        """Say whether the character belongs to a URL or an e-mail address."""
        return self._inside("address", _URL, position)

    def _inside(self, kind: str, pattern: re.Pattern[str], position: int) -> bool:
        if kind not in self._spans:
            found = [match.span() for match in pattern.finditer(self.text)]
            self._spans[kind] = ([start for start, _ in found], [end for _, end in found])
        starts, ends = self._spans[kind]
        index = bisect_right(starts, position) - 1
        return index >= 0 and position < ends[index]


def quoted(words: str) -> str:
    """Return the words in “ ” for a message; their own “ ” become ‘ ’."""
    return f"“{words.translate(_INNER)}”"


def texts_of(issue: Issue) -> Iterator[Text]:
    """Yield every text of the issue in reading order; empty ones are left out.

    Fields of an item: title, summary, why, ``details.<heading>``, ``image.caption``, text.
    """
    for name in ("subject", "intro"):
        if getattr(issue, name):
            yield Text(None, name, getattr(issue, name))
    for section in issue.sections:
        if section.kind is SectionKind.CORRECTIONS and section.note:
            yield Text(None, "corrections", section.note)
    for item in issue.items:
        yield from _texts_of_item(item)


def _texts_of_item(item: Item) -> Iterator[Text]:
    for name in ("title", "summary", "why"):
        if getattr(item, name):
            yield Text(item, name, getattr(item, name))
    for heading, words in item.details.items():
        if words:
            yield Text(item, f"details.{heading}", words)
    if item.image and item.image.caption:
        yield Text(item, "image.caption", item.image.caption)
    if item.text:
        yield Text(item, "text", item.text)
