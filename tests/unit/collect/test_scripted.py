"""Lists and articles that stand in a page's scripts: JSON, JavaScript, and what is neither."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.collect.literals import objects_of_page, read_objects
from pipeline.collect.scripted import find_held, list_of_page

from .conftest import NOW

URL = "http://a.example/news"
BODY = "<p>（示例）居民在议事厅里商量楼道照明的办法，社区当天记下了每一条意见，一周以后贴出答复，没有办成的也写明了缘由。</p>"


def records(form: str) -> str:
    """Return five records of the form, numbered."""
    return ",".join(form.replace("#", str(n)) for n in range(5))


JSON = '{"id": 4#, "title": "示例消息第#条", "url": "/art/4#", "time": "2026-11-2#"}'
PLAIN = "{infoId:'f#',infoTitle:'示例消息第#条',fbsj:'2026112#',img:''}"
WRITER = """h += '<li><a href="info/detail.html?infoId=' + o.infoId + '" target=_blank>'"""
CALLED = (
    '{id:1#,title:"示例消息第#条",publishTime:"2026-11-2#",source:b,'
    'url:"\\u002Farticle\\u002F1#",tags:[]}'
)
SLUGS = '{"slug": "s-#x", "title": "示例消息第#条", "publishedAt": 179557278#000}'


@pytest.mark.parametrize(
    ("script", "first"),
    [
        (f"[{records(JSON)}]", "/art/40"),
        (f"var d = [{records(PLAIN)}]; for (var o of d) {WRITER}", "/info/detail.html?infoId=f0"),
        (f'window.__NUXT__=(function(a,b){{return {{list:[{records(CALLED)}]}}}}(null,"示例"))', "/article/10"),
        (f'{{"list":[{records(SLUGS)}]}}', "/news/s-0x"),
    ],
)  # fmt: skip
def test_records_of_scripts_are_a_list(script: str, first: str) -> None:
    page = f"<a href='/news/s-1x'>示例消息第1条</a><script>{script}</script>"
    found = list_of_page(page, URL, NOW)
    assert [one.title for one in found] == [f"示例消息第{n}条" for n in range(5)]
    assert found[0].url == f"http://a.example{first}"
    assert all(one.published for one in found)


def test_a_title_of_halves_of_characters_can_be_stored() -> None:
    form = (
        '{"id": "#", "title": "\\ud83d示例消息\\u0000第#条", "time": "2026-11-2#", "link": "/n/#"}'
    )
    found = list_of_page(f"<script>[{records(form)}]</script>", URL, NOW)
    assert len(found) == 5
    assert all(one.title.encode("utf-8") and "\0" not in one.title for one in found)


def test_seconds_and_milliseconds_since_1970_are_moments() -> None:
    form = '{"id": "#", "title": "示例消息第#条", "ctime_date": 179553600#, "link": "/n/#.html"}'
    found = list_of_page(f"<script>[{records(form)}]</script>", URL, NOW)
    assert found[1].published == datetime.fromtimestamp(1795536001, UTC)


@pytest.mark.parametrize(
    "form",
    [
        '{"id": #, "title": "示例消息第#条", "url": "/art/#"}',  # no day
        '{"id": #, "name": "示例消息第#条", "time": "2026-11-2#"}',  # no title
        '{"id": #, "title": "首页", "url": "/art/#", "time": "2026-11-2#"}',  # a menu
        '{"id": #, "title": "示例消息第#条", "cover": "/img/#.png", "time": "2026-11-2#"}',  # no address
    ],
)
def test_records_without_day_title_or_address_are_no_list(form: str) -> None:
    assert list_of_page(f"<script>[{records(form)}]</script>", URL, NOW) == []


def test_the_body_that_bears_the_listed_title_is_taken() -> None:
    other = BODY.replace("议事厅", "邻里中心") * 3
    page = (
        f'<script>{{"rec": {{"title": "别的消息", "content": "{other}"}},'
        f'"post": {{"title": "示例消息", "content": "{BODY}"}}}}</script>'
    )
    assert find_held(page, "示例消息") == BODY
    assert find_held(page, "") == other
    assert find_held("<script>{title: '示例消息', content: '短'}</script>", "示例消息") is None


@given(
    st.lists(
        st.dictionaries(
            st.from_regex(r"[a-z]{1,5}", fullmatch=True),
            st.text(max_size=12),
            min_size=1,
            max_size=4,
        ),
        max_size=5,
    )
)
def test_what_json_holds_is_read_back(objects: list[dict[str, str]]) -> None:
    import json  # noqa: PLC0415 - the standard's own writer is the other side

    assert list(read_objects(json.dumps(objects, ensure_ascii=False))) == objects


@given(st.text("{}[]()'\"\\:,/*an1 示\n<script>", max_size=200))
def test_any_script_gives_objects_of_strings(script: str) -> None:
    for one in objects_of_page(f"<script>{script}</script>"):
        assert all(isinstance(value, str) for value in one.values())
    list_of_page(script, URL, NOW)
    find_held(script, "示例")


@pytest.mark.parametrize(
    "piece",
    ['\\"', "{", "/*", "{title:'示例消息第一条',", "a:1,", "'", '"+o.id+"', "{'a':[", "\\u0"],
)
def test_a_megabyte_of_one_piece_costs_no_more_than_its_length(piece: str) -> None:
    script = f'<script>"{piece * (1_000_000 // len(piece))}</script>'
    started = time.process_time()
    list_of_page(script, URL, NOW)
    find_held(script, "示例")
    assert time.process_time() - started < 10
