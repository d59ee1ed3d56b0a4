"""How posts and organisations are written. Never who holds them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.model import Level
from pipeline.proof.lazy import lazy
from pipeline.proof.ranks import find_wrong_order
from pipeline.proof.rule import Rule
from pipeline.proof.townposts import find_wrong_town_posts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.model import Finding
    from pipeline.proof.rule import Reading
    from pipeline.proof.spans import Text

_DOUBLED = ("省省", "市市", "区区", "县县", "镇镇", "乡乡")
_TWICE = lazy(
    r"(?P<place>[一-龥])(?<![全本各我该])(?P<kind>省省|市市|区区|县县|镇镇|乡乡)"
    r"(?=委(?!屈|婉|实|曲)|党委|政府|人民政府|人大|政协|纪委|总工会|妇联|团委)"
)
_OFFICE = lazy(
    r"(?P<office>居民委员会|居委会|村民委员会|村委会)"
    r"(?P<party>党总支部|党总支|党支部|党委|党组织)(?=副?书记|委员|班子|成员|带头)"
)
_OFFICE_SECRETARY = lazy(r"(?P<office>居民委员会|居委会|村民委员会|村委会)(?P<post>副?书记)(?!员)")
_OFFICE_WORKERS = lazy(r"街道办事处党工委|街道办党工委")
_FORMER = lazy(
    r"原(?<![草平中高太还复病雪荒屋].)(?!来|在|是|为|系|由|从|属|叫|以|想|打|准|拟|要|需|应|该|经|只|不|没|已|曾|只|和|与|居|住|种|养|单|罪|谅|汤|材|浆|木|油|煤|石|班|座|封|稿|话|文|机|装|厂家|本|有|因|则|文|名|址|创|生|料|价|地|始|先|定|计|标|图|作|件|籍|著|理|型|野|状|貌|任|路|样|汁|味)"
    r"(?P<office>[一-龥]{1,14}?(?:市|区|县|局|委|街道|社区|村|镇|政府|学校|中学|小学|公司|集团|医院|办|协会|办事处|文联|工会|妇联|站|中心|厂|院|所|馆|党支部|党总支|党委|党工委|支部|大队|公社))"
    r"(?P<post>副?(?:书记|主任|局长|市长|区长|县长|镇长|主席|院长|校长|部长|处长|科长|馆长|会长|经理|董事长|站长|厂长|所长|总工程师|工程师|干事|秘书|大队长|社长))"
)
_FORMER_PLACE = lazy(
    r"原(?<![草平中高太还复病雪荒屋].)(?!来|在|是|为|系|由|从|属|叫|以|想|打|准|拟|要|需|应|该|经|只|不|没|已|曾|只|和|与|居|住|种|养|单|罪|谅|汤|材|浆|木|油|煤|石|班|座|封|稿|话|文|机|装|厂家|本|有|因|则|文|名|址|创|生|料|价|地|始|先|定|计|标|图|作|件|籍|著|理|型|野|状|貌|任|路|样|汁|味)"
    r"(?P<office>[一-龥]{2,8}?(?:局|公司|集团|医院|街道|办事处|文联|供销社|信用社|公社|机厂|造厂|工厂|纺厂|器厂|钢厂|鞋厂|布厂|酒厂|具厂|品厂|料厂|棉厂|织厂))"
    r"(?!长|[原]|党|委|办|址|旧)"
)
_COUNCIL = lazy(r"[省市区县](?:人大|政协)(?=(?P<post>副?主任))")
# An organisation, posts that it does not have, and the one that it has.
_POSTS = (
    (lazy(r"检察院(?P<post>副?院长)"), "检察长"),
    (lazy(r"妇联(?P<post>副?(?:主任|会长|书记))"), "主席"),
    (lazy(r"(?:总工会|(?<!分)工会|文联|科协)(?P<post>副?(?:会长|主任|书记))(?!员)"), "主席"),
    (
        lazy(r"(?:团委|团支部|纪委|党委|党总支|党支部|党工委)(?P<post>副?(?:主任|主席|会长))"),
        "书记",
    ),
    (lazy(r"(?:业委会|业主委员会|居委会|村委会|关工委)(?P<post>副?(?:会长|主席))"), "主任"),
    (lazy(r"幼儿园(?P<post>副?校长)"), "园长"),
    (lazy(r"派出所(?P<post>副?(?:主任|局长))"), "所长"),
    (lazy(r"(?:红十字会|商会|志愿者协会)(?P<post>副?(?:主席|主任))"), "会长"),
)
_POST = ("主席", "主任", "会长", "院长", "书记", "校长", "局长")
_VILLAGE_HEAD = lazy(
    r"(?<![农新山渔乡水古老本全各两行自旧美])村长(?![大高期久远达年寿约短宽满成出势])"
)
_STREET_PARTY = lazy(r"街道党委(?=副?书记|委员|班子)")


def find_title_forms(reading: Reading) -> Iterator[Finding]:
    """Find 省省委, 居委会党支部书记, and 原 before an organisation instead of before the post."""
    for text in reading.texts:
        if any(map(text.text.__contains__, _DOUBLED)):
            yield from _doubled(text)
        if "委" in text.characters and "党" in text.characters:
            yield from _offices(text)
        if "记" in text.characters:
            yield from _secretaries(text)
        if not text.characters.isdisjoint("大协党"):
            yield from _councils(text)
        yield from _foreign_posts(text)
        if "、" in text.characters or "兼" in text.characters:
            yield from find_wrong_order(text)
        yield from find_wrong_town_posts(text)
        if "原" not in text.characters:
            continue
        said = -1
        for match in _FORMER.finditer(text.text):
            said = match.end()
            right = f"{match['office']}原{match['post']}"
            message = f"“原”应放在职务前：“{right}”；若机构本身已撤并，请说明理由后保留。"
            yield text.finding("title-form", Level.WARNING, message, *match.span(), right)
        for match in _FORMER_PLACE.finditer(text.text, max(said, 0)):
            message = (
                f"“{match.group()}”：“原”一般放在职务前；若机构本身已撤并或改名，请说明理由后保留。"
            )
            yield text.finding("title-form", Level.WARNING, message, *match.span())


def _doubled(text: Text) -> Iterator[Finding]:
    """Find 省省委."""
    for match in _TWICE.finditer(text.text):
        start, end = match.span("kind")
        right = match["kind"][0]
        message = f"“{match['kind']}”重了一个“{right}”字，请删去一个。"
        yield text.finding("title-form", Level.ERROR, message, start, end, right)


def _offices(text: Text) -> Iterator[Finding]:
    """Find 居委会党支部: a party organisation is the community's, not its committee's."""
    for match in _OFFICE.finditer(text.text):
        home = "村" if match["office"].startswith("村") else "社区"
        start = match.start() - (2 if text.text.endswith("社区", 0, match.start()) else 0)
        right = ("" if text.text.endswith(("社区", "村"), 0, start) else home) + match["party"]
        message = f"党组织不隶属于{match['office']}，请改为“{home}{match['party']}”。"
        yield text.finding("title-form", Level.ERROR, message, start, match.end(), right)


def _secretaries(text: Text) -> Iterator[Finding]:
    """Find 居委会书记: a committee of residents has a head, its party organisation a secretary."""
    for match in _OFFICE_SECRETARY.finditer(text.text):
        home = "村" if match["office"].startswith("村") else "社区"
        bare = "" if text.text.endswith(("社区", "村"), 0, match.start()) else home
        right = f"{bare}党组织{match['post']}"
        message = (
            f"{match['office']}设主任，不设书记：请改为“{home}党委（党总支、党支部）{match['post']}”"
            "，或核实职务。"
        )
        yield text.finding("title-form", Level.ERROR, message, *match.span(), right)
    for match in _OFFICE_WORKERS.finditer(text.text):
        message = "党工委不隶属于办事处，请改为“街道党工委”。"
        yield text.finding("title-form", Level.ERROR, message, *match.span(), "街道党工委")


def _foreign_posts(text: Text) -> Iterator[Finding]:
    """Find posts that an organisation does not have: 检察院院长, 妇联主任, 党支部主任."""
    if "村长" in text.text:
        yield from _village_heads(text)
    there = any(map(text.text.__contains__, _POST))
    for pattern, post in _POSTS if there else ():
        for match in pattern.finditer(text.text):
            right = ("副" if match["post"].startswith("副") else "") + post
            message = f"“{match.group()}”：这个机构设{post}，请改为“{right}”或核实职务。"
            yield text.finding("title-form", Level.WARNING, message, *match.span("post"), right)


def _village_heads(text: Text) -> Iterator[Finding]:
    """Find 村长: the head of a villagers' committee is its 主任."""
    for match in _VILLAGE_HEAD.finditer(text.text):
        if text.is_name(match.start()):
            continue
        message = "村民委员会设主任，不称“村长”，请改为“村委会主任”或核实职务。"
        yield text.finding("title-form", Level.WARNING, message, *match.span(), "村委会主任")


def _councils(text: Text) -> Iterator[Finding]:
    """Find 市人大主任, who heads its standing committee, and 街道党委, which is a 党工委."""
    for match in _COUNCIL.finditer(text.text):
        if match.group().endswith("政协"):
            message = f"“{match.group()}”设主席、副主席，不设主任，请核对职务。"
            yield text.finding("title-form", Level.WARNING, message, *match.span())
            continue
        right = f"{match.group()}常委会"
        message = f"人大常委会才设{match['post']}，请改为“{right}{match['post']}”。"
        yield text.finding("title-form", Level.WARNING, message, *match.span(), right)
    for match in _STREET_PARTY.finditer(text.text):
        message = "街道一般设党工委，请改为“街道党工委”或核实。"
        yield text.finding("title-form", Level.WARNING, message, *match.span(), "街道党工委")


RULES = (
    Rule(
        "title-form",
        "E W",
        "职务与机构写法",
        "不写“省省委”“市市委”；党组织写“社区党委（党总支、党支部）”，不写“居委会党支部”；"
        "“原”放在职务前，不放在机构前；镇、乡设党委、人大主席，街道设党工委、人大工委主任、办事处；同列的职务先正后副、先党内后行政；村民委员会设主任，不称“村长”，检察院设检察长，妇联设主席。",
        "新华社新闻报道禁用慎用词通行规定",
        "宁波市市委书记到社区调研。",
        "宁波市委书记到社区调研。",
        find_title_forms,
    ),
)
