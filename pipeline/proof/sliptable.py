"""The table of slips: what usual words become when one of their characters is mistaken."""

from __future__ import annotations

from functools import lru_cache

from pipeline.proof.lists import FOLDER
from pipeline.proof.wordindex import WordIndex, keys_of

TABLE = FOLDER / "slips.tsv"


@lru_cache(maxsize=1)
def load_slips() -> dict[str, str]:
    """Read the table: slip → the word that was meant."""
    found = {}
    for line in TABLE.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            word, _, slips = line.partition("\t")
            found.update(dict.fromkeys(slips.split(), word))
    return found


@lru_cache(maxsize=1)
def slip_keys() -> frozenset[int]:
    """Return what the slips begin with, as `places_of` looks for it."""
    return keys_of(load_index().pairs)


@lru_cache(maxsize=1)
def load_index() -> WordIndex:
    """Return the slips as they are looked for."""
    return WordIndex(load_slips())
