from datetime import UTC, datetime
from encodings.aliases import aliases

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.collect.charsets import decode
from pipeline.collect.dates import read_date
from pipeline.collect.texts import read_text

NOW = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)  # noon in Ningbo


@pytest.mark.parametrize(
    ("stated", "iso"),
    [
        ("2026-11-23", "2026-11-23T00:00:00+08:00"),
        ("2026年11月23日 08:30", "2026-11-23T08:30:00+08:00"),
        ("[11-23]", "2026-11-23T00:00:00+08:00"),
        ("12-30", "2025-12-30T00:00:00+08:00"),
        ("今天 08:30", "2026-11-24T08:30:00+08:00"),
        ("昨天 08:30", "2026-11-23T08:30:00+08:00"),
        ("3小时前", "2026-11-24T09:00:00+08:00"),
        ("2026-11-23T01:02:03Z", "2026-11-23T01:02:03+00:00"),
        ("23 2026-11", "2026-11-23T00:00:00+08:00"),
        ("23日 2026年11月", "2026-11-23T00:00:00+08:00"),
        ("2026.11 23", "2026-11-23T00:00:00+08:00"),
        ("11-23 2024", "2024-11-23T00:00:00+08:00"),
        ("11月 23", "2026-11-23T00:00:00+08:00"),
        ("23 11月", "2026-11-23T00:00:00+08:00"),
        ("02-29", "2024-02-29T00:00:00+08:00"),
        ("Mon, 23 Nov 2026 08:30:00 +0800", "2026-11-23T08:30:00+08:00"),
        ("Mon, 23 Nov 2026 08:30:00 CST", "2026-11-23T08:30:00+08:00"),  # China's, not Chicago's
        ("23 Nov 2026 08:30 cst", "2026-11-23T08:30:00+08:00"),
        ("Mon Nov 23 08:30:00 CST 2026", "2026-11-23T08:30:00+08:00"),  # Java's Date.toString()
        ("Mon, 23 Nov 2026 08:30:00 +0800 (CST)", "2026-11-23T08:30:00+08:00"),
        ("Mon, 23 Nov 2026 08:30:00 -0600 (CST)", "2026-11-23T08:30:00-06:00"),
        ("Mon, 23 Nov 2026 08:30:00 +0800 CST", "2026-11-23T08:30:00+08:00"),
        ("2026-11-23 08:30:00 CST", "2026-11-23T08:30:00+08:00"),
        ("2026-11-23 08:30:00 +0800 CST", "2026-11-23T08:30:00+08:00"),
    ],
)
def test_dates_are_read_in_every_form(stated, iso):
    moment = read_date(stated, NOW)
    assert moment is not None
    assert moment.isoformat() == iso


@pytest.mark.parametrize(
    "stated", ["", "不是日期", "13-45", "02-30", "2026-02-30", "2026-11 10:30"]
)
def test_what_states_no_date_gives_none(stated):
    assert read_date(stated, NOW) is None


@given(st.text())
def test_any_text_is_read_without_an_exception(stated):
    read_date(stated, NOW)
    read_text(stated)


@pytest.mark.parametrize(
    "label",
    ["hex", "base64", "rot13", "zlib", "idna", "punycode", "undefined", "unicode_escape", "none"],
)
def test_what_is_no_charset_is_no_label(label):
    text = "示例社区的消息"
    assert decode(text.encode("gb18030"), http_charset=label) == text
    assert decode(text.encode(), encoding=label) == text


@pytest.mark.parametrize(
    "stated",
    ["0001-01-01T00:00:00+08:00", "0001-01-01T00:00:00Z", "1970-01-01", "9999-12-31T23:59:59Z",
     "2099-11-20", "Fri, 31 Dec 9999 23:59:59 -1200"],
)  # fmt: skip
def test_a_day_on_which_nothing_can_have_been_published_is_none(stated):
    assert read_date(stated, NOW) is None


def test_a_text_may_be_dated_for_the_week_it_is_meant_for():
    assert read_date("2026-12-20", NOW) is not None
    assert read_date("2027-01-20", NOW) is None


@pytest.mark.parametrize(
    ("data", "http"),
    [
        ("示例社区".encode("gb18030"), "gb2312"),
        ("<meta charset=gb2312>示例社区".encode("gb18030"), None),
        ("示例社区".encode(), "gb2312"),
        (b"\xef\xbb\xbf" + "示例社区".encode(), None),
        ("示例社区".encode("utf-16"), None),
    ],
)
def test_charsets_follow_the_rule(data, http):
    assert "示例社区" in decode(data, http_charset=http)


@given(st.binary(max_size=400), st.sampled_from(sorted({*aliases.values(), "no-such-charset"})))
def test_any_bytes_give_a_text_whatever_their_label(data, label):
    assert isinstance(decode(data, http_charset=label), str)
    assert isinstance(decode(data, encoding=label), str)


def test_the_sources_own_word_wins():
    assert decode("示例".encode("gbk"), encoding="gbk") == "示例"


def test_a_headline_block_gives_the_longest_line_as_title():
    plain = read_text(
        "图片说明在这里。\n引题一行\n这是最长的一行主标题\n正文从这里开始，有标点。\n"
    )
    assert plain.title == "这是最长的一行主标题"
    assert "引题一行" in plain.text
    assert read_text("只有一句话。").title == "只有一句话。"


def test_whose_text_it_is_may_stand_below_the_title():
    plain = read_text(
        "示例社区的书角开张\n供稿：示例社区\n作者：示例通讯员\n居民拿一本换一本。\n来源：不在题头里。\n"
    )
    assert plain.title == "示例社区的书角开张"
    assert plain.head == {"origin": "示例社区", "author": "示例通讯员"}
    assert plain.text == "居民拿一本换一本。\n来源：不在题头里。"


@pytest.mark.parametrize(
    ("line", "head"),
    [
        ("首南街道锦悦湾社区　通讯员 王小芳", {"origin": "首南街道锦悦湾社区", "author": "王小芳"}),
        ("（锦悦湾社区通讯员王小芳）", {"origin": "锦悦湾社区", "author": "王小芳"}),
        ("记者 张三 通讯员 李四、王　五", {"author": "张三 李四 王五"}),
        ("文/王小芳 图/李四", {"author": "王小芳", "credit": "李四"}),
        ("王小芳 文/图", {"author": "王小芳"}),
        ("首南街道锦悦湾社区 供稿", {"origin": "首南街道锦悦湾社区"}),
        ("来源：锦悦湾社区　作者：王小芳", {"origin": "锦悦湾社区", "author": "王小芳"}),
    ],
)
def test_a_byline_is_no_title_with_a_colon_or_without(line, head):
    for text in (f"会客厅试运行\n{line}\n居民来下棋。", f"会客厅试运行\n居民来下棋。\n{line}"):
        plain = read_text(text)
        assert (plain.title, plain.text) == ("会客厅试运行", "居民来下棋。")
        assert plain.head == head
    assert read_text(f"{line}\n会客厅试运行\n居民来下棋。").title == "会客厅试运行"
    assert read_text(f"谁来管灯？\n{line}\n居民来下棋。").title == "谁来管灯？"


@pytest.mark.parametrize(
    "line",
    [
        "小小记者 走进社区里的会客厅",
        "记者走进社区看变化",
        "图书馆 开到了家门口",
        "社区通讯员 学写新闻",
        "文化节 开到了家门口",
    ],
)
def test_a_headline_that_names_reporters_is_none_of_their_bylines(line):
    assert read_text(f"{line}\n居民来下棋。").title == line


def test_the_first_line_is_the_title_and_a_longer_one_below_its_subtitle():
    plain = read_text("会客厅试运行\n——锦悦湾社区党委服务居民的第一百天\n居民来下棋。")
    assert plain.title == "会客厅试运行"
    assert plain.text.startswith("——锦悦湾社区")
    kicker = read_text("资源共享 经验共鉴 共建家园\n示例晚报首批七十个社区联盟单位出炉\n居民来了。")
    assert kicker.title == "示例晚报首批七十个社区联盟单位出炉"


def test_when_something_takes_place_stays_in_the_text():
    plain = read_text("关于举办示例市集的通知\n时间：11月28日9点\n请大家来。\n")
    assert plain.text == "时间：11月28日9点\n请大家来。"
    assert plain.head == {}


def test_a_text_that_only_says_whose_it_is_after_a_caption_keeps_all():
    plain = read_text("图说在这里。\n作者：示例通讯员\n正文一句。")
    assert plain.title == "图说在这里。"
    assert "作者：示例通讯员" in plain.text
