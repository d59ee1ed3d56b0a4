"""What a rule is, and what it reads.

A rule is one value in one place: its id, its level, its explanation in the editors' language, an
example that fails and one that passes, and the function that finds it. What this module never
does: hold rules.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING

from pipeline.model import Finding, Issue, Level, LinkCheck, Signature
from pipeline.proof.lists import Lists
from pipeline.proof.sliptable import slip_keys
from pipeline.proof.spans import Text, texts_of
from pipeline.proof.wordindex import places_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from pipeline.calendar import Calendar
    from pipeline.config import Newsletter


_AROUND = 8  # characters on each side that tell where a word begins
_SMALL_WORDS = frozenset(
    "的了着过在到从为与和把被给以当做用对向让还一是有上下不人大小也都就又再很最更各每这那其之而或及等个名位条张本"
    "年月日时天来去说看想要会能可得地很无非未已将由于因但却按照竟既则所两三四五六七八九十几多少前后里外中内间"
)
_SURE = 4  # characters of a wrong word that no others make by chance
_FEW_DOUBTS = 500  # of any issue
_CHARACTERS_A_DOUBT = 20  # and of a long one: hostile text has a doubt at each character


@dataclass(frozen=True, slots=True)
class Unit:
    """A community or village as the register or the gazetteer has it."""

    name: str  # full short name: 幸福苑社区
    street: str
    district: str
    member: bool = False
    party: str = ""  # 党委, 党总支 or 党支部; "": the register does not say


@dataclass(frozen=True)
class Reference:
    """What names and words are held against."""

    units: dict[str, tuple[Unit, ...]] = field(default_factory=dict)  # by name, aliases included
    streets: dict[str, frozenset[str]] = field(default_factory=dict)  # street → its districts
    lists: Lists = field(default_factory=Lists)
    calendar: Calendar | None = None  # None: days off are not judged
    split: Callable[[str], Sequence[str]] | None = None  # a text's words; None: not looked at
    split_known: Callable[[str], Sequence[str]] | None = None  # the same, by the dictionary alone

    @cached_property
    def members(self) -> tuple[Unit, ...]:
        """The registered member units."""
        found = {unit for units in self.units.values() for unit in units if unit.member}
        return tuple(sorted(found, key=lambda unit: (unit.district, unit.name)))

    @cached_property
    def by_street(self) -> dict[str, tuple[str, ...]]:
        """The names of every street's units."""
        found: dict[str, set[str]] = {}
        for units in self.units.values():
            for unit in units:
                found.setdefault(unit.street, set()).add(unit.name)
        return {street: tuple(sorted(names)) for street, names in found.items()}

    @cached_property
    def street_forms(self) -> dict[str, list[str]]:
        """The streets by every form with one character left open."""
        found: dict[str, list[str]] = {}
        for street in sorted(self.streets):
            for form in one_open(street):
                found.setdefault(form, []).append(street)
        return found


def one_open(name: str) -> list[str]:
    """Return a name with each of its characters left open in turn: *契街道, 大*街道."""
    return [f"{name[:at]}*{name[at + 1 :]}" for at in range(len(name))]


@dataclass(frozen=True, slots=True)
class Mail:
    """The finished mail, where there is one."""

    html: str
    text: str


class Reading:
    """One issue as the rules read it: its texts are taken apart once for all of them."""

    def __init__(
        self,
        issue: Issue,
        reference: Reference,
        *,
        mail: Mail | None = None,
        newsletter: Newsletter | None = None,
        signatures: tuple[Signature, ...] = (),
        links: Mapping[str, LinkCheck] = MappingProxyType({}),
        keys: frozenset[int] = frozenset(),
    ) -> None:
        """Take the issue apart; ``keys`` are the pairs of characters that rules ask for."""
        self.issue = issue
        self.reference = reference
        self.mail = mail
        self.newsletter = newsletter
        self.signatures = signatures
        self.links = links
        self._rules_keys = keys
        self.texts: tuple[Text, ...] = tuple(texts_of(issue))
        self._looked = 0
        self._occurs: dict[str, int] = {}
        self._places: dict[int, list[int]] = {}
        self._splits: dict[str, Sequence[str]] = {}  # as many as doubts are looked into
        length = sum(len(text.text) for text in self.texts)
        self._most_doubts = _FEW_DOUBTS + length // _CHARACTERS_A_DOUBT

    def places(self, text: Text) -> list[int]:
        """Return where in a text a pair of characters stands that some list begins with."""
        key = id(text)
        if key not in self._places:
            self._places[key] = places_of(text.text, self._pairs)
        return self._places[key]

    def places_of(self, text: Text, pairs: frozenset[str]) -> list[int]:
        """Return where one of these pairs stands, which the rule has to name as its own."""
        words = text.text
        return [at for at in self.places(text) if words[at : at + 2] in pairs]

    def occurs(self, words: str) -> int:
        """Return how often the words stand in the issue."""
        if words not in self._occurs:
            self._occurs[words] = sum(text.text.count(words) for text in self.texts)
        return self._occurs[words]

    def _split(self, words: str) -> Sequence[str]:
        """Return the dictionary's words; the same stretch is split once."""
        found = self._splits.get(words)
        if found is None:
            known = self.reference.split_known
            found = self._splits[words] = tuple(known(words)) if known else (words,)
        return found

    @cached_property
    def _pairs(self) -> frozenset[int]:
        splits = self.reference.split_known is not None  # else no slip is looked for
        return self.reference.lists.pairs | self._rules_keys | (slip_keys() if splits else set())

    def is_edge(self, text: Text, at: int) -> bool:
        """Say whether a word ends before the character; False without a way to tell."""
        self._looked += 1
        if self.reference.split is None or self._looked > self._most_doubts:
            return False
        first = max(0, at - _AROUND)
        reached = first
        for word in self.reference.split(text.text[first : at + _AROUND]):
            reached += len(word)
            if reached >= at:
                return reached == at
        return True

    def begins_word(self, text: Text, start: int, longest: int) -> bool:
        """Say whether a word of the dictionary, no person's full name, begins at the character."""
        self._looked += 1
        if self.reference.split_known is None or self._looked > self._most_doubts:
            return False
        first = next(iter(self._split(text.text[start : start + _AROUND])), "")
        return len(first) > 1 and not (len(first) == longest > 2)  # noqa: PLR2004 - 白鹭, 牛皮|蒙

    def is_word(self, text: Text, start: int, end: int) -> bool:
        """Say whether ``text[start:end]`` are words or begin one: 日前 in 生日前 is neither.

        Without a way to split words, and after some hundred doubts in one issue, it counts.
        """
        before = text.text[start - 1 : start]
        if not "一" <= before <= "龥":
            return True  # nothing runs into it
        self._looked += 1
        if self.reference.split_known is None or self._looked > self._most_doubts:
            return True
        first, last = max(0, start - _AROUND), end + _AROUND
        edges = {first}
        at = first
        for word in self._split(text.text[first:last]):
            at += len(word)
            edges.add(at)
        return start in edges and (end in edges or not edges & set(range(start + 1, end)))

    def is_slip(self, text: Text, start: int, end: int) -> bool:
        """Say whether a misspelt word stands here, and not others that only meet: 入场|卷起.

        No word may run into it. A word may run out of it when what is left in front of that word
        is none by itself, as in 幅|射伤, where 按|装箱单 is two words. Four characters are beyond chance.
        """
        before, after = text.text[start - 1 : start], text.text[end : end + 1]
        if end - start >= _SURE or not ("一" <= before <= "龥" or "一" <= after <= "龥"):
            return True
        self._looked += 1
        if self.reference.split_known is None or self._looked > self._most_doubts:
            return True
        reached = max(0, start - _AROUND)
        left = ""  # what stands within, before a word that runs out of it
        for word in self._split(text.text[reached : end + _AROUND]):
            first, reached = reached, reached + len(word)
            if first < start < reached:
                return False
            if start <= first and reached <= end and len(word) == 1:
                left += word
            if start < first < end < reached:
                return bool(set(left) - _SMALL_WORDS)
        return True

    def stands_alone(self, text: Text, start: int, end: int, at: int) -> bool:
        """Say whether the character at ``at`` is a word by itself, and no word runs into ``start``.

        A word may run out of ``end``: 末|成年人.
        """
        self._looked += 1
        if self.reference.split_known is None or self._looked > self._most_doubts:
            return False
        reached, alone = max(0, start - _AROUND), False
        for word in self._split(text.text[reached : end + _AROUND]):
            first, reached = reached, reached + len(word)
            if first < start < reached or (first < end < reached and first < at):
                return False
            alone = alone or (first == at and len(word) == 1)
        return alone

    def words_within(self, text: Text, start: int, end: int) -> list[str]:
        """Return the dictionary's words that make up the stretch; none if one runs over its ends.

        None either after some hundred doubts in one issue, which only hostile text has.
        """
        self._looked += 1
        if self.reference.split_known is None or self._looked > self._most_doubts:
            return []
        at, found = max(0, start - _AROUND), []
        for word in self._split(text.text[at : end + _AROUND]):
            first, at = at, at + len(word)
            if first < start < at or first < end < at:
                return []
            if start <= first and at <= end:
                found.append(word)
        return found

    def finding(
        self,
        rule: str,
        level: Level,
        message: str,
        item: str | None = None,
        field: str = "",
        surface: str = "",
        content: str = "",
    ) -> Finding:
        """Return a finding on something that is no stretch of text; ``item`` is its key."""
        end = len(surface)
        return Finding(rule, level, message, item, field, 0, end, surface, content=content)


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of proofreading."""

    id: str
    levels: str  # E, W or "E W"
    title: str  # Chinese, a few words
    advice: str  # Chinese: what is wrong with it and what to do
    source: str  # Chinese: where the rule comes from
    wrong: str  # a text that raises it, or a description in （ ）
    right: str  # a text that does not
    find: Callable[[Reading], Iterator[Finding]]
    pairs: frozenset[str] = frozenset()  # the first two characters of words: `Reading.places_of`
