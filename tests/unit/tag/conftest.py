"""One tagger for the room's tests: reading jieba's dictionary is the slow part."""

import pytest

from pipeline.tag import Tagger


@pytest.fixture(scope="session")
def tagger(tmp_path_factory: pytest.TempPathFactory) -> Tagger:
    return Tagger.load(cache_dir=tmp_path_factory.mktemp("jieba"))
