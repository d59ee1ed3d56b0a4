"""The table of places: how it is built and how an installation corrects it."""

from pathlib import Path

import pytest

from pipeline.tag.build_gazetteer import build
from pipeline.tag.gazetteer import Gazetteer, short_name


@pytest.mark.parametrize(
    ("official", "short"),
    [
        ("东兴社区居委会", "东兴社区"),
        ("走马塘村村委会", "走马塘村"),
        ("示例居民委员会", "示例社区"),
        ("示例村民委员会", "示例村"),
        ("居委会", ""),
    ],
)
def test_official_names_become_full_short_names(official: str, short: str) -> None:
    assert short_name(official) == short


def test_the_table_is_built_from_the_package_for_this_city_only(tmp_path: Path) -> None:
    (tmp_path / "areas.csv").write_text("code,name\n330212,鄞州区\n", encoding="utf-8")
    (tmp_path / "streets.csv").write_text(
        "code,name\n1,示例街道\n2,新明街道\n3,外地街道\n", encoding="utf-8"
    )
    (tmp_path / "villages.csv").write_text(
        "code,name,streetCode,cityCode,areaCode\n"
        "1,甲样社区居委会,1,3302,330212\n2,乙样村村委会,2,3302,330212\n"
        "3,丙样社区居委会,3,3301,330101\n4,居委会,1,3302,330212\n",
        encoding="utf-8",
    )
    assert build(tmp_path) == [
        ("鄞州", "示例街道", "甲样社区"),
        ("高新区", "新明街道", "乙样村"),
    ]


def test_an_installation_adds_and_removes_places(tmp_path: Path) -> None:
    path = tmp_path / "places.yaml"
    path.write_text(
        "add:\n  - {name: 示例社区, street: 东柳街道, district: 鄞州}\nremove: [东兴社区]\n",
        encoding="utf-8",
    )
    gazetteer = Gazetteer.load(overrides=path)
    assert [place.street for place in gazetteer.get_places("示例社区")] == ["东柳街道"]
    assert gazetteer.get_places("东兴社区") == []
