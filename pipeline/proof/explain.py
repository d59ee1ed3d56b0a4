"""A rule in words: on the terminal, at the desk, and in the manual. One text for all three."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.proof.rule import Rule

_LEVELS = {"E": "错误（阻止签发）", "W": "提示（放行须写理由）", "E W": "错误或提示，视情形"}
_HEAD = """# 校对规则

本页由规则自身的说明生成：`python run_pipeline.py proof --explain all`。
错误阻止签发；提示可以放行，但要写明理由。差错率按每万字计，标题里的错误加倍，同一错误最多计三次，
超过万分之三为不合格。另有两项只能由人判断：重大选题备案，领导人排序。
"""


def explain(rule: Rule) -> str:
    """Return the rule, its source, a wrong and a right example, in lines of Chinese."""
    return "\n".join(
        [
            f"{rule.id}　{rule.title}　{_LEVELS[rule.levels]}",
            rule.advice,
            f"依据：{rule.source}",
            f"错例：{rule.wrong}",
            f"正例：{rule.right}",
        ]
    )


def explain_all(rules: Sequence[Rule]) -> str:
    """Return the manual's page of all rules, as Markdown."""
    parts = [_HEAD]
    parts += [
        f"## {rule.id}　{rule.title}\n\n"
        f"- 级别：{_LEVELS[rule.levels]}\n- 要求：{rule.advice}\n- 依据：{rule.source}\n"
        f"- 错例：{rule.wrong}\n- 正例：{rule.right}\n"
        for rule in rules
    ]
    return "\n".join(parts)
