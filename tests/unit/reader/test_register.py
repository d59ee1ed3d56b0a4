import pytest

from pipeline.reader import register
from pipeline.reader.register import Unit, UnitLine

VILLAGE = "members:\n  - {name: 甲村, street: 甲镇, district: 鄞州, kind: 村}  # 示例\n"


def test_a_register_stays_as_it_was_when_its_contacts_cannot_be_stored(tmp_path):
    path = tmp_path / "members.yaml"
    path.write_text(VILLAGE, encoding="utf-8")
    lines = [UnitLine(2, "changed", (), Unit(name="甲村", street="乙镇", district="鄞州"))]
    with pytest.raises(ZeroDivisionError), register.written_units(path, lines):
        raise ZeroDivisionError
    assert path.read_text(encoding="utf-8") == VILLAGE
    assert [*tmp_path.iterdir()] == [path]
    with register.written_units(path, lines):
        assert path.read_text(encoding="utf-8") == VILLAGE
    (unit,) = register.load_units(path)
    assert (unit.street, unit.kind) == ("乙镇", "社区")
    assert "# 示例" in path.read_text(encoding="utf-8")
