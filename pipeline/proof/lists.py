"""The lists that editors may change: wrong words, words to avoid, names and allowed sources.

Shipped in ``pipeline/data/proof/``; a folder of the user's own replaces any of them file by file.
What this module never does: look at texts.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import combinations
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from pipeline.errors import ConfigError
from pipeline.files import datafile
from pipeline.proof.wordindex import WordIndex, keys_of

LEADERS = (
    "总书记", "习近平", "习主席", "毛泽东", "毛主席", "周恩来", "邓小平", "江泽民", "胡锦涛", "总理", "委员长",
    "国家主席", "国家副主席", "全国政协主席", "全国人大", "党和国家", "党中央", "中共中央", "中央领导", "中央政治局", "中央委员",
    "中央军委", "中央全会", "中纪委", "中央纪委", "国务院", "省委书记", "省长", "省领导",
)  # fmt: skip
"""Those of whom 重要讲话 and 视察 are said by right: no cadres of a street or a district."""

FOLDER = Path(__file__).resolve().parent.parent / "data" / "proof"


class _Frozen(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class WrongWord(_Frozen):
    """A word that is written wrong, and how it is right."""

    wrong: str = Field(min_length=2)
    right: str
    unless: tuple[str, ...] = Field(default=(), description="longer words in which it is right")
    first: bool = Field(default=False, description="wrong only at the beginning of a clause")


class AvoidedWord(_Frozen):
    """A word to avoid, and why."""

    word: str = Field(min_length=2)
    why: str
    instead: str = ""
    unless: tuple[str, ...] = Field(default=(), description="longer words in which it is right")
    near: tuple[str, ...] = Field(default=(), description="words of which one has to stand near")
    spoken: bool = Field(default=False, description="judged in somebody else's words as well")
    rank: bool = Field(default=False, description="to be avoided of local cadres alone")


class Outlet(_Frozen):
    """A source that may be reprinted."""

    name: str
    aliases: tuple[str, ...] = ()


class _Confusable(_Frozen):
    pairs: dict[Annotated[str, Field(min_length=2)], str] = {}  # wrong word: right word
    words: tuple[WrongWord, ...] = ()  # those with exceptions

    def list_words(self) -> tuple[WrongWord, ...]:
        """Return all of them; what ``words`` says of a wrong word holds."""
        named = {one.wrong for one in self.words}
        plain = (
            WrongWord.model_construct(wrong=wrong, right=right, unless=())
            for wrong, right in self.pairs.items()
            if wrong not in named
        )
        return (*plain, *self.words)


class Superlatives(_Frozen):
    """A scope directly before 最 and a word of praise: 全市最好."""

    scopes: tuple[str, ...] = ()
    adjectives: tuple[str, ...] = ()
    why: str = "须有依据"


class _Wording(_Frozen):
    words: tuple[AvoidedWord, ...] = ()
    superlatives: Superlatives = Superlatives()
    leaders: tuple[Annotated[str, Field(min_length=2)], ...] = LEADERS


class _Idioms(_Frozen):
    phrases: tuple[Annotated[str, Field(min_length=4, max_length=4)], ...] = ()
    alike: tuple[str, ...] = ()
    not_slips: tuple[str, ...] = ()


class _Persons(_Frozen):
    surnames: str = ""
    double: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    not_names: tuple[str, ...] = ()


class _Sources(_Frozen):
    sources: tuple[Outlet, ...] = ()


_NO_SUPERLATIVES = Superlatives()


@dataclass(frozen=True)
class Lists:
    """Every list, read once."""

    confusable: tuple[WrongWord, ...] = ()
    phrases: tuple[str, ...] = ()  # of four characters, beside the dictionary's
    alike: tuple[str, ...] = ()  # characters that look like each other, a group a string
    not_slips: frozenset[str] = frozenset()  # right, though one character away from a phrase
    wording: tuple[AvoidedWord, ...] = ()
    superlatives: Superlatives = _NO_SUPERLATIVES
    leaders: tuple[str, ...] = LEADERS
    surnames: str = ""
    double_surnames: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    not_names: frozenset[str] = frozenset()
    sources: frozenset[str] = frozenset()  # empty: sources are not judged

    @cached_property
    def confusable_words(self) -> tuple[WordIndex, dict[str, WrongWord]]:
        """The wrong words, ready to be looked for, and what is said of each."""
        return WordIndex(one.wrong for one in self.confusable), {
            one.wrong: one for one in self.confusable
        }

    @cached_property
    def wording_words(self) -> tuple[WordIndex, dict[str, AvoidedWord]]:
        """The words to avoid, ready to be looked for, and what is said of each."""
        return WordIndex(one.word for one in self.wording), {one.word: one for one in self.wording}

    @cached_property
    def pairs(self) -> frozenset[int]:
        """The first two characters of all wrong words and words to avoid, for `places_of`."""
        return keys_of([*self.confusable_words[0].pairs, *self.wording_words[0].pairs])

    @cached_property
    def lookalikes(self) -> frozenset[frozenset[str]]:
        """Pairs of characters that are mistaken for each other: by their look, or by the list."""
        pairs = {frozenset(two) for group in self.alike for two in combinations(group, 2)}
        for one in self.confusable:
            if len(one.wrong) == len(one.right):
                apart = [two for two in zip(one.wrong, one.right, strict=True) if two[0] != two[1]]
                if len(apart) == 1:
                    pairs.add(frozenset(apart[0]))
        return frozenset(pairs)

    @cached_property
    def leader_pattern(self) -> re.Pattern[str]:
        """Matches the name or the post of a leader of the country, or one of its highest bodies."""
        ordered = sorted(self.leaders, key=len, reverse=True)
        return re.compile("|".join(map(re.escape, ordered)) or "(?!)")

    @cached_property
    def superlative_pattern(self) -> re.Pattern[str]:
        """Matches a scope, 最 and a word of praise."""
        scopes, praise = (
            "|".join(map(re.escape, sorted(words, key=len, reverse=True))) or "(?!)"
            for words in (self.superlatives.scopes, self.superlatives.adjectives)
        )
        return re.compile(rf"(?:{scopes})(?:范围内?)?(?:公认|目前|现有)?的?最(?:{praise})")

    @cached_property
    def name(self) -> str:
        """A regular expression for a person's name: a surname and one or two characters."""
        double = "|".join(map(re.escape, self.double_surnames)) or "(?!)"
        single = f"[{re.escape(self.surnames)}]" if self.surnames else "(?!)"
        return rf"(?:(?:{double})[一-龥]{{1,2}}|{single}[一-龥]{{1,2}})"

    @cached_property
    def not_names_first(self) -> tuple[str, ...]:
        """Words that begin like a name and are none, for ``startswith``."""
        return tuple(self.not_names)

    @cached_property
    def role(self) -> str:
        """A regular expression for any role, the longest first."""
        ordered = sorted(self.roles, key=len, reverse=True)
        return "|".join(map(re.escape, ordered)) or "(?!)"


@lru_cache(maxsize=8)
def load_lists(own: Path | None = None) -> Lists:
    """Read the lists; those in the folder ``own`` replace the shipped ones.

    Raises:
        ConfigError: there is no such folder, or one of the files is wrong; file, line and key are
            named.
    """
    if own and not own.is_dir():
        raise ConfigError(f"proof: {own}: there is no such folder")

    def place(name: str) -> Path:
        mine = own / name if own else None
        return mine if mine and mine.exists() else FOLDER / name

    wording = datafile.load(place("wording.yaml"), _Wording)
    idioms = datafile.load(place("idioms.yaml"), _Idioms)
    persons = datafile.load(place("persons.yaml"), _Persons)
    sources = datafile.load(place("sources.yaml"), _Sources).sources
    return Lists(
        confusable=datafile.load(place("confusable.yaml"), _Confusable).list_words(),
        phrases=idioms.phrases,
        alike=idioms.alike,
        not_slips=frozenset(idioms.not_slips),
        wording=wording.words,
        superlatives=wording.superlatives,
        leaders=wording.leaders,
        surnames=persons.surnames,
        double_surnames=persons.double,
        roles=persons.roles,
        not_names=frozenset(persons.not_names),
        sources=frozenset(
            plain_outlet(name) for one in sources for name in (one.name, *one.aliases)
        ),
    )


def plain_outlet(name: str) -> str:
    """Return an outlet's name as compared: without spaces and 《》."""
    return re.sub(r"[\s《》]", "", name)
