"""One private jieba tokenizer that knows our places and themes.

Never jieba's module-level functions: their state is shared by everything in the process.
"""

from __future__ import annotations

import logging
import tempfile
from typing import TYPE_CHECKING

import jieba

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

_FREQUENCY = 2000  # high enough that our words stay one token


def make_tokenizer(words: Iterable[str], cache_dir: Path | None = None) -> jieba.Tokenizer:
    """Return a tokenizer with the words added; jieba's dictionary cache stands in ``cache_dir``."""
    jieba.setLogLevel(logging.WARNING)
    tokenizer = jieba.Tokenizer()
    if cache_dir is not None:
        cache_dir.mkdir(parents=True, exist_ok=True)
    # The shared cache of the system's folder may belong to another user.
    tokenizer.tmp_dir = str(cache_dir) if cache_dir else tempfile.mkdtemp(prefix="newsroom-")
    tokenizer.initialize()
    for word in words:
        tokenizer.add_word(word, _FREQUENCY)
    return tokenizer
