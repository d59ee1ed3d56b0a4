"""Sentences that say the contrary of what is meant, one thing twice, or lack their subject.

防止不再发生, 原因是因为, 只有……就能, 通过……使. Only forms that read one way are judged; what somebody
is quoted with stays. What this module never does: judge style.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.model import Level
from pipeline.proof.companions import find_wrong_companions
from pipeline.proof.lazy import lazy
from pipeline.proof.rule import Rule
from pipeline.proof.spans import quoted
from pipeline.proof.tangles import find_tangles

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator

    from pipeline.model import Finding
    from pipeline.proof.rule import Reading

_CLAUSE = "[^，。；！？：\n]"
_NO_SENTENCE = r"[^。！？\n]"  # what stands before a word that does not begin a sentence
_NO_CLAUSE = "[一-龥A-Za-z0-9“]"  # nor a clause


def _first(words: str, before: str) -> str:
    """Return a pattern for one of the words where nothing of ``before`` stands before it.

    The look back comes behind the word: a search for letters is quick, one for places is not.
    """
    return "(?:" + "|".join(f"{one}(?<!{before}{one})" for one in words.split("|")) + ")"


@dataclass(frozen=True, slots=True)
class _Form:
    """One form of a wrong sentence."""

    needs: str  # a word without which it cannot be there
    pattern: re.Pattern[str]
    says: str


_FORMS = (
    _Form(
        "防止",
        lazy(rf"防止(?![不了]){_CLAUSE}{{0,12}}?(?:不再|不要|再不|不发生)"),
        "“防止”与“不”相抵，意思说反了，请删去否定词",
    ),
    _Form(
        "避免",
        lazy(rf"避免(?![不了]了?){_CLAUSE}{{0,12}}?(?:不再|不要|再不|不发生)|避免不(?:要|再)"),
        "“避免”与“不”相抵，意思说反了，请删去否定词",
    ),
    _Form(
        "杜绝",
        lazy(rf"杜绝{_CLAUSE}{{0,12}}?(?:不再|不要|再不|不发生)"),
        "“杜绝”与“不”相抵，意思说反了，请删去否定词",
    ),
    _Form(
        "为止",
        lazy("截至(?:目前|现在|今日?)为止"),
        "“截至”与“为止”重复，改为“截至目前”或“到目前为止”",
    ),
    _Form(
        "由于",
        lazy(
            rf"由于(?:受)?{_CLAUSE}{{1,20}}?的?(?:原因|缘故)，?(?:导致|造成|致使|使得)(?!{_CLAUSE}{{0,10}}的)"
        ),
        "“由于”“原因”“导致”重复，又没有主语：留“由于”，删去另外两个",
    ),
    _Form("切忌", lazy("切忌(?:不要|不可|勿|别)"), "“切忌”已有“不要”的意思，留一个"),
    _Form("目的是为了", lazy("目的(?:就|也)?是为了"), "“目的”与“为了”重复，留一个"),
    _Form("原因", lazy("原因(?:就|也|主要)?是(?:因为|由于)"), "“原因”与“因为”“由于”重复，留一个"),
    _Form("大概约", lazy("大概约"), "“大概”与“约”重复，留一个"),
    _Form("大约约", lazy("大约约"), "“大约”与“约”重复，留一个"),
    _Form(
        "但",
        lazy(
            rf"不(?:但|仅(?!限|止)|光(?![彩鲜滑明亮顾洁荣])){_CLAUSE}{{1,20}}，但(?:是|也|还|又|更)?(?!凡|愿)"
        ),
        "“不但”“不仅”表示递进，后面用“而且”“还”，不用“但”",
    ),
    _Form(
        "只有",
        lazy(
            _first("只有", _NO_CLAUSE)
            + rf"(?![一二两三四五六七八九十百千几半\d]){_CLAUSE}{{2,16}}，就(?:能够?|会|可以)"
        ),
        "“只有”与“才”呼应，“只要”与“就”呼应，请改其一",
    ),
    _Form(
        "只要",
        lazy(_first("只要", _NO_CLAUSE) + rf"{_CLAUSE}{{2,16}}，才(?:能够?|会|可以)"),
        "“只要”与“就”呼应，“只有”与“才”呼应，请改其一",
    ),
    _Form(
        "因此",
        lazy(_first("虽然|尽管", _NO_CLAUSE) + r"[^，。；！？：\n但]{2,20}，因此"),
        "“虽然”“尽管”表示转折，后面不用“因此”",
    ),
    _Form(
        "使",
        lazy(_first("通过|经过", _NO_SENTENCE) + rf"{_CLAUSE}{{2,24}}，使(?![用命者劲馆出唤])"),
        "句子没有主语：删去开头的“通过”“经过”，或删去“使”",
    ),
    _Form(
        "下，使",
        lazy(
            _first("在", _NO_SENTENCE)
            + rf"{_CLAUSE}{{2,24}}的{_CLAUSE}{{1,6}}下，使(?![用命者劲馆出唤])"
        ),
        "句子没有主语：删去“使”，或删去开头的“在……下”",
    ),
    _Form(
        "首届",
        lazy(rf"首届的?第一[次届](?!{_CLAUSE}{{0,14}}(?:会议|大会|全会|理事会|代表会))"),
        "“首届”就是第一次，留一个",
    ),
    _Form(
        "不能不",
        lazy(r"[决绝]不能不(?:把|将(?!来)|拿)"),
        "两个否定词相抵，成了“必须”的意思，请删去一个“不”",
    ),
    _Form(
        "以《",
        lazy(
            r"[作做]了?(?:一[场次个])?以《[^《》\n]{1,40}》的(?:发言|讲话|报告|演讲|讲座|宣讲|分享|交流|主旨|主题)"
        ),
        "“作以……为题的发言”和“作题为……的发言”混在一起，请留一种说法",
    ),
)


def find_wrong_sentences(reading: Reading) -> Iterator[Finding]:
    """Find the forms above, except in somebody else's words and in names."""
    for text in reading.texts:
        yield from find_wrong_companions(text)
        yield from find_tangles(text)
        for form in _FORMS:
            if form.needs not in text.text:
                continue
            for match in form.pattern.finditer(text.text):
                start, end = match.span()
                if not text.is_name(start) and not text.is_speech(start):
                    message = f"{quoted(_shorten(match.group()))}：{form.says}。"
                    yield text.finding("sentence", Level.WARNING, message, start, end)


def _shorten(words: str, most: int = 16) -> str:
    half = most // 2
    return words if len(words) <= most else f"{words[:half]}……{words[-half:]}"


RULES = (
    Rule(
        "sentence",
        "W",
        "病句",
        "意思说反、前后重复、关联词不搭配、没有主语、搭配不当、量词用错、两种说法混在一起、漏了字的句子，按提示改通；引语里的不改。",
        "《现代汉语》语法常识；新闻校对通例",
        "巡查是为了防止事故不再发生。",
        "巡查是为了防止事故再次发生。",
        find_wrong_sentences,
    ),
)
