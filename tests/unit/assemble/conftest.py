"""Invented stories, every one marked 示例, and the settings they are assembled with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from pipeline.assemble import assemble_issue
from pipeline.calendar import SHANGHAI, Calendar, Period
from pipeline.config import IssueSettings, Newsletter
from pipeline.model import (
    DISTRICTS,
    Article,
    Community,
    Event,
    Image,
    Issue,
    Story,
    StoryMember,
    Tagging,
)

if TYPE_CHECKING:
    from collections.abc import Callable

WEEK = "2026-W47"
NAMES = {"sample-a": "示例晚报", "sample-b": "示例新闻网", "sample-own": "示例社区投稿"}
_STARTS = datetime(2026, 11, 16, tzinfo=SHANGHAI)
_BODY = "（示例）居民在议事厅里商量了楼道照明的办法，社区当天记下了每一条意见。"


def make_story(key: int, **changes: Any) -> Story:
    """Return an invented story; ``changes`` name fields of the article, the tagging or the story."""
    title = changes.pop("title", f"示例：第{key}条社区消息")
    article: dict[str, Any] = {
        "source_id": "sample-a",
        "url": f"https://news.example/{key}",
        "title": title,
        "text": _BODY * 8,
        "published": _STARTS + timedelta(hours=key),
        "images": (),
        "origin": None,
        "author": None,
    }
    tagging: dict[str, Any] = {
        "districts": ("海曙",),
        "communities": (),
        "themes": ("社区治理",),
        "summary": _BODY,
        "events": (),
    }
    also = changes.pop("also", ())
    for name, value in changes.items():
        (article if name in article else tagging)[name] = value
    lead = Article(
        canonical_url=article["url"],
        fetched_at=_STARTS + timedelta(days=6),
        content_hash=f"{key:064d}",
        id=key,
        **article,
    )
    others = tuple(
        StoryMember(
            Article(
                source_id=source,
                url=f"https://{source}.example/{key}",
                canonical_url=f"https://{source}.example/{key}",
                title=title,
                text=_BODY,
                fetched_at=lead.fetched_at,
                content_hash="0" * 64,
            ),
            0.9,
        )
        for source in also
    )
    return Story(str(key), lead, Tagging(**tagging), (StoryMember(lead, 1.0), *others))


@dataclass(frozen=True)
class Desk:
    """Assembles with settings that a test changes one at a time."""

    period: Period
    newsletter: Newsletter

    def assemble(self, stories: list[Story], **changes: Any) -> Issue:
        """Return the issue of these stories."""
        given: dict[str, Any] = {
            "period": self.period,
            "number": 3,
            "newsletter": self.newsletter,
            "limits": IssueSettings(),
            "source_names": NAMES,
            "own_sources": frozenset({"sample-own"}),
            "used_keys": frozenset(),
            "silent": {},
        }
        return assemble_issue(stories, **(given | changes))


@pytest.fixture(scope="session")
def story() -> Callable[..., Story]:
    return make_story


@pytest.fixture(scope="session")
def desk() -> Desk:
    newsletter = Newsletter(
        name="示例社区周报",
        alliance="示例联盟",
        slogan="样刊，只为试排",
        sender_email="desk@news.example",
        postal_address="示例市示例路1号",
        first_week="2026-W45",
        sample=True,
    )
    return Desk(Calendar().period(WEEK), newsletter)


@pytest.fixture(scope="session")
def week() -> list[Story]:
    """Thirty stories: every district, every section, pictures, reprints, no link, no date."""
    stories = [
        make_story(10 + number, districts=(DISTRICTS[number % 6],), title=f"示例：{name}的一周")
        for number, name in enumerate(f"虚构{letter}社区" for letter in "甲乙丙丁戊己庚辛壬癸子丑")
    ]
    stories += [make_story(30 + number, districts=("海曙",)) for number in range(11)]
    unit = Community("虚构甲社区", "鄞州", "虚构街道", member=True, field="text", start=0, end=5)
    picture = Image("https://news.example/a.png", "示例图片", "示例集市", "示例摄影", 1200, 800)
    event = Event(
        "示例合唱排练",
        datetime(2026, 11, 28, 14, tzinfo=SHANGHAI),
        datetime(2026, 11, 28, 16, tzinfo=SHANGHAI),
        "虚构礼堂",
    )
    # The others are older than the districts' own news, which would else be set aside first.
    early = {"published": _STARTS + timedelta(hours=1)}
    stories += [
        make_story(
            50,
            title="示例：一栋老楼的“照明公约”",
            districts=("鄞州",),
            communities=(unit,),
            images=(picture,),
            also=("sample-b",),
        ),
        make_story(51, events=(event,), districts=("江北",), title="示例：周六合唱排练", **early),
        make_story(
            52, themes=("荣誉表彰",), districts=("镇海",), title="示例：获评年度楼组", **early
        ),
        make_story(53, districts=("北仑",), title="示例：议事厅的做法与经验可复制的机制", **early),
        make_story(54, districts=("奉化",), title="示例：征集场地，共享工具", **early),
        make_story(55, districts=("江北",), title="示例：居民反映的楼道灯，终于亮了", **early),
        make_story(56, url="file:samples/1.txt", source_id="sample-own", published=None),
    ]
    return stories
