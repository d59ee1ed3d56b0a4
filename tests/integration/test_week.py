import json
import shutil
import signal
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from pipeline.calendar import SHANGHAI, week_of

ROOT = Path(__file__).resolve().parents[2]
SEED = ROOT.parent / "shared" / "seed"
DISTRICTS = {"海曙", "鄞州", "江北", "镇海", "北仑", "奉化"}


def run_json(newsroom, *arguments: str, **options):
    done = newsroom(*arguments, "--json", **options)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_a_newcomer_gets_a_draft_with_all_six_districts(drafted_room):
    report = json.loads((drafted_room / "run.json").read_bytes())
    assert set(report["issue"]["by_district"]) >= DISTRICTS
    assert report["issue"]["number"] == 3
    assert {line["status"] for line in report["sources"]} == {"ok"}
    assert report["findings"]["error"] == 0
    assert set(report["seconds"]) == {
        "collect", "tag", "group", "assemble", "links", "proof", "index", "tidy",
    }  # fmt: skip
    assert report["seconds"]["proof"] > 0
    folder = drafted_room / "var" / "issues" / "2026-W47"
    names = {path.name for path in folder.iterdir()}
    assert names == {
        "issue.html", "issue.txt", "issue.json", "wechat.html", "events.ics", "proof.json",
    }  # fmt: skip
    html = (folder / "issue.html").read_text(encoding="utf-8")
    assert html.count('href="http://127.0.0.1:8000/subscribe/links"') == 2  # no reader's own links
    assert "__" not in html + (folder / "issue.txt").read_text(encoding="utf-8")
    assert "样刊" in html
    assert len(html.encode()) < 90_000
    assert "<style" not in (folder / "wechat.html").read_text(encoding="utf-8")


def test_a_second_run_changes_nothing(drafted_newsroom, tmp_path):
    folder = tmp_path / "var" / "issues" / "2026-W47"
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    again = run_json(drafted_newsroom, "run", "--week", "2026-W47")
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    assert sum(line["new"] for line in again["sources"]) == 0
    assert again["tagged"] == 0


def test_an_issue_before_the_first_is_called_a_trial(empty_newsroom, own_feeds):
    config = own_feeds("sources: []\n")
    for week, said in (("2026-W44", "a trial before number 1"), ("2026-W45", "number 1")):
        done = empty_newsroom("run", "--week", week, config=config)
        assert f"Issue of {week}, {said}\n" in done.stdout


def test_three_weeks_of_samples_share_no_story(empty_newsroom, tmp_path):
    seen: list[str] = []
    for week in ("2026-W45", "2026-W46", "2026-W47"):
        done = empty_newsroom("run", "--week", week)
        assert done.returncode == 0, done.stderr
        assert f"Issue of {week}" in done.stdout
        assert "The draft:" in done.stdout
        issue = json.loads((tmp_path / "var" / "issues" / week / "issue.json").read_bytes())
        keys = [item["key"] for section in issue["sections"] for item in section["items"]]
        assert keys
        seen += keys
    assert len(seen) == len(set(seen))


def test_the_state_names_every_moment_in_the_zone_of_its_readers(drafted_newsroom):
    state = run_json(drafted_newsroom, "status")
    moments = [one["publishes_at"] for one in (state["next"], *state["issues"])]
    moments.append(state["last_run"]["started_at"])
    assert {one[-6:] for one in moments} == {"+08:00"}


def test_a_year_whose_holidays_nobody_knows_is_a_note_of_one_line_also_when_quiet(
    empty_newsroom, own_feeds
):
    loud = empty_newsroom("draft", "--week", "2040-W10")
    notes = loud.stderr.splitlines()
    assert loud.returncode == 0
    assert "note: the holidays of 2040 are not known yet" in loud.stderr
    assert all(one.startswith("note: the holidays of 20") for one in notes)
    assert len(set(notes)) == len(notes)
    feeds = own_feeds("issue: {holidays: days.yaml}\nsources: []\n")
    days = feeds.parent / "days.yaml"
    for listed, said in (("2039-10-03", [2040]), ("2040-10-03", [])):
        days.write_text(f"off: [{listed}]\n", encoding="utf-8")
        for command in ("draft", "run"):
            quiet = empty_newsroom("-q", command, "--week", "2040-W11", config=feeds)
            assert quiet.stderr.splitlines() == [
                f"note: the holidays of {year} are not known yet: using Monday to Friday; list them "
                "in the file named by issue.holidays, or update chinesecalendar"
                for year in said
            ]


def test_an_issue_that_nobody_drafted_in_time_is_said_to_whoever_runs_the_next_quiet_or_not(
    empty_newsroom, own_feeds
):
    feeds = own_feeds("issue: {publish_at: '00:00', holidays: days.yaml}\nsources: []\n")
    today = datetime.now(SHANGHAI).date()
    monday = today - timedelta(days=today.weekday())
    off = [str(monday + timedelta(days=n)) for n in range(today.weekday())]
    off.append(f"{today.year + 1}-10-01")  # so that the next year is known, too
    days = f"off: [{', '.join(off)}]\non: [{today}]\n"  # last week's issue appears today at 00:00
    (feeds.parent / "days.yaml").write_text(days, encoding="utf-8")
    missed, earlier = week_of(monday - timedelta(days=7)), week_of(monday - timedelta(days=28))

    def run():
        return empty_newsroom("-q", "run", config=feeds).stderr

    assert run() == ""  # the first run ever
    shutil.rmtree(feeds.parent / "var")
    assert empty_newsroom("draft", "--week", earlier, config=feeds).returncode == 0
    said = f"warning: {missed} was to appear on {today} 00:00 in Shanghai and has no draft of its"
    assert [one.startswith(said) for one in run().splitlines()] == [True]
    assert f": run --week {missed};" in run()
    assert empty_newsroom("-q", "run", "--week", missed, config=feeds).stderr == ""
    assert run() == ""


def test_a_quiet_week_says_which_weeks_have_articles(drafted_newsroom):
    done = drafted_newsroom("run", "--week", "2020-W10")
    assert done.returncode == 0
    assert "2026-W47" in done.stdout


def test_one_failing_source_never_stops_the_others(empty_newsroom, own_feeds):
    path = own_feeds(
        "sources:\n"
        "  - {id: gone, name: 没有, kind: feed, url: samples/none.xml}\n"
        "  - {id: atom, name: 示例, kind: feed, url: samples/atom.xml, full_text: false}\n"
    )
    done = empty_newsroom("run", "--week", "2026-W47", "--json", config=path)
    assert done.returncode == 3
    status = {line["id"]: line["status"] for line in json.loads(done.stdout)["sources"]}
    assert status == {"gone": "failed", "atom": "ok"}


def test_every_mistake_of_the_configuration_is_said_at_once(newsroom, own_feeds):
    path = own_feeds(
        "sources:\n"
        "  - {id: A B, name: 示例, kind: feeds, url: x.xml}\n"
        "  - id: b\n"
        "    name: 示例\n"
        "    kind: feed\n"
        "    ulr: x.xml\n"
    )
    done = newsroom("run", config=path)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert ":3: sources.0.kind:" in done.stderr
    assert "did you mean 'url'?" in done.stderr


def test_a_second_run_at_the_same_time_is_turned_away(newsroom, tmp_path):
    (tmp_path / "var").mkdir()
    script = (
        "import sys,time; from pathlib import Path; from pipeline.week.lock import lock\n"
        "with lock(Path(sys.argv[1])): print('held', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script, str(tmp_path / "var")],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdin is not None
        assert holder.stdout.readline() == "held\n"
        assert newsroom("run").returncode == 75
        holder.stdin.close()


def test_a_killed_run_loses_nothing_that_was_stored(empty_newsroom, tmp_path):
    command = [
        sys.executable, str(ROOT / "run_pipeline.py"), "--config", str(ROOT / "feeds.yaml"),
        "--data-dir", str(tmp_path / "var"),
    ]  # fmt: skip
    script = (
        "import os,sys,signal; import pipeline.runner as r\n"
        "def die(*a, **k): os.kill(os.getpid(), signal.SIGKILL)\n"
        "r.assemble = die\n"
        "sys.argv = ['x', *sys.argv[1:]]\n"
        "from pipeline.cli import main; main()"
    )
    killed = subprocess.run(
        [sys.executable, "-c", script, *command[2:], "run", "--week", "2026-W47"],
        cwd=ROOT, capture_output=True, timeout=120, check=False,
    )  # fmt: skip
    assert killed.returncode == -signal.SIGKILL
    state = json.loads(empty_newsroom("status", "--json").stdout)
    assert state["articles"] >= 55
    assert state["last_run"]["finished"] is False
    report = run_json(empty_newsroom, "run", "--week", "2026-W47")
    assert sum(line["new"] for line in report["sources"]) == 0
    assert report["issue"]["items"] > 20


def test_the_commands_answer_help_without_loading_the_heavy_parts():
    probe = (
        "import sys; sys.argv = ['x', '--help']\n"
        "from pipeline.cli import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "print(sorted({'asyncio', 'django', 'imaplib', 'jieba', 'lxml', 'pydantic', 'rich'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", probe],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert done.stdout.strip().endswith("[]")


def test_status_doctor_and_sources_speak_json(drafted_newsroom):
    newsroom = drafted_newsroom
    assert run_json(newsroom, "doctor")["sound"] is True
    assert run_json(newsroom, "status")["untagged"] == 0
    listed = run_json(newsroom, "sources", "list")["sources"]
    assert len([one for one in listed if one["enabled"]]) == 7
    assert newsroom("status").returncode == 0
    assert newsroom("sources", "list").returncode == 0
    assert "SQLite: ok" in newsroom("doctor").stdout


def test_single_steps_work_one_after_another(empty_newsroom):
    assert empty_newsroom("collect", "--source", "sample-atom").returncode == 0
    assert empty_newsroom("tag").stdout.startswith("8 articles tagged")
    assert empty_newsroom("draft", "--week", "2026-W47").returncode == 0
    assert empty_newsroom("proof", "--week", "2026-W47").returncode == 0
    assert empty_newsroom("proof", "--week", "2026-W30").returncode == 1
    assert empty_newsroom("collect", "--source", "none").returncode == 2


def test_proofreading_reads_an_issue_that_stands_anywhere(drafted_newsroom, tmp_path):
    newsroom = drafted_newsroom
    path = tmp_path / "var" / "issues" / "2026-W47" / "issue.json"
    issue = json.loads(path.read_bytes())
    issue["sections"][0]["items"][0]["source_name"] = ""
    changed = tmp_path / "changed.json"
    changed.write_text(json.dumps(issue), encoding="utf-8")
    done = newsroom("proof", "--file", str(changed), "--strict", "--json")
    assert done.returncode == 4
    found = json.loads(done.stdout)["findings"]
    assert [one["rule"] for one in found if one["level"] == "error"] == ["source-missing"]
    changed.write_text("{", encoding="utf-8")
    assert newsroom("proof", "--file", str(changed)).returncode == 2


def test_tagging_a_file_reports_a_broken_line_and_does_the_rest(newsroom, tmp_path):
    lines = tmp_path / "lines.jsonl"
    good = {
        "id": "a",
        "title": "示例",
        "text": "海曙区望春街道的志愿者来了。",
        "published": "2026-11-20",
    }
    lines.write_text("{\n" + json.dumps(good) + "\n", encoding="utf-8")
    done = newsroom("tag", "--file", str(lines))
    first, second = (json.loads(line) for line in done.stdout.splitlines())
    assert first["line"] == 1
    assert second["districts"] == ["海曙"]
    for more in ([], ["--json"]):
        text = json.dumps(good) + "\n" + json.dumps(good)
        grouped = newsroom("reprints", "--file", "-", *more, text=text)
        assert len(json.loads(grouped.stdout)["members"]) == 1
    labelled = good | {"districts": ["海曙"], "themes": ["志愿服务"], "communities": []}
    lines.write_text(json.dumps(labelled), encoding="utf-8")
    scores = run_json(newsroom, "evaluate", str(lines))
    assert scores["district"]["f1"] == 1.0
    assert newsroom("tag", "--file", "none.jsonl").returncode == 2


@pytest.mark.skipif(not SEED.is_dir(), reason="../shared/seed is not beside this checkout")
def test_the_pipeline_reads_a_real_newspaper_article(newsroom):
    config = ROOT / "tests" / "data" / "seed" / "feeds.yaml"
    report = run_json(newsroom, "run", config=config)
    issue = json.loads((Path(report["path"]) / "issue.json").read_bytes())
    item = issue["sections"][0]["items"][0]
    assert item["title"] == "宁波晚报首批 70个社区联盟单位出炉"
    assert item["districts"][0] == "鄞州"
    units = {
        one["name"]: (one["district"], one["street"])
        for one in item["communities"]
        if one["member"]
    }
    assert units == {
        "幸福苑社区": ("鄞州", "东柳街道"), "走马塘村": ("鄞州", "姜山镇"),
        "学苑社区": ("北仑", "大碶街道"), "后大街社区": ("镇海", "招宝山街道"),
        "锦悦湾社区": ("鄞州", "首南街道"),
    }  # fmt: skip
    other = next(one for one in item["communities"] if one["name"] == "四安村")
    assert (other["street"], other["member"]) == ("五乡镇", False)
    assert item["summary"][-1] in "。！？!?”"
    assert len(item["summary"]) <= 120
    assert item["summary"].split("。")[0] in item["text"]
