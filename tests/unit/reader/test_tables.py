import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import UsageError
from pipeline.reader.tables import Table, neutralise, split_list, write_table

COLUMNS = {"email": ("邮箱",), "name": ("姓名",)}
TEXT = "邮箱{0}姓名\r\nwang@example.org{0}王\r\n\r\nli@example.org{0}李\r\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_every_encoding_and_separator_of_a_spreadsheet_is_read(tmp_path, encoding, delimiter):
    path = tmp_path / "list.csv"
    path.write_bytes(TEXT.format(delimiter).encode(encoding))
    lines = list(Table(path, COLUMNS, "email").lines())
    assert [(one.number, dict(one.values)) for one in lines] == [
        (2, {"email": "wang@example.org", "name": "王"}),
        (4, {"email": "li@example.org", "name": "李"}),
    ]


def test_a_field_of_several_lines_and_a_separator_line_keep_the_count(tmp_path):
    path = tmp_path / "list.csv"
    path.write_text('sep=;\n姓名;E-Mail;备注\n"王\n二";a@b.org;x\n李;c@d.org;y\n', encoding="utf-8")
    table = Table(path, {"email": ("e-mail",), "name": ("姓名",)}, "email")
    assert table.unknown == ["备注"]
    assert [(one.number, one.values["email"]) for one in table.lines()] == [
        (3, "a@b.org"),
        (5, "c@d.org"),
    ]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\x81\xff\xff", "UTF-8"), (b"PK\x03\x04", "Excel"), ("姓名\n王\n".encode(), "没有「邮箱」"),
        (b"", "没有「邮箱」"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_list_is_refused_with_the_reason(tmp_path, content, said):
    path = tmp_path / "list.csv"
    path.write_bytes(content)
    with pytest.raises(UsageError, match=said):
        Table(path, COLUMNS, "email")


def test_a_missing_quotation_mark_is_named_with_its_line(tmp_path):
    path = tmp_path / "list.csv"
    path.write_text('邮箱,姓名\na@b.org,王\nb@b.org,"李\n' + "x" * 20_000, encoding="utf-8")
    with pytest.raises(UsageError, match=r"list\.csv:3: "):
        list(Table(path, COLUMNS, "email").lines())
    with pytest.raises(UsageError, match="没有这个文件"):
        Table(tmp_path / "none.csv", COLUMNS, "email")


@given(
    st.lists(
        st.lists(
            st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")),
            min_size=2,
            max_size=2,
        )
    )
)
def test_no_cell_that_is_written_runs_as_a_formula(rows):
    file = io.StringIO()
    assert write_table(file, ["a", "b"], rows) == len(rows)
    file.seek(0)
    for record in list(csv.reader(file))[1:]:
        assert not any(cell.lstrip(" ").startswith(tuple("=+-@\t\r\n＝＋－＠")) for cell in record)


@given(
    st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters=" \u3000\xa0")).map(
        str.strip
    )
)
def test_what_was_neutralised_comes_back_as_it_was(tmp_path_factory, value):
    path = tmp_path_factory.mktemp("round") / "list.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        write_table(file, ["邮箱", "姓名"], [["a@b.org", value]])
    (line,) = Table(path, COLUMNS, "email").lines()
    assert line.values["name"] == value.strip()


def test_a_cell_lists_things_with_any_separator():
    assert split_list("海曙、鄞州，江北 镇海;北仑/奉化") == [
        "海曙",
        "鄞州",
        "江北",
        "镇海",
        "北仑",
        "奉化",
    ]
    assert neutralise("'=a") == "''=a"
