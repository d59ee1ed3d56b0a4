"""No test process works in another one's data directory, nor in the checkout's own."""

import os
from pathlib import Path

from django.conf import settings

from tests.place import _DATA


def test_the_settings_of_a_test_process_lead_to_its_own_folder() -> None:
    assert settings.PIPELINE.data_dir == Path(_DATA.name) == Path(os.environ["PIPELINE_DATA_DIR"])
