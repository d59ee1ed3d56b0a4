import json
import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LIST = (
    "邮箱,姓名,区,同意方式,同意日期\r\n"
    "wang@example.org,王,鄞州,登记表,2026-03-01\r\n"
    "li@例子.中国,=李,全部,登记表,2026-03-02\r\n"
)


@pytest.fixture
def people(empty_newsroom, own_feeds):
    """Run a command about people on a newsletter of the test's own."""
    config = own_feeds("sources: []\n")

    def call(*arguments: str, **more):
        return empty_newsroom(*arguments, config=config, **more)

    return call


def write(path: Path, text: str, encoding: str = "utf-8-sig") -> str:
    path.write_bytes(text.encode(encoding))
    return str(path)


def test_a_list_goes_in_dry_then_for_good_and_comes_out_the_same(people, tmp_path):
    path = write(tmp_path / "a.csv", LIST, "gb18030")
    dry = people("subscribers", "import", path, "--dry-run")
    assert dry.returncode == 0
    assert "第 2—3 行　新增" in dry.stdout
    assert "GB18030" in dry.stdout
    assert json.loads(people("subscribers", "list", "--json").stdout)["counts"]["active"] == 0
    assert people("subscribers", "import", path).returncode == 0
    out = str(tmp_path / "out.csv")
    assert people("subscribers", "export", out).returncode == 0
    assert Path(out).stat().st_mode & 0o777 == 0o600
    assert "'=李" in Path(out).read_text(encoding="utf-8-sig")
    again = json.loads(people("subscribers", "import", out, "--json").stdout)
    assert again["counts"] == {"same": 2}
    assert people("subscribers", "export", "-").stdout.startswith("email,name,")


def test_an_export_goes_through_a_pipe_and_a_link_stays_one(people, tmp_path):
    people("subscribers", "import", write(tmp_path / "a.csv", LIST))
    pipe, link, file = tmp_path / "pipe", tmp_path / "link.csv", tmp_path / "real.csv"
    os.mkfifo(pipe)
    with subprocess.Popen(["cat", str(pipe)], stdout=subprocess.PIPE) as cat:
        assert people("subscribers", "export", str(pipe)).returncode == 0
        said = cat.communicate(timeout=60)[0].decode("utf-8-sig")
    assert len(said.splitlines()) == 3
    file.touch(0o640)
    link.symlink_to(file)
    for command in ("subscribers", "members"):
        assert people(command, "export", str(link)).returncode == 0
        assert link.is_symlink()
        assert file.stat().st_mode & 0o777 == 0o640
        assert file.stat().st_size > 100


def test_a_file_with_a_mistake_changes_nothing_unless_told_to_skip(people, tmp_path):
    path = write(tmp_path / "a.csv", LIST + "nobody,王,,登记表,\r\n")
    refused = people("subscribers", "import", path)
    assert refused.returncode == 2
    assert "第 4 行　有错　邮箱地址里缺少 @" in refused.stdout
    assert "王" not in people("subscribers", "export", "-").stdout
    done = json.loads(people("subscribers", "import", path, "--skip-invalid", "--json").stdout)
    assert done["stored"] == 2
    assert done["lines"] == [{"line": 4, "result": "invalid", "said": done["lines"][0]["said"]}]
    wrong = people("subscribers", "import", write(tmp_path / "b.csv", "姓名\n王\n"))
    assert wrong.returncode == 2
    assert "Traceback" not in wrong.stderr
    assert "b.csv:1" in wrong.stderr
    no_consent = write(tmp_path / "c.csv", "邮箱\na@example.org\n")
    assert "同意依据" in people("subscribers", "import", no_consent).stdout
    assert people("subscribers", "import", no_consent, "--consent", "登记表").returncode == 0


def test_forgetting_removes_a_person_from_every_file_of_the_data_directory(people, tmp_path):
    people("subscribers", "import", write(tmp_path / "a.csv", LIST))
    outbox = tmp_path / "var" / "outbox"
    outbox.mkdir()
    (outbox / "m.eml").write_text("To: Wang@example.org\nSubject: x\n\n", encoding="ascii")
    (outbox / "n.eml").write_text("To: other@example.org\nSubject: x\n\n", encoding="ascii")
    asked = people("subscribers", "forget", "wang@example.org", text="n\n")
    assert asked.returncode == 1
    done = people("subscribers", "forget", "wang@example.org", "--yes", "--json")
    assert json.loads(done.stdout) == {"known": True, "suppressed": True}
    for path in (tmp_path / "var").rglob("*"):
        if path.is_file():
            assert b"wang@example.org" not in path.read_bytes().lower(), path
    assert (outbox / "n.eml").exists()
    again = people("subscribers", "import", str(tmp_path / "a.csv"))
    assert "第 2 行　停发名单　本人已要求删除信息" in again.stdout
    assert people("subscribers", "forget", "nobody", "--yes").returncode == 2


def test_members_come_in_with_their_contacts_and_one_person_is_one_reader(people, tmp_path):
    text = (
        "单位,街道,区,联系人,邮箱\n幸福苑社区,东柳街道,鄞州,周,zhou@example.org\n"
        "示例社区,示例街道,海曙,周,zhou@example.org\n"
    )
    path = write(tmp_path / "m.csv", text)
    assert "新增 1" in people("members", "import", path, "--consent", "入盟表", "--dry-run").stdout
    assert not (tmp_path / "members.yaml").exists()
    done = people("members", "import", path, "--consent", "入盟表")
    assert done.returncode == 0, done.stderr
    assert "members: members.yaml" in done.stderr
    register = (tmp_path / "members.yaml").read_text(encoding="utf-8")
    assert "示例社区" in register
    assert "全国文明村" in register, "what stood there stays"
    assert "zhou@" not in register, "addresses stand where they can be forgotten"
    (reader,) = json.loads(people("subscribers", "list", "--json").stdout)["subscribers"]
    assert reader["units"] == ["幸福苑社区", "示例社区"]
    assert reader["sections"] == ["cases", "exchange"]
    with (tmp_path / "feeds.yaml").open("a", encoding="utf-8") as file:
        file.write("members: members.yaml\n")
    listed = json.loads(people("members", "list", "--json").stdout)
    assert {one["name"]: one["contacts"] for one in listed["members"]}["示例社区"] == 1
    assert people("members", "export", "-").stdout.count("zhou@example.org") == 2
    assert "6 个单位" in people("members", "list").stdout
    out = str(tmp_path / "out.csv")
    people("subscribers", "export", out)
    again = json.loads(people("subscribers", "import", out, "--json").stdout)
    assert again["counts"] == {"same": 1}, "what was exported changes nothing as it comes back"
    (reader,) = json.loads(people("subscribers", "list", "--json").stdout)["subscribers"]
    assert reader["sections"] == ["cases", "exchange"]
    broken = people(
        "members", "import", write(tmp_path / "x.csv", "单位,街道,区\n甲社区,,鄞州\n,a,鄞州\n")
    )
    assert broken.returncode == 2
    assert "没有写街道" in broken.stdout
    assert people("members", "import", path, "--consent", "入盟表", "--json").returncode == 0


def test_a_unit_that_was_a_village_can_be_a_community_again(people, tmp_path):
    def bring(kind):
        path = write(tmp_path / "m.csv", f"单位,街道,区,类型\n走马塘村,姜山镇,鄞州,{kind}\n")
        return json.loads(people("members", "import", path, "--json").stdout)["units"]

    with (tmp_path / "feeds.yaml").open("a", encoding="utf-8") as file:
        file.write("members: members.yaml\n")
    (tmp_path / "members.yaml").write_text(
        "members:\n  - {name: 走马塘村, street: 姜山镇, district: 鄞州, kind: 村, note: 示例}\n",
        encoding="utf-8",
    )
    assert bring("社区")["changed"] == 1
    assert bring("社区")["same"] == 1
    register = (tmp_path / "members.yaml").read_text(encoding="utf-8")
    assert "kind: 社区" in register
    assert "note: 示例" in register, "keys that lists do not know stay"


def test_a_register_that_cannot_be_written_brings_no_contact_in(people, tmp_path):
    path = write(tmp_path / "m.csv", "单位,街道,区,邮箱\n示例社区,示例街道,海曙,zhou@example.org\n")
    nowhere = str(tmp_path / "none" / "members.yaml")
    done = people("members", "import", path, "--consent", "入盟表", "--register", nowhere)
    assert done.returncode == 2
    assert "there is no such folder" in done.stderr
    assert "Traceback" not in done.stderr
    assert json.loads(people("subscribers", "list", "--json").stdout)["subscribers"] == []
    folder = tmp_path / "members.yaml"
    folder.mkdir()
    done = people("members", "import", path, "--consent", "入盟表")
    assert done.returncode != 0
    assert json.loads(people("subscribers", "list", "--json").stdout)["subscribers"] == []
    assert [*tmp_path.glob(".members.yaml*")] == []


def test_the_list_for_people_and_an_empty_post_room(people, tmp_path):
    people("subscribers", "import", write(tmp_path / "a.csv", LIST))
    shown = people("subscribers", "list", "--district", "鄞州").stdout
    assert "wang@example.org" in shown
    assert "已订阅 2" in shown
    assert json.loads(people("subscribers", "mail", "--json").stdout)["sent"] == 0
    assert people("subscribers", "mail").stdout.startswith("0 sent")
