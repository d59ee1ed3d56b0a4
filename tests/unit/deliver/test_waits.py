"""How long a parcel rests that a receiver put off."""

from __future__ import annotations

import pytest

from pipeline.deliver.addresses import to_wire
from pipeline.deliver.book import Job
from pipeline.deliver.postman import Postman


def wait(attempts: int, asked: float | None) -> float:
    job = Job(1, to_wire("a@mail.example"), attempts, lambda: b"")
    return Postman._wait(job, asked)


def test_every_further_try_rests_longer_up_to_a_limit() -> None:
    waits = [wait(attempts, None) for attempts in (0, 2, 4, 40)]
    assert waits == sorted(waits)
    assert waits[1] > 2 * waits[0]
    assert wait(400, None) <= 1.5 * wait(40, None)


@pytest.mark.parametrize("asked", [1.0, 60.0, 600.0])
def test_a_pause_that_a_receiver_asks_for_is_never_cut_short(asked: float) -> None:
    assert all(asked <= wait(attempts, asked) <= 1.2 * asked for attempts in range(50))
