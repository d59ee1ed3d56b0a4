"""The tagger on the real newspaper article that lies beside the repository."""

from pathlib import Path

import pytest

from pipeline.tag import Tagger

_SEED = Path(__file__).resolve().parents[3] / "shared" / "seed"
_FILES = sorted(_SEED.glob("*.txt")) if _SEED.is_dir() else []
_MEMBERS = {
    ("幸福苑社区", "鄞州", "东柳街道"),
    ("走马塘村", "鄞州", "姜山镇"),
    ("学苑社区", "北仑", "大碶街道"),
    ("后大街社区", "镇海", "招宝山街道"),
    ("锦悦湾社区", "鄞州", "首南街道"),
}


@pytest.mark.skipif(not _FILES, reason="../shared/seed is absent: no real article to read")
def test_the_five_member_units_and_the_village_are_found() -> None:
    text = "\n".join(path.read_text(encoding="utf-8") for path in _FILES)
    tagging = Tagger.load().tag("", text)
    units = {(one.name, one.district, one.street): one.member for one in tagging.communities}
    assert {unit for unit, member in units.items() if member} == _MEMBERS
    assert units["四安村", "鄞州", "五乡镇"] is False
    assert tagging.districts[0] == "鄞州"
    assert 0 < len(tagging.summary) <= 120
    assert tagging.summary[-1] in "。！？!?…”"
