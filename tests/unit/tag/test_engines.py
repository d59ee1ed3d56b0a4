"""Both engines cut alike; the slower one is always there."""

import json
import math
import re
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pipeline.errors import ConfigError
from pipeline.tag.gazetteer import Gazetteer
from pipeline.tag.tokenizer import make_tokenizer

ROOT = Path(__file__).parents[3]
WORDS = Gazetteer.load().words()
SLOW = make_tokenizer(WORDS)


@pytest.fixture(scope="module")
def fast():
    pytest.importorskip("rjieba", reason="enable with: pip install -e '.[fast]'")
    return make_tokenizer(WORDS, engine="rjieba")


def test_the_samples_are_cut_alike(fast):
    items = json.loads((ROOT / "samples" / "feed.json").read_text(encoding="utf-8"))["items"]
    texts = [str(item.get("content_text") or item.get("content_html")) for item in items]
    lines = [line for text in texts for line in re.split(r"<[^>]*>|\n", text)]
    plain = [line for line in lines if not any(c.isascii() and c.isalnum() for c in line)]
    assert len(plain) > 3
    for line in plain:
        assert list(fast.cut(line)) == list(SLOW.cut(line))


@given(
    st.text(
        alphabet="鄞州区东柳街道幸福苑社区的居民，在议事厅商量停车。老人志愿者孩子", max_size=80
    )
)
@example("量量量停")  # two ways that are exactly as likely: rounding decides
def test_any_text_without_latin_letters_is_cut_alike(fast, text):
    one, other = list(fast.cut(text)), list(SLOW.cut(text))
    assert one == other or abs(_weigh(one) - _weigh(other)) < 1e-9


def _weigh(words: list[str]) -> float:
    """Return how likely the slower engine finds these words; unknown ones by their characters."""
    known = SLOW.beginnings  # type: ignore[attr-defined]
    parts = [
        part for word in words for part in ([word] if known.score(word) > -math.inf else [*word])
    ]
    return float(sum(max(known.score(one), known.least) for one in parts))


def test_an_engine_that_is_not_installed_says_how_to_get_it(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "rjieba", None)
    with pytest.raises(ConfigError, match="fast"):
        make_tokenizer([], engine="rjieba")
