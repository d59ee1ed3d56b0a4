"""A week at the desk: invented articles, a draft, three reviewers and an administrator."""

from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings as django_settings
from django.contrib.auth.models import User
from django.test import Client

from pipeline import runner
from pipeline.desk.fields import to_fields
from pipeline.model import DISTRICTS, Article, Community, Evidence, Image, Tagging
from pipeline.store import accounts, approvals, articles, issues, stories, taggings
from pipeline.store.accounts import Role
from pipeline.week import periods

WEEK = "2026-W47"
BOARD = f"/desk/weeks/{WEEK}/"
START = datetime(2026, 11, 16, 1, tzinfo=UTC)
PASSWORD = "yong-shang-2026"
ROLES = {"anna": Role.FIRST, "bo": Role.SECOND, "chen": Role.FINAL, "dora": Role.ADMIN}
BODY = "（示例）居民在议事厅里商量了楼道照明的办法，社区当天记下了每一条意见。"


def add_stories(count: int, start: int = 0, **given) -> list[int]:
    """Store ``count`` invented articles, tagged, each a story of its own; return their keys."""
    made = []
    for n in range(start, start + count):
        district = DISTRICTS[n % 6]
        url = f"https://news.example/{n}"
        values = {
            "title": f"示例：{district}第{n}条社区消息",
            "text": f"（示例）{district}区。" + BODY * 6,
            "images": (Image(f"https://news.example/{n}.png", "示例图", "示例", "示例摄影"),)
            if n % 3 == 0
            else (),
        } | given
        made.append(
            Article(
                source_id=f"sample-{'rss' if n % 2 else 'atom'}",
                url=url,
                canonical_url=url,
                fetched_at=START + timedelta(hours=n % 100),
                published=START + timedelta(hours=n % 100),
                content_hash=f"{n:064d}",
                **values,
            )
        )
    articles.add_articles(made)
    urls = {one.canonical_url for one in made}
    found = [
        one
        for one in articles.list_articles(START - timedelta(days=9), START + timedelta(days=9))
        if one.canonical_url in urls
    ]
    unit = Community("幸福苑社区", "鄞州", "东柳街道", member=True, field="text", start=0, end=4)
    taggings.add_taggings(
        [
            (
                one,
                Tagging(
                    districts=(DISTRICTS[n % 6],),
                    communities=(unit,) if n % 5 == 0 else (),
                    themes=("社区治理",),
                    summary=BODY,
                    evidence=(
                        Evidence(f"district:{DISTRICTS[n % 6]}", "name", one.text[4:6], "text", 4, 6, 1.0),
                        Evidence("theme:社区治理", "term", one.text[5:9], "text", 5, 9, 1.0),
                    ),
                ),
            )
            for n, one in enumerate(found)
        ],
        START,
    )  # fmt: skip
    stories.save_groups((one.id or 0, {one.id or 0: 1.0}) for one in found)
    return [one.id or 0 for one in found]


def make_draft(count: int) -> str:
    """Store so many stories and make the week's draft of them; return the week."""
    add_stories(count)
    settings = django_settings.PIPELINE
    runner.assemble(settings, periods.get_period(settings, WEEK, START))
    return WEEK


def now():
    return issues.get_revision(WEEK)


def act(client, op, key, **given):
    return client.post(f"{BOARD}act/", {"op": op, "key": key} | given, follow=True)


def page(client, path):
    answer = client.get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


def form_of(item, **changes):
    return to_fields(item) | {"revision": str(now().n)} | changes


def sign(client, step, **given):
    boxes = {"box": list(approvals.BOXES), "step": step, "content_hash": now().content_hash}
    return client.post(f"{BOARD}review/sign/", boxes | given)


@pytest.fixture
def people(db):  # noqa: ARG001 - accounts stand in the database
    for name, role in ROLES.items():
        accounts.add_account(name, PASSWORD, [role], START, email=f"{name}@news.example")


@pytest.fixture
def week(people):  # noqa: ARG001 - an issue has people who may edit it
    """Make the week's draft of thirty stories; twelve stay candidates."""
    return make_draft(30)


@pytest.fixture
def sign_in(people):  # noqa: ARG001 - whom to sign in
    def enter(name: str, **given) -> Client:
        client = Client(**given)
        user = User.objects.get(username=name)
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return enter


@pytest.fixture
def anna(sign_in):
    return sign_in("anna")


@pytest.fixture
def first(week):  # noqa: ARG001 - of the week
    return now().issue.items[0]


@pytest.fixture
def candidate(week):  # noqa: ARG001 - of the week
    used = {item.key for item in now().issue.items}
    period = periods.get_period(django_settings.PIPELINE, WEEK, START)
    found = stories.list_stories(period.starts, period.ends)
    return next(story for story in found if story.key not in used)
