"""Words of two characters with one of them mistaken: 尊守 for 遵守.

``slips.tsv`` has what usual words become so, where neither a dictionary nor a month of a paper
knows the result. It counts only where the text falls into single characters at that place, so that
words which merely meet are spared. What this module never does: know other words than the table's.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING

from pipeline.model import Level
from pipeline.proof.lists import FOLDER
from pipeline.proof.wordindex import keys_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.model import Finding
    from pipeline.proof.rule import Reading
    from pipeline.proof.spans import Text

TABLE = FOLDER / "slips.tsv"
_MOST = 5000  # of one text: hostile text has more
_PAIR = 2
_NAMES_END = (
    "社区", "小区", "村", "镇", "乡", "街", "路", "巷", "弄", "苑", "里", "桥", "新村", "花园", "公司", "店", "馆", "庙", "寺", "山", "江", "河",
    "湖", "岙", "女士", "先生", "师傅", "阿姨", "老师", "说", "、", "（",
)  # fmt: skip
_NAMES_BEGIN = (
    "老",
    "小",
    "阿",
    "姓",
    "叫",
    "镇",
    "乡",
    "村",
    "街道",
    "区",
    "县",
    "市",
    "“",
    "、",
    "员",
    "记",
    "任",
    "长",
)


def find_slips(reading: Reading, text: Text) -> Iterator[Finding]:
    """Find the table's slips; nothing without a way to split words."""
    if reading.reference.split_known is None:
        return
    words, right = text.text, load_slips()
    places = (at for at in reading.places(text) if words[at : at + _PAIR] in right)
    for start in islice(places, _MOST):
        end = start + _PAIR
        wrong = words[start:end]
        if wrong in reading.reference.lists.not_slips or _may_be_a_name(text, start, end):
            continue
        if reading.words_within(text, start, end) == list(wrong):
            message = f"“{wrong}”疑为“{right[wrong]}”之误，请核对改正。"
            yield text.finding("confusable", Level.WARNING, message, start, end, right[wrong])


def _may_be_a_name(text: Text, start: int, end: int) -> bool:
    """Say whether the pair stands where names do, or is spoken of as a word."""
    if text.is_name(start) or text.is_mention(start, end) or text.is_address(start):
        return True
    words = text.text
    if words[start - 1 : start].isdigit():
        return True  # 7日唱
    return words.startswith(_NAMES_END, end) or words.endswith(_NAMES_BEGIN, 0, start)


@lru_cache(maxsize=1)
def load_slips() -> dict[str, str]:
    """Read the table: slip → the word that was meant."""
    found = {}
    for line in TABLE.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            word, _, slips = line.partition("\t")
            found.update(dict.fromkeys(slips.split(), word))
    return found


@lru_cache(maxsize=1)
def slip_keys() -> frozenset[int]:
    """Return the slips as `places_of` looks for them."""
    return keys_of(load_slips())
