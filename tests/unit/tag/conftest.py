"""One tagger for the room's tests: reading jieba's dictionary is the slow part."""

import pytest

from pipeline.tag import Tagger


@pytest.fixture(scope="session")
def tagger() -> Tagger:
    return Tagger.load()
