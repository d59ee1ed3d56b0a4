"""Names that are alike but for one character: it sounds or looks like the right one.

What this module never does: know which names there are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.proof.phrases import load_sounds

if TYPE_CHECKING:
    from pipeline.proof.rule import Reference

_WRITTEN_ALIKE = (
    "碶砌契锲楔",
    "澥懈解",
    "川州",
    "厦夏",
    "莼纯蒪",
    "堰偃揠",
    "峙歭",
    "耷夺奓",
    "岙岳奥",
    "瞻詹赡",
    "甬勇涌",
    "浦蒲铺",
)


def is_alike(said: str, right: str, reference: Reference) -> bool:
    """Say whether the one character that differs sounds or looks like the right one.

    Both names have the same length. Two characters that differ, or none, are not alike.
    """
    apart = [two for two in zip(said, right, strict=True) if two[0] != two[1]]
    if len(apart) != 1:
        return False
    wrong, meant = apart[0]
    looks = frozenset((wrong, meant)) in reference.lists.lookalikes
    return looks or _share_a_part(wrong, meant) or load_sounds().agree_but_tone(wrong, meant)


def _share_a_part(one: str, other: str) -> bool:
    """Say whether both are written with 石 or water, as the names of the coast are: 砌, 碶."""
    return any(one in group and other in group for group in _WRITTEN_ALIKE)
