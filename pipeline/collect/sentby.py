"""Lines of a text that was sent in which say whose it is: 首南街道锦悦湾社区　通讯员 王小芳.

A colon may stand behind the role or not, the unit before it or behind 供稿. What this module never
does: look inside a sentence.
"""

from __future__ import annotations

import re

from pipeline.collect.crew import CREW, OUTLET

_LONGEST = 60  # characters of such a line
_KEYS = {"摄影": "credit", "摄": "credit", "供图": "credit", "图": "credit",
         "编辑": "editor", "责编": "editor", "责任编辑": "editor", "来源": "origin"}  # fmt: skip
_GIVEN = "供稿"  # by a unit or by a person
_NAME = (
    "[一-龥]{2,3}|(?:欧阳|司马|司徒|诸葛|上官|夏侯|尉迟|皇甫|令狐|慕容|东方|端木)[一-龥]{2}"
    "|[一-龥]{1,8}·[一-龥·]{1,12}|[A-Za-z][A-Za-z.]{1,19}"
)
_BETWEEN = " 　：:/／、，,（()）"
_APART = re.compile(r"(?<![一-龥])([一-龥])[ 　]+([一-龥])(?![一-龥])")  # 王　芳
_ROLE = re.compile(
    r"(?:^|(?<=[ 　（(、：:])|(?<=社区)|(?<=村)|(?<=街道)|(?<=[镇局委办会报网台]))(?P<role>"
    rf"(?:{CREW}|作者|供稿人|供稿单位|供稿|撰稿人?|撰文|采写|来源|责任编辑|责编|编辑|摄影|供图|文[/／]图|图[/／]文|图文)"
    rf"(?=[{_BETWEEN}]|$)"
    rf"|(?:{CREW}|作者)(?=(?:{_NAME})(?:[{_BETWEEN}]|$))"
    r"|[文图摄](?=[/／：:]|$))"
)
_UNIT = re.compile(
    rf"(?=..[^ ]){OUTLET.pattern}|"
    r"(?=..[^ ])[一-龥A-Za-z0-9·]{1,20}(?:社区|[村镇乡区局委办站所院馆]|中心|"
    "学校|小学|中学|幼儿园|公司|协会|党(?:委|总支|支部)|团委|妇联|居委会|村委会|业委会|物业|联盟|服务队|工作室|编辑部)"
)


def read_sent_by(line: str) -> dict[str, str]:
    """Return author, origin, credit and editor that a line states; {} where it is no such line.

    Every word of it has to be a role, a name or a unit: 小小记者 走进社区 is a headline.
    """
    line = line.strip(_BETWEEN)
    roles = list(_ROLE.finditer(line)) if len(line) <= _LONGEST else []
    if not roles:
        return {}
    before = line[: roles[0].start()].strip(_BETWEEN)
    ends = [one.start() for one in roles[1:]] + [len(line)]
    parts = [
        (one["role"], line[one.end() : end].strip(_BETWEEN))
        for one, end in zip(roles, ends, strict=True)
    ]
    if len(parts) == 1 and not parts[0][1]:  # 锦悦湾社区 供稿, 王小芳 文/图
        parts, before = [(parts[0][0], before)], ""
    found: dict[str, list[str]] = {}
    if before:
        units = re.split(r"[ 　]+", before)
        if not all(map(_UNIT.fullmatch, units)):
            return {}
        found["origin"] = ["".join(units)]
    for role, said in parts:
        key, names = _list_names(role, said)
        if not names:
            return {}
        found.setdefault(key, []).extend(names)
    return {key: " ".join(names) for key, names in found.items()}


def _list_names(role: str, said: str) -> tuple[str, list[str]]:
    """Return the part of the head that a role gives, and the names behind it; []: they are none."""
    names = re.split(r"[ 　、，,/／]+", _APART.sub(r"\1\2", said))
    key = _KEYS.get(role, "author")
    if key == "origin" or role.startswith(_GIVEN):
        if all(map(_UNIT.fullmatch, names)):
            return "origin", ["".join(names)]
        if key == "origin":
            return key, []
    return key, names if all(re.fullmatch(_NAME, one) for one in names) else []
