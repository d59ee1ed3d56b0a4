"""The reviewers' signatures: one person signs once, and what was signed has not changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline import issue_json
from pipeline.model import Level
from pipeline.proof.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.model import Finding
    from pipeline.proof.rule import Reading

_STEPS = {"first": "一审", "second": "二审", "final": "三审"}


def find_bad_signatures(reading: Reading) -> Iterator[Finding]:
    """Find a reviewer who signed twice, and signatures on a text that has changed since."""
    if not reading.signatures:
        return
    digest = issue_json.content_hash(reading.issue)
    signed: dict[str, str] = {}
    for one in reading.signatures:
        step = _STEPS[one.step]
        if one.user in signed:
            message = f"{one.user}已签过{signed[one.user]}，不能再签{step}，请换人审。"
            yield reading.finding("signature", Level.ERROR, message)
        signed.setdefault(one.user, step)
        if one.content_hash != digest:
            message = f"{step}（{one.user}）签发之后内容有改动，签名作废，请重新送审。"
            yield reading.finding("signature", Level.ERROR, message)


RULES = (
    Rule(
        "signature",
        "E",
        "签发",
        "三审由三个人分别签发；签发之后内容有改动，签名作废。",
        "《图书质量保障体系》三审责任制度",
        "（同一人签了一审和三审）",
        "（三个人分别签一审、二审、三审）",
        find_bad_signatures,
    ),
)
