"""Words that meet, reports of what others say, and one word for one slip."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from pipeline.model import Finding

    Read = Callable[..., tuple[Finding, ...]]


def of_rule(found: tuple[Finding, ...], rule: str) -> list[str]:
    return [one.surface for one in found if one.rule == rule]


@pytest.mark.parametrize("title", ["微网格里解民忧", "议事厅里解心结", "村道中断头路打通"])
def test_a_place_and_a_verb_are_no_misspelt_word(read: Read, title: str) -> None:
    assert of_rule(read(title=title, original_title=title), "confusable") == []


def test_a_wrong_character_that_is_also_a_place_is_found_elsewhere(read: Read) -> None:
    assert of_rule(read("改造要得到里解和支持。"), "confusable") == ["里解"]


@pytest.mark.parametrize(
    "text",
    [
        "民警说，要求转账到“安全账户”的，百分之百是骗子。",
        "今年的隐患整改率是百分之百。",
        "议事会每次到会的百分之百是楼组长。",
    ],
)
def test_a_share_of_all_is_no_advertising(read: Read, text: str) -> None:
    assert of_rule(read(text), "wording") == []


@pytest.mark.parametrize(
    "text", ["这台净水器百分之百有效。", "厂家说，药枕百分百治愈失眠。", "商家承诺百分之百正品。"]
)
def test_a_promise_of_all_is_advertising(read: Read, text: str) -> None:
    assert len(of_rule(read(text), "wording")) == 1


def test_a_former_district_is_told_as_one_and_the_same_in_title_summary_and_text(
    read: Read,
) -> None:
    words = "奉化市锦屏街道南门社区开摘草莓。"
    found = read(f"本报讯（通讯员小江）{words}", summary=words)
    assert [(one.field, one.surface, one.suggestion) for one in found
            if one.rule == "member-name"] == [
        ("summary", "奉化市", "奉化区"), ("text", "奉化市", "奉化区")]  # fmt: skip


@pytest.mark.parametrize("text", ["设备是全国最先进的。", "设备在全省范围内是最先进的。"])
def test_praise_over_a_scope_is_not_mended_by_leaving_out_most(read: Read, text: str) -> None:
    (one,) = [one for one in read(text) if one.rule == "wording"]
    assert one.suggestion is None
    assert "依据" in one.message


def test_praise_without_a_scope_keeps_its_better_word(read: Read) -> None:
    (one,) = [one for one in read("装的是最先进的水泵。") if one.rule == "wording"]
    assert one.suggestion == "先进"


@pytest.mark.parametrize("text", ["书的作者是鄞县人王应麟。", "他是鄞县籍画家。"])
def test_where_people_of_old_were_from_keeps_its_name(read: Read, text: str) -> None:
    assert of_rule(read(text), "member-name") == []


@pytest.mark.parametrize("text", ["辅具站配了三台助视器。", "驿站没有把包裹一退了之。"])
def test_words_beside_a_usual_one_are_no_slips(read: Read, text: str) -> None:
    assert of_rule(read(text), "confusable") == []


def test_a_solar_term_behind_a_day_in_brackets_is_compared(read: Read) -> None:
    (one,) = [one for one in read("本周日（11月22日）是大雪节气。") if "大雪" in one.message]
    assert "12月7日" in one.message
    assert not [one for one in read("本周日（11月22日）是小雪节气。") if "小雪" in one.message]


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("裁缝铺搬到了示例路35弄2号103室，地点好找。", "private-data"),
        ("老中医在活动室免费开方，草药自己抓。", "confusable"),
    ],
)
def test_a_shops_address_and_a_doctors_prescription_are_right(
    read: Read, text: str, rule: str
) -> None:
    assert of_rule(read(text), rule) == []


def test_an_address_where_somebody_lives_is_found_and_a_hall_that_opens(read: Read) -> None:
    assert of_rule(read("老王搬到了示例路35弄2号103室。"), "private-data") == ["35弄2号103室"]
    assert of_rule(read("活动室免费开方，欢迎来坐。"), "confusable") == ["开方"]


def test_every_case_of_the_benches_has_a_text() -> None:
    data = Path(__file__).resolve().parents[3] / "bench" / "data"
    for path in sorted(data.glob("proof-cases*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            case = json.loads(line)
            assert any(case.get(key) for key in ("text", "items", "title")), case["id"]
            assert "rule" in case or case.get("text") or case.get("items"), case["id"]
