"""Runs started from the desk: the same run, one at a time, with its state for everybody to see."""

import os

import pytest
from django.conf import settings as django_settings

from pipeline.desk import background, services
from pipeline.errors import ConfigError, LockedError, RefusedError
from pipeline.store import audit
from pipeline.week import progress
from pipeline.week.lock import lock


@pytest.fixture(autouse=True)
def _no_run_of_others():
    data_dir = django_settings.PIPELINE.data_dir
    for name in ("progress.json", "progress.lock"):
        (data_dir / name).unlink(missing_ok=True)


@pytest.fixture
def started(monkeypatch):
    """What was started, instead of starting it."""
    found = []
    provided = services.get_services()
    monkeypatch.setattr(provided, "start", lambda _, *given: found.append(given))
    return found


def test_an_editor_starts_a_run_and_the_log_says_who(anna, week, started):
    page = anna.get("/desk/work/").content.decode()
    assert "还没有进行过采编" in page
    assert f'<option value="{week}"' in page
    answer = anna.post("/desk/work/start/", {"work": "draft", "week": week})
    assert answer["Location"] == "/desk/work/"
    assert started == [("draft", week, "anna")]
    assert audit.list_latest(1)[0].action == "draft"
    for wrong in ({"work": "send", "week": week}, {"work": "run", "week": "--help"}):
        assert anna.post("/desk/work/start/", wrong).status_code in {400, 404}
    assert len(started) == 1


def test_the_page_shows_stage_and_count_and_asks_again_by_itself_until_it_is_over(anna, week):
    data_dir = django_settings.PIPELINE.data_dir
    with progress.record(data_dir, "run", week) as kept:
        kept.advance("tag", 50, 120)
        page = anna.get("/desk/work/").content.decode()
        assert "50 / 120" in page
        assert 'hx-trigger="every 2s"' in page
        assert "采集来源<span" in page  # done
        assert "正在进行" in anna.get("/desk/").content.decode()
        part = anna.get("/desk/work/", headers={"HX-Target": "progress"}).content.decode()
        assert part.lstrip().startswith('<div id="progress"')
        with pytest.raises(RefusedError, match="正在进行，请等它完成"):
            background.start(django_settings.PIPELINE, "run", week, "bo")
        kept.finish(result={"items": 25, "edited": True, "error": 0, "warning": 2, "new": 7,
                            "sources": 9, "failed": ["sample-rss"]})  # fmt: skip
    page = anna.get("/desk/work/").content.decode()
    assert "hx-trigger" not in page
    assert "新稿7篇" in page
    assert "没有采到" in page


def test_a_run_that_was_killed_is_told_from_one_that_goes_on(tmp_path):
    child = os.fork()
    if not child:  # a run that dies without a word
        recorded = progress.record(tmp_path, "run", "2026-W47")
        recorded.__enter__().advance("collect", 3, 9)
        os._exit(9)
    os.waitpid(child, 0)
    state = progress.read(tmp_path)
    assert state is not None
    assert (state.alive, state.stage, state.done, state.finished_at) == (False, "collect", 3, None)
    with progress.record(tmp_path, "run", "2026-W47"):
        pass
    again = progress.read(tmp_path)
    assert again is not None
    assert again.finished_at


def test_an_error_is_kept_with_its_one_line(tmp_path):
    with pytest.raises(ConfigError), progress.record(tmp_path, "draft", "2026-W47"):
        raise ConfigError("places.yaml:3: wrong\nmore")
    state = progress.read(tmp_path)
    assert state is not None
    assert (state.error, state.alive) == ("places.yaml:3: wrong", False)


def test_a_run_of_the_command_line_in_the_way_is_said_in_the_record(tmp_path):
    """The desk's process finds the lock held: its last line becomes the reason."""
    settings = django_settings.PIPELINE.model_copy(update={"data_dir": tmp_path})
    with lock(tmp_path):
        process = background.start(settings, "draft", "2026-W47", "anna")
        process.join(60)
    state = progress.read(tmp_path)
    assert state is not None
    assert not state.alive
    assert state.by == "anna"
    assert "another run holds the lock" in state.error
    with pytest.raises(LockedError), lock(tmp_path), lock(tmp_path):
        pass
