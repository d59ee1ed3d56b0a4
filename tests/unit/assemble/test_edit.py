from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.assemble import edit
from pipeline.errors import NotFoundError, RefusedError
from pipeline.model import Image, SectionKind


@pytest.fixture(scope="module")
def issue(desk, week):
    return desk.assemble(week)


def keys(issue):
    return [item.key for section in issue.sections for item in section.items]


@given(
    moves=st.lists(
        st.tuples(st.integers(0, 40), st.sampled_from(edit.EDITABLE), st.integers(-3, 40))
    )
)
def test_moving_items_about_loses_none_and_doubles_none(issue, moves):
    now = issue
    for which, kind, index in moves:
        item = now.items[which % len(now.items)]
        now = edit.place(now, item, kind, index)
        assert edit.find_place(now, item.key)[0] is kind
    assert Counter(keys(now)) == Counter(keys(issue))
    order = list(SectionKind)
    assert [one.kind for one in now.sections] == sorted(
        (one.kind for one in now.sections), key=order.index
    )


def test_up_and_down_stop_at_the_ends_of_the_section(issue):
    section = next(one for one in issue.sections if len(one.items) > 2)
    first, second = section.items[0].key, section.items[1].key
    assert edit.find_place(edit.move(issue, second, -1), second) == (section.kind, 0)
    assert edit.find_place(edit.move(issue, first, -1), first) == (section.kind, 0)
    assert edit.find_place(edit.move(issue, first, 99), first) == (
        section.kind,
        len(section.items) - 1,
    )


def test_a_new_lead_gets_its_reason_and_the_subject_follows(issue, desk):
    item = next(one for one in issue.items if one.key != issue.items[0].key)
    moved = edit.finish(issue, edit.place(issue, item, SectionKind.LEAD, 0), desk.newsletter)
    assert moved.items[0].why
    assert item.title in moved.subject
    own = replace(issue, subject="我们自己的主题")
    assert (
        edit.finish(own, edit.place(own, item, SectionKind.LEAD, 0), desk.newsletter).subject
        == "我们自己的主题"
    )


def test_the_figures_count_what_is_left(issue, desk):
    gone = edit.finish(issue, edit.remove(issue, issue.items[0].key), desk.newsletter)
    note = next(one.note for one in gone.sections if one.kind is SectionKind.FIGURES)
    assert note.startswith(f"本期{len(issue.items) - 1}条")
    empty = issue
    for key in keys(issue):
        empty = edit.remove(empty, key)
    assert edit.finish(issue, empty, desk.newsletter).sections == ()


def test_a_section_that_is_counted_takes_no_items(issue):
    with pytest.raises(RefusedError):
        edit.place(issue, issue.items[0], SectionKind.FIGURES, 0)
    with pytest.raises(NotFoundError):
        edit.get_item(issue, "no such")
    with pytest.raises(NotFoundError):
        edit.find_place(issue, "no such")


def test_a_merged_item_names_the_other_outlets_once(issue):
    one, two = issue.items[0], issue.items[1]
    two_also = edit.change(
        issue, two.key, source_name="示例电台", also_in=("示例电视", one.source_name)
    )
    merged = edit.merge(two_also, one.key, two.key, key="7")
    item = edit.get_item(merged, "7")
    assert two.key not in keys(merged)
    assert item.also_in == (*one.also_in, "示例电台", "示例电视")
    assert (
        edit.get_item(edit.merge(issue, one.key, "none", key=one.key), one.key).also_in
        == one.also_in
    )


def test_our_own_words_are_spaced_and_a_quoted_title_is_not(issue):
    item = replace(issue.items[0], title="示例A楼", original_title="示例A楼", summary="有3个", why="第1次",
                   image=Image("https://news.example/a.png", caption="图1张"))  # fmt: skip
    done = edit.set_type(item)
    assert (done.title, done.summary, done.why) == ("示例A楼", "有 3 个", "第 1 次")
    assert done.image is not None
    assert done.image.caption == "图 1 张"
    assert edit.set_type(replace(item, title="示例B楼")).title == "示例 B 楼"
