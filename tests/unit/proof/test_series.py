"""What is counted over several sentences has to be there, and pairs have to be of one length."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from pipeline.model import Finding

    Read = Callable[..., tuple[Finding, ...]]


def counts_of(findings: tuple[Finding, ...]) -> list[str]:
    return [one.surface for one in findings if one.rule == "count-mismatch"]


@pytest.mark.parametrize(
    ("text", "surface"),
    [
        ("社区办了三件事。一是换灯，二是清沟。", "三件事"),
        ("议事会提了两条建议：一要修路；二要种树；三要清沟。", "两条建议"),
        ("主要做了三项工作。第一，修路。第二，种树。第三，清沟。第四，换灯。", "三项工作"),
        ("过冬防火看四处。首先是楼道。其次是车棚。最后是厨房。", "四处"),
        ("规约改了四条。①不乱停车。②不乱晾晒。③不乱扔垃圾。", "四条"),
        ("通知写了三点：\n1. 备好手电。\n2. 关好门窗。\n", "三点"),
        ("好处有三样。其一，省钱。其二，省力。其三，省心。其四，省地方。", "三样"),
        ("他讲了三点：一是快，二是准，四是稳。", "四"),
        ("甲队、乙队、丙队分别获得一、二等奖。", "甲队、乙队、丙队分别获得一、二等奖"),
        ("三支队伍分别获得冠军、亚军。", "三支队伍分别获得冠军、亚军"),
        ("冠军、亚军和季军依次是东兴社区、海创社区。", "冠军、亚军和季军依次是东兴社区、海创社区"),
        ("两位老人分别为91岁、89岁和88岁。", "两位老人分别为91岁、89岁和88岁"),
    ],
)  # fmt: skip
def test_a_series_of_another_length_is_found(read: Read, text: str, surface: str) -> None:
    assert counts_of(read(text)) == [surface]


@pytest.mark.parametrize(
    "text",
    [
        "社区办了三件事。一是换灯，二是清沟，三是修路。",
        "楼里有三个孩子。一是教师，二是医生，三是司机。",
        "两个小区的愿望不少，一要通水，二要通电，三要通气。",  # the number counts something else
        "过冬防火看四处。首先是楼道，然后是车棚，最后是厨房，还有阳台。",  # not only these marks
        "首先到的是消防车，其次是救护车。",
        "第一，灯亮了。路上有四件事要做。",
        "他讲了三点：一是快，二是准……",  # an excerpt
        "甲队、乙队、丙队分别获得一、二、三等奖。",
        "社区、物业分别对水、电、气进行检查。",  # 分别 for separately
        "甲队、乙队等分别获得一、二、三等奖。",
        "和平社区、东兴社区分别获得冠军和亚军。",
        "老人们分别获得毛巾、脸盆。",
    ],
)
def test_a_series_that_fits_or_counts_nothing_is_left_alone(read: Read, text: str) -> None:
    assert counts_of(read(text)) == []


def test_a_summary_that_breaks_off_in_a_series_is_no_mistake(read: Read) -> None:
    words = "社区办了三件事。一是换灯，二是清沟。"
    assert counts_of(read("示例正文。", summary=words)) == []
