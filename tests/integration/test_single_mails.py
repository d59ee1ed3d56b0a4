"""One mail handed over while somebody waits, and one written to a file: whole, or not at all."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from pydantic import SecretStr

from pipeline.deliver import smtp
from pipeline.errors import TransientDeliveryError
from pipeline.sending import single
from pipeline.sending.files import write_message

if TYPE_CHECKING:
    from pathlib import Path

    from tests.integration.conftest import Sink

MAIL = b"From: a@news.example\r\nTo: b@mail.example\r\nSubject: x\r\n\r\nx\r\n"


def test_a_mail_that_was_taken_is_called_so_though_the_relay_never_says_good_bye(
    settings, sink: Sink, monkeypatch
) -> None:
    monkeypatch.setattr(single, "LONGEST_TEST", 1.0)
    monkeypatch.setattr(smtp, "_LEAVE", 1.2)
    sink.leaves.clear()
    posted = settings.PIPELINE.model_copy(update={"smtp_url": SecretStr(sink.url)})
    assert single.hand_over(posted, "b@mail.example", MAIL) == "250 2.0.0 taken"
    assert [to for to, _ in sink.taken] == ["b@mail.example"]


def test_a_relay_that_dawdles_over_a_mail_is_given_up(settings, sink: Sink, monkeypatch) -> None:
    monkeypatch.setattr(single, "LONGEST_TEST", 0.5)
    monkeypatch.setattr(smtp, "_LEAVE", 0.1)
    sink.gate.clear()
    posted = settings.PIPELINE.model_copy(update={"smtp_url": SecretStr(sink.url)})
    with pytest.raises(TransientDeliveryError, match=r"no answer to the whole message within 0\.5"):
        single.hand_over(posted, "b@mail.example", MAIL)


def test_a_file_with_a_mail_is_its_owners_and_a_full_disk_leaves_no_half_of_it(
    tmp_path: Path, monkeypatch
) -> None:
    def is_full(_: int) -> None:
        raise OSError(28, "No space left on device")

    folder = tmp_path / "out"
    path = write_message(folder, "1.eml", MAIL)
    assert path.read_bytes() == MAIL
    assert (path.stat().st_mode & 0o777, folder.stat().st_mode & 0o777) == (0o600, 0o700)
    monkeypatch.setattr(os, "fsync", is_full)
    with pytest.raises(OSError, match="No space left"):
        write_message(folder, "2.eml", MAIL)
    assert list(folder.iterdir()) == [path]
