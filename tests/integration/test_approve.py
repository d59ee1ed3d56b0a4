import json

PASSWORD = "yong-shang-2026\n"


def test_a_week_is_signed_by_three_persons_from_the_command_line(drafted_newsroom):
    newsroom = drafted_newsroom
    week = ("--week", "2026-W47")
    early = newsroom("approve", *week, "--step", "second", "--as", "bo")
    assert early.returncode == 4
    assert early.stderr.count("\n") == 1
    assert "一审还没有签发" in early.stderr
    first = newsroom("approve", *week, "--step", "first", "--as", "anna", "--json")
    assert json.loads(first.stdout)["next"] == "second"
    assert newsroom("approve", *week, "--step", "second", "--as", "anna").returncode == 4
    assert newsroom("approve", *week, "--step", "second", "--as", "nobody").returncode == 1
    assert newsroom("approve", *week, "--step", "second", "--as", "bo").returncode == 0
    assert "approved" in newsroom("approve", *week, "--step", "final", "--as", "chen").stdout
    assert newsroom("approve", *week, "--step", "final", "--as", "chen").returncode == 4
    users = json.loads(newsroom("users", "list", "--json").stdout)["users"]
    assert [one["roles"] for one in users] == [["first"], ["second"], ["final"]]
    lines = newsroom("audit", *week).stdout.splitlines()
    assert [json.loads(line)["action"] for line in lines] == ["sign"] * 3
    assert "6 entries, the chain holds" in newsroom("doctor").stdout
    assert newsroom("users", "close", "anna").returncode == 0
    assert newsroom("users", "close", "nobody").returncode == 1
    assert newsroom("users", "list").returncode == 0


def test_a_weak_password_is_a_wrong_use_of_the_command(newsroom):
    done = newsroom("users", "add", "anna", "--role", "first", text="123\n")
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
