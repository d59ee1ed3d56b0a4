"""Adding a source to feeds.yaml: at the end of its list, all else byte for byte."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from pipeline.config import load_settings
from pipeline.config.feedsfile import add_source
from pipeline.errors import ConfigError, UsageError
from pipeline.model import Source, SourceKind

if TYPE_CHECKING:
    from pathlib import Path

HEAD = "newsletter: {name: 示例, sender_email: a@b.example, first_week: 2026-W45}  # 刊头\n"


@pytest.mark.parametrize(
    "text",
    [
        HEAD,
        HEAD + "sources: []\n",
        HEAD + "sources:\n\n# 尾注\n",
        HEAD + "sources:   # 还没有\n# 尾注，没有换行",
        HEAD + "sources:\n  # 第一个\n  - {id: a, name: 甲, kind: feed, url: https://a.example/}\n",
        HEAD + "sources:\n- id: a   # 甲\n  name: 甲\n  kind: feed\n  url: https://a.example/\n\n# 尾注\n",
        "sources:\n  - id: a\n    name: 甲\n    kind: feed\n    url: https://a.example/\n\n" + HEAD,
    ],
)  # fmt: skip
def test_a_source_is_added_and_everything_else_stays(tmp_path: Path, text: str) -> None:
    path = tmp_path / "feeds.yaml"
    path.write_text(text, encoding="utf-8")
    source = Source(
        "new-1", "乙：新闻", SourceKind.PAGE, "https://b.example/?a=1&b=2",
        list="ul > li", next='a:-soup-contains("下一页")', drop=(".ad", "#x"), own=True,
    )  # fmt: skip
    add_source(path, source)
    assert load_settings(path, tmp_path / "var", {}).feeds.sources[-1] == source
    kept = [line for line in text.splitlines() if line != "sources: []"]
    written = path.read_text(encoding="utf-8").splitlines()
    assert [line for line in written if line in kept] == kept
    with pytest.raises(ConfigError, match="already"):
        add_source(path, source)


ONE = "  - {id: a, name: 甲, kind: feed, url: https://a.example/}"
ADDED = '  - id: b\n    name: 乙\n    kind: feed\n    url: "https://b.example/"\n'
B = Source("b", "乙", SourceKind.FEED, "https://b.example/")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (f"{HEAD}sources:\n{ONE}\n# 尾注", f"{HEAD}sources:\n{ONE}\n{ADDED}# 尾注"),
        (f"{HEAD}sources: []   # 还没有\n", f"{HEAD}sources:   # 还没有\n{ADDED}"),
        (f"{HEAD}sources: ~ # 还没有\n", f"{HEAD}sources: # 还没有\n{ADDED}"),
        (f"{HEAD}sources:\n", f"{HEAD}sources:\n{ADDED}"),
        (f"{HEAD}sources:\n{ONE}", f"{HEAD}sources:\n{ONE}\n{ADDED}"),
        (f"\ufeff{HEAD}# 注\n", f"\ufeff{HEAD}# 注\nsources:\n{ADDED}"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_all_else_of_the_file_stays_byte_for_byte(tmp_path, before, after, end):
    path = tmp_path / "feeds.yaml"
    path.write_bytes(before.replace("\n", end).encode())
    add_source(path, B)
    assert path.read_bytes() == after.replace("\n", end).encode()
    assert load_settings(path, tmp_path / "var", {}).feeds.sources[-1] == B


def test_the_file_behind_a_link_gets_the_source_and_keeps_its_mode(tmp_path):
    real, path = tmp_path / "real.yaml", tmp_path / "feeds.yaml"
    real.write_text(HEAD, encoding="utf-8")
    real.chmod(0o640)
    path.symlink_to(real)
    add_source(path, B)
    assert path.is_symlink()
    assert real.stat().st_mode & 0o777 == 0o640
    assert load_settings(real, tmp_path / "var", {}).feeds.sources == (B,)
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with pytest.raises(ConfigError, match="is no file that a source can be written into"):
        add_source(pipe, B)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"id": "haishu_gov"}, "id: expected small letters, digits and hyphens, not 'haishu_gov'"),
        ({"id": "desk"}, "id: 'desk' is the source of what editors write; take another"),
        ({"home": "宁波"}, "home: expected one of 海曙 "),
    ],
)
def test_a_source_that_could_not_be_read_back_is_not_written(tmp_path, changed, said):
    path = tmp_path / "feeds.yaml"
    path.write_text(HEAD, encoding="utf-8")
    with pytest.raises(UsageError) as caught:
        add_source(path, replace(B, **changed))
    assert str(caught.value).startswith(said)
    assert path.read_text(encoding="utf-8") == HEAD
