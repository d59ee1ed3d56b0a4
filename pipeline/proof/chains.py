"""Figures that belong together over several clauses: people in groups, acres and their yield.

What this module never does: compare what only one clause tells; that is `sums`.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from pipeline.model import Level
from pipeline.proof.figures import FIGURE, SMALL, value_of
from pipeline.proof.lazy import lazy

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator

    from pipeline.model import Finding
    from pipeline.proof.spans import Text

_MANY = "[名位个]"
_FOLK = "[一-龥]{0,8}"
# 20名志愿者清理河道。大家分成4组，每组6人
_GROUPS = lazy(
    rf"(?<![\d.约近超余第])(?P<all>\d{{1,4}}){_MANY}?(?:人|{_FOLK}?(?:者|员|民|生|人|子|手|友))(?P<between>[^\d]{{0,60}}?)"
    rf"(?:分成|分为|分作|编成|组成|排成)了?(?P<groups>{SMALL})个?(?:小?[组队班批排]|小分队|方阵)，?每(?:一?个?)?(?:小?[组队班批排]|小分队|方阵)(?:各|有|为)?(?P<each>{SMALL})[人名位](?![多余左以])"
)
_SPLIT = lazy(rf"(?:分[成为作]|编成|组成|排成)了?{SMALL}")
_OTHERS = lazy(r"[\d]|另|其余|其中|加上|还有|和.{1,8}一起")
_ACRES = lazy(
    rf"(?<![\d.])(?P<acres>{FIGURE})亩(?P<between>[^。；！？\d]{{0,24}}?)(?:平均)?亩产量?(?P<about>约|达到?|近|超过?|为|有|在)?(?P<yield>{FIGURE})(?P<unit>公斤|斤|千克|吨)"
    rf"[^。；！？\d]{{0,10}}?(?:总产量?|总共产|共产|一共收|总收)(?P<about2>约|达到?|近|超过?|为|有|了|预计|可达)*(?P<total>{FIGURE})(?P<many>万)?(?P=unit)"
)
_TOLERANCE = 0.04
_ROUGH = 0.15
_LIKE = 0.5  # of a product, by which a slip goes astray
_TEN_THOUSAND = 10_000
_MOST = 200  # of one text: hostile text has more


def find_broken_chains(text: Text) -> Iterator[Finding]:
    """Find groups that do not make up their people, and a yield that is not acres times it."""
    words = text.text
    if "每" in text.characters and _SPLIT.search(words):
        for match in islice(_GROUPS.finditer(words), _MOST):
            if _OTHERS.search(match["between"]):
                continue
            stated = int(match["all"])
            groups, each = value_of(match["groups"]), value_of(match["each"])
            product = groups * each
            if stated != product and abs(stated - product) <= _LIKE * max(stated, product):
                message = f"{groups:g}乘{each:g}得{product:g}，前面写的是{stated}，请核对。"
                yield text.finding(
                    "count-mismatch", Level.WARNING, message, match.start("groups"), match.end()
                )
    if "亩产" in words:
        for match in islice(_ACRES.finditer(words), _MOST):
            yield from _yields(text, match)


def _yields(text: Text, match: re.Match[str]) -> Iterator[Finding]:
    real = float(match["acres"]) * float(match["yield"])
    said = float(match["total"]) * (_TEN_THOUSAND if match["many"] else 1)
    is_rough = {match["about"], match["about2"]} & {"约", "近", "超", "超过", "预计"}
    if abs(real - said) > (_ROUGH if is_rough else _TOLERANCE) * max(real, said):
        shown = f"{real / _TEN_THOUSAND:g}万" if match["many"] else f"{real:g}"
        message = f"{match['acres']}亩乘{match['yield']}{match['unit']}得{shown}{match['unit']}，与总产量不符，请核对。"
        yield text.finding("count-mismatch", Level.ERROR, message, *match.span())
