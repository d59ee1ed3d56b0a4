"""Offices by the names they had before the reforms of institutions: 卫计局, 工商局, 环保局.

Silent in stories from before the change, and where the words around tell of that time. What this module
never does: know which office of which district did what.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from pipeline.model import Level
from pipeline.proof.lazy import lazy
from pipeline.proof.rule import Rule
from pipeline.proof.wordindex import WordIndex

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.model import Finding
    from pipeline.proof.rule import Reading
    from pipeline.proof.spans import Text


@dataclass(frozen=True, slots=True)
class _Office:
    """What an office is called now, and since when."""

    names: str  # of old, by a space; ~ before one that has to follow a place: 市旅游局
    now: str
    year: int


_HEALTH = "卫生健康委（市）或卫生健康局（区、县）"
_MARKET = "市场监督管理局"
_LAND = "自然资源和规划局（区为分局）"
_CULTURE = "文化广电旅游局（区、县以挂牌名为准）"
_OFFICES = (
    _Office(
        "卫计委 卫计局 卫生计生委 卫生计生局 卫生和计划生育局 卫生和计划生育委员会 人口计生局 人口计生委 人口和计划生育局 计生局 计生委",
        _HEALTH,
        2019,
    ),
    _Office("~卫生局", _HEALTH, 2015),
    _Office("计生办", "卫生健康工作的科室（以街道、镇乡现设科室为准）", 2019),
    _Office(
        "工商局 工商分局 工商行政管理局 质监局 质量技术监督局 食药监局 食药局 食品药品监督管理局 药监局",
        _MARKET,
        2019,
    ),
    _Office("工商所 食药监所 质监所", "市场监督管理所", 2019),
    _Office("环保局 环境保护局 环保分局", "生态环境局（区为分局）", 2019),
    _Office("国土局 国土分局 国土资源局 国土资源分局 土管局 ~规划局", _LAND, 2019),
    _Office("国土所 国土资源所 土管所", "自然资源所", 2019),
    _Office("~旅游局 旅委 文广局 文广新局 文化广电新闻出版局 ~文化局", _CULTURE, 2019),
    _Office("~农业局 农林局 农林水利局 ~农办", "农业农村局", 2019),
    _Office("海洋与渔业局 海洋渔业局", "自然资源和规划局、农业农村局（按职能）", 2019),
    _Office("安监局 安监分局 安全生产监督管理局", "应急管理局", 2019),
    _Office("国税局 地税局 国家税务局 地方税务局 国税分局 地税分局", "税务局", 2018),
    _Office("经信委 经济和信息化委员会", "经济和信息化局", 2019),
    _Office("住建委 住房和城乡建设委员会", "住房和城乡建设局", 2019),
    _Office("~商务委 ~贸易局", "商务局", 2019),
    _Office("~粮食局 ~物价局", "发展和改革委（局）等（按职能）", 2019),
    _Office("~法制办 政府法制办", "司法局", 2019),
    _Office("~扶贫办", "农业农村局", 2021),
    _Office("~劳动局 ~人事局 劳动和社会保障局 劳动保障局", "人力资源和社会保障局", 2010),
    _Office("银监局 保监局 银保监局", "金融监管局", 2023),
    _Office("公安消防大队 公安消防支队", "消防救援大队（支队）", 2018),
    _Office("消防大队 消防支队 消防总队", "消防救援大队（支队、总队）", 2018),
    _Office("消防中队", "消防救援站", 2018),
    _Office("消防官兵 消防武警 武警消防", "消防救援人员", 2018),
    _Office("~电力局 ~供电局", "国网供电公司（以公司全称为准）", 2013),
    _Office("卫生防疫站 ~防疫站", "疾病预防控制中心", 2005),
    _Office("计划生育办公室", "卫生健康工作的科室（以街道、镇乡现设科室为准）", 2019),
    _Office("五保户 五保老人", "特困供养人员", 2016),
    _Office("新农合 新型农村合作医疗", "城乡居民基本医疗保险", 2017),
    _Office("环境保护部", "生态环境部", 2018),
    _Office("国土资源部", "自然资源部", 2018),
    _Office("国家卫计委 国家卫生计生委", "国家卫生健康委", 2018),
    _Office("国家工商总局 工商总局 质检总局 食药监总局", "市场监管总局", 2018),
    _Office("国家安监总局 安监总局", "应急管理部", 2018),
    _Office("国家旅游局", "文化和旅游部", 2018),
)
_PLACES = (
    "省", "市", "区", "县", "宁波", "海曙", "江北", "北仑", "镇海", "鄞州", "奉化", "余姚", "慈溪", "宁海", "象山",
)  # fmt: skip
_NOT_BEFORE = (
    "专职",
    "义务",
    "志愿",
    "村级",
    "企业",
    "微型",
    "水上",
    "自然资源和",
    "自然资源",
    "文化和",
    "文化",
    "广电",
    "港",
    "国",
    "澳",
)
_ONCE = lazy(
    r"原(?![来因本则])|时任|曾|当时|那时|前身|撤销|撤并|合并|并入|改为|改称|更名|改名|组建|旧称|旧址|历史|从前|过去|以前|昔|早年|早先|年代"
    r"|[退离]休|工作过|老(?:干部|局长)|历任|前任|档案|老照片|旧报|聘书|奖状|证书|文件"
)
_YEAR = lazy(r"(?<!\d)(?P<year>19\d\d|20\d\d)年")
_ENDS = "。！？\n"
_FAR = 60  # characters on each side in which the sentence tells of another time


@cache
def _index() -> tuple[WordIndex, dict[str, tuple[_Office, bool]]]:
    """Return the old names, ready to be looked for, and of each whether a place has to be before it."""
    known = {
        name.removeprefix("~"): (office, name.startswith("~"))
        for office in _OFFICES
        for name in office.names.split()
    }
    return WordIndex(known), known


def find_former_offices(reading: Reading) -> Iterator[Finding]:
    """Find offices by former names, with what they are called now and since when."""
    index, known = _index()
    for text in reading.texts:
        for start, name in index.find(text.text, reading.places(text)):
            office, needs_place = known[name]
            end = start + len(name)
            words = text.text
            if needs_place and not words.endswith(_PLACES, 0, start):
                continue
            if words.endswith(_NOT_BEFORE, 0, start) or text.is_name(start):
                continue
            if _is_of_its_time(text, start, end, office.year):
                continue
            message = f"“{name}”是旧称，{office.year}年机构改革后为{office.now}，请核实改正。"
            yield text.finding("former-office", Level.WARNING, message, start, end)


def _is_of_its_time(text: Text, start: int, end: int, year: int) -> bool:
    """Say whether the story is no newer than the change, or the sentence tells of that time."""
    published = text.item.published if text.item else None
    if published is not None and published.year <= year:
        return True
    low, high = max(0, start - _FAR), min(len(text.text), end + _FAR)
    first = max(text.text.rfind(mark, low, start) for mark in _ENDS) + 1
    ends = [at for mark in _ENDS if (at := text.text.find(mark, end, high)) >= 0]
    first, last = max(first, low), min(ends, default=high)
    if _ONCE.search(text.text, first, last):
        return True
    return any(int(one["year"]) <= year for one in _YEAR.finditer(text.text, first, last))


RULES = (
    Rule(
        "former-office",
        "W",
        "机构旧称",
        "机构改革以后用现在的名称：卫计局为卫生健康局，工商局、质监局为市场监督管理局，环保局为生态环境局，"
        "国土局为自然资源和规划局，文广局、旅游局为文化广电旅游局，安监局为应急管理局，消防大队为消防救援大队；回顾往事、注明“原”“时任”的保留。",
        "2018年《深化党和国家机构改革方案》；宁波市机构改革方案（2019年）",
        "区环保局的执法人员来到河边。",
        "区生态环境分局的执法人员来到河边。",
        find_former_offices,
        frozenset(
            name[:2] for office in _OFFICES for name in office.names.replace("~", "").split()
        ),
    ),
)
