"""What readers agree to, word by word and by version. Old versions stay in the store's proofs.

Change a sentence and you make a new version: nobody is ever said to have agreed to words they did
not see. What this module never does: store, or render pages.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipeline.config import Newsletter

VERSION = "2026-11"


@dataclass(frozen=True, slots=True)
class Wording:
    """A text to agree to, as shown."""

    version: str
    text: str

    @property
    def digest(self) -> str:
        """Name exactly these words (SHA-256, hex)."""
        return hashlib.sha256(f"{self.version}\0{self.text}".encode()).hexdigest()


def get_wording(newsletter: Newsletter) -> Wording:
    """Return what somebody who subscribes now agrees to."""
    sender = newsletter.alliance or newsletter.sender_name or newsletter.name
    # Ministry order 38 asks for consent to advertising by name, and for 广告 in its subject.
    advertising = (
        "其中可能有广告，主题前会标明“广告”。" if newsletter.commercial else "不含商业广告。"
    )
    text = (
        f"我同意{sender}每周一次把《{newsletter.name}》发到这个邮箱，{advertising}"
        "我可以随时在每封邮件末尾退订，也可以要求删除我的全部信息。"
    )
    return Wording(VERSION, text)
