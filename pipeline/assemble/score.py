"""How much a story counts, as a sum of reasons an editor can read. Pure functions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.model import DISTRICTS, Reason

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pipeline.calendar import Period
    from pipeline.model import Story

_WEEK = 7 * 24 * 3600  # seconds
_LONG = 200  # characters of a complete story
_FAIR = 0.5  # points for every issue of silence
_MOST_FAIR = 2.0
_GOOD_THEMES = frozenset({"社区治理", "党建引领", "数字赋能", "城市更新", "文明创建"})


def get_reasons(
    story: Story, period: Period, silent: Mapping[str, int], silent_weeks: int = 1
) -> tuple[Reason, ...]:
    """Return every term of the story's score, without those that are nothing.

    ``silent`` maps districts and member units to the number of issues since they last appeared;
    who was missing from ``silent_weeks`` issues or more counts more, with every further one.
    """
    lead, tagging = story.lead, story.tagging
    when = lead.published or lead.fetched_at
    age = max(0.0, min(1.0, (period.ends - when).total_seconds() / _WEEK))
    members = [unit for unit in tagging.communities if unit.member]
    reasons = [Reason("freshness", round(1 - age, 2), "本周内发布的先后")]
    if members:
        names = "、".join(unit.name for unit in members[:3])
        reasons.append(Reason("member", 2.0, f"联盟单位：{names}"))
    if any(name in DISTRICTS for name in tagging.districts):
        reasons.append(Reason("district", 1.0, f"属地：{'、'.join(tagging.districts[:3])}"))
    else:
        reasons.append(Reason("district", -1.5, "未见六区属地"))
    if len(lead.text) >= _LONG:
        reasons.append(Reason("completeness", 0.8, "内容完整"))
    elif not tagging.summary:
        reasons.append(Reason("completeness", -0.8, "没有可用的摘要"))
    carriers = len(story.sources)
    if carriers > 1:
        points = min(1.5, 0.5 * (carriers - 1))
        reasons.append(Reason("echo", points, f"{carriers}家刊载"))
    if lead.origin is None or carriers > 1:
        reasons.append(Reason("originality", 0.3, "首发或多家印证"))
    if lead.images:
        reasons.append(Reason("picture", 0.5, "有图片"))
    if _GOOD_THEMES & set(tagging.themes):
        reasons.append(Reason("theme", 0.6, "可供各社区借鉴的主题"))
    heard = [*tagging.districts, *(unit.name for unit in members)]
    missed, name = max(((silent.get(one, 1) - 1, one) for one in heard), default=(0, ""))
    if missed >= silent_weeks:
        points = min(_MOST_FAIR, _FAIR * (missed - silent_weeks + 1))
        reasons.append(Reason("fairness", points, f"{name}已{missed}期未见报"))
    return tuple(reasons)


def list_heard(stories: Iterable[Story]) -> tuple[str, ...]:
    """Return the districts and the member units that these stories would give a word."""
    units = (unit for story in stories for unit in story.tagging.communities if unit.member)
    return tuple(dict.fromkeys((*DISTRICTS, *(unit.name for unit in units))))


def total(reasons: tuple[Reason, ...]) -> float:
    """Return the score."""
    return round(sum(reason.points for reason in reasons), 3)
