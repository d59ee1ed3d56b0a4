"""Sites without a feed, each learnt from its one address: invented ones of 54 kinds."""

from __future__ import annotations

import asyncio

import pytest

from bench.bench_learn import measure
from pipeline.collect.headlines import complete
from pipeline.collect.learn import learn_list

from .conftest import NOW

URL = "http://a.example/"


def test_54_sites_are_learnt_from_one_address_each() -> None:
    counts, scores, _ = asyncio.run(measure())
    assert (counts["learnt"], counts["listed"], counts["read"]) == (54, 561, 162)
    assert (counts["title"], counts["day"]) == (162, 162)
    assert counts["others"] <= 15
    assert sum(scores) / len(scores) >= 0.995
    assert counts["author"] >= 71
    assert counts["origin"] >= 89


def rows(form: str, count: int = 6) -> str:
    return "".join(form.replace("#", str(n)) for n in range(count))


@pytest.mark.parametrize(
    ("page", "links", "dated"),
    [
        # a forum numbers its rows; a picture's link has a hint, the last post's a date
        ("<table id=list>" + rows("<tbody id=thread_88410#><tr><td><a href=t#-1.html title=新窗口打开><img></a></td>"
         "<th class=new><a href=t#-1.html class=xst>示例帖子第#个标题</a></th><td>2026-11-1#</td><td><a href=last#>2026-11-20 10:1#</a></td></tr></tbody>") + "</table>", 6, 6),
        # list items with numbered ids
        ("<ul>" + rows("<li id=line_u8_#><a href=#.htm>示例消息第#条标题</a><span>2026-11-1#</span></li>") + "</ul>", 6, 6),
        # cards of two kinds
        (rows("<a class=card href=a#>示例消息第#条标题<i>1#天前</i></a>", 4) + rows("<a class='card three' href=b#>示例消息之第#条<i>1#天前</i></a>", 3), 7, 7),
        # rows whose font is never closed
        ("<table>" + rows("<tr><td><font size=2><a href=s#><font color=red>示例消息第#条标题</font></a><font color=gray>(2026/11/1#)</font><tr>") + "</table>", 6, 6),
        # the hottest ones beside the list lead to the same pages
        ("<div class=hot><ul>" + rows("<li><a href=#.htm>示例消息第#条标题</a></li>", 3) + "</ul></div><div class=main><ul>"
         + rows("<li><a href=#.htm>示例消息第#条标题</a><i>2026-11-1#</i></li>") + "</ul></div>", 6, 6),
        # pictures alone
        (rows("<div class=item><a href=c/#.shtml><img src=b.gif alt=示例影像第#组标题></a></div>"), 6, 0),
        # a link that lies over a whole card
        (rows("<article class=post><h2>示例消息第#条标题</h2><span title='2026-11-1# 08:00:00 +0800 CST'>周五</span>"
              "<a aria-label='post link to 示例消息第#条标题' href=/p/#></a></article>"), 6, 6),
        # what opens on a click
        ("<ul>" + rows("<li class=it onclick=\"location.href='view.php?aid=#'\"><p class=tt>示例消息第#条标题</p><p>11月1#日</p></li>") + "</ul>", 6, 6),
        # several articles of one day below each other
        (rows("<h3>2026-11-1#</h3><ul class=d><li><a href=a#>示例消息第#条标题</a></li></ul>", 3)
         + rows("<h3>2026-10-1#</h3><ul class=d><li><a href=b#>示例消息之第#条</a></li><li><a href=c#>示例通知的第#条</a></li></ul>", 3), 9, 9),
    ],
)  # fmt: skip
def test_lists_as_sites_write_them_are_learnt_whole(page: str, links: int, dated: int) -> None:
    guess = learn_list(f"<html><body>{page}</body></html>", URL, NOW)
    assert guess is not None
    assert (guess.links, guess.dated) == (links, dated)


def test_of_two_days_in_a_row_that_of_publication_is_taken() -> None:
    cells = "<td>#</td><td><a href=#.html>关于示例事项#的公告</a></td><td>2026-11-0#</td><td>2026-11-1#</td>"
    page = (
        "<table class=x><tr><th>序号</th><th>标题</th><th>成文日期</th><th>发布日期</th></tr>"
        + rows(f"<tr>{cells}</tr>")
        + "</table>"
    )
    guess = learn_list(page, URL, NOW)
    assert guess is not None
    assert guess.date == "td:nth-of-type(4)"


@pytest.mark.parametrize(
    ("listed", "own", "title"),
    [
        (
            "邻里食堂开到家门口，…",
            "邻里食堂开到家门口，老人不再愁做饭",
            "邻里食堂开到家门口，老人不再愁做饭",
        ),
        ("邻里食堂开到...", "邻里食堂开到家门口", "邻里食堂开到家门口"),
        ("邻里食堂开…", "别的消息", "邻里食堂开…"),
        ("视频 邻里食堂开张", "邻里食堂开张", "邻里食堂开张"),
        ("[图文]邻里食堂开张", "邻里食堂开张", "邻里食堂开张"),
        ("邻里食堂开张", "邻里食堂开张_示例网", "邻里食堂开张"),
        ("快讯：邻里食堂开张", "邻里食堂开张", "快讯：邻里食堂开张"),
        ("", "邻里食堂开张", "邻里食堂开张"),
    ],
)
def test_a_title_that_its_list_cuts_off_is_completed_by_its_page(
    listed: str, own: str, title: str
) -> None:
    assert complete(listed, own) == title
