"""Which communities and villages a text names, and which words are none."""

import pytest

from pipeline.tag import Tagger


def _names(tagger: Tagger, text: str) -> list[str]:
    return [unit.name for unit in tagger.tag("", text).communities]


def test_a_list_that_ends_in_the_word_community_names_all_its_members(tagger: Tagger) -> None:
    assert _names(tagger, "示例：下应街道东兴、海创、史家码社区一起参加。") == [
        "东兴社区", "海创社区", "史家码社区",
    ]  # fmt: skip


def test_a_list_before_its_number_names_all_its_members(tagger: Tagger) -> None:
    assert _names(tagger, "示例：下应街道东兴、海创、史家码三个社区一起参加。") == [
        "东兴社区", "海创社区", "史家码社区",
    ]  # fmt: skip
    assert _names(tagger, "示例：下应街道东兴、海创、史家码三家社区合办。") == [
        "东兴社区",
        "海创社区",
        "史家码社区",
    ]
    assert _names(tagger, "示例：阳光灿烂的三个社区一起参加。") == []


@pytest.mark.parametrize(
    "text",
    [
        "示例：镇海一社区上了榜。",
        "示例：奉化大堰山村靠清水招来游客。",
        "示例：请向文教街道城建科或社区提出。",
        "示例：五乡镇关于征集村史的启事。",
        "示例：瞻岐镇发布村庄名单。",
        "示例：明楼街道探索社区“微更新”。",
        "示例：段塘街道慰问社区困难群众。",
        "示例：五乡镇公开招聘社区工作者12名。",
        "示例：中河街道优秀社区书记上台领奖。",
        "示例：集士港镇深化社区共建。",
    ],
)
def test_ordinary_words_before_community_or_village_are_no_name(tagger: Tagger, text: str) -> None:
    assert _names(tagger, text) == []


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("示例：东钱湖旅游度假区韩岭村办节。", "韩岭村"),
        ("示例：南门街道老城区澄浪社区办节。", "澄浪社区"),
        ("示例：姜山片区走马塘村办节。", "走马塘村"),
        ("示例：石化经济技术开发区岚山村办节。", "岚山村"),
        ("示例：联丰小区永丰社区办节。", "永丰社区"),
    ],
)
def test_a_kind_of_area_before_a_name_is_no_district_elsewhere(
    tagger: Tagger, text: str, name: str
) -> None:
    assert _names(tagger, text) == [name]
    assert _names(tagger, "示例：杭州市萧山区幸福社区办节。") == []


def test_a_bare_short_name_never_counts(tagger: Tagger) -> None:
    assert _names(tagger, "示例：阳光和文化是东方的世纪，东兴也一样。") == []


def test_the_beginning_of_a_towns_name_is_no_village(tagger: Tagger) -> None:
    tagging = tagger.tag("", "示例：裘村镇办了邻居节。")
    assert (tagging.communities, tagging.districts) == ((), ("奉化",))
    assert _names(tagger, "示例：裘村镇裘村办了邻居节。") == ["裘村"]


@pytest.mark.parametrize(
    "text", ["段塘街道未来社区开工。", "段塘街道各个社区开会。", "走进、智慧社区。"]
)
def test_an_ordinary_word_before_community_is_no_name(tagger: Tagger, text: str) -> None:
    assert _names(tagger, text) == []


def test_a_list_announced_by_its_number_needs_no_word_behind_each_name(tagger: Tagger) -> None:
    text = "示例：东柳街道有三个社区：月季、园丁和幸福苑。另有样例。"
    assert _names(tagger, text) == ["月季社区", "园丁社区", "幸福苑社区"]


def test_a_unit_newer_than_the_table_counts_after_its_town_or_in_a_pair(tagger: Tagger) -> None:
    assert _names(tagger, "示例：大碶街道的富春社区和甲乙工业社区。") == [
        "富春社区",
        "甲乙工业社区",
    ]
    assert _names(tagger, "示例：大堰镇万甲村、松岙镇的乙丙村都去了。") == ["万甲村", "乙丙村"]
    assert _names(tagger, "示例：大堰镇各村、全镇几个村、某镇新农村都去了。") == []


def test_a_list_whose_last_member_says_village_itself_is_not_doubled(tagger: Tagger) -> None:
    assert _names(tagger, "示例：江口街道的前胡、后胡、周村三个村。")[-1] == "周村"


def test_a_known_name_that_looks_ordinary_closes_a_counted_list(tagger: Tagger) -> None:
    names = _names(tagger, "示例：蛟川街道临江、俞范、后施、石塘下四个社区都来了。")
    assert names == ["临江社区", "俞范社区", "后施社区", "石塘下社区"]


def test_a_village_named_like_a_word_counts_after_its_street_only(tagger: Tagger) -> None:
    assert _names(tagger, "示例：老小区和城中村都要改造，中心村也一样。") == []
    assert _names(tagger, "示例：慈溪周巷镇城中村办了邻居节。") == ["城中村"]


def test_a_city_that_people_went_to_claims_no_place_of_the_next_clause(tagger: Tagger) -> None:
    assert _names(tagger, "示例：到东阳看过影视城，童一村的干部只做了一件事。") == ["童一村"]


def test_a_number_before_the_word_community_belongs_to_the_list(tagger: Tagger) -> None:
    names = _names(tagger, "示例：跃龙街道东观、华山、檀香、松竹四社区收集老照片。")
    assert names == ["东观社区", "华山社区", "檀香社区", "松竹社区"]


def test_the_last_of_a_list_that_goes_on_closes_it(tagger: Tagger) -> None:
    names = _names(tagger, "示例：便民车跑一趟鹿亭乡的晓云、中村、李家塔等村。")
    assert names == ["晓云村", "中村", "李家塔村"]


@pytest.mark.parametrize(
    "text",
    ["示例：活动中村民们都来了。", "示例：其中村干部带头。", "示例：夜里村口亮灯，社区里村晚上演。",
     "示例：小张村里长大。", "示例：水上三村补种芦苇。", "示例：来的是烈士后人和村民。", "示例：春晓街道第三届村际篮球赛。", "示例：古林镇集镇请村里老人。", "示例：北仑沿海村镇都来了。",
     "示例：大堰镇的乡村医生住在郭巨街道的渔村，姜山镇古村的人也认得他。"],
)  # fmt: skip
def test_words_that_end_like_a_short_name_are_no_village(tagger: Tagger, text: str) -> None:
    assert _names(tagger, text) == []


def test_a_short_name_counts_after_its_town_a_mark_or_a_word_of_place(tagger: Tagger) -> None:
    assert _names(tagger, "示例：裘村镇裘村办了戏。周村支书和林村的人在施村看。") == [
        "裘村", "周村", "林村", "施村",
    ]  # fmt: skip


def test_what_lies_elsewhere_at_first_sight_lies_there_throughout(tagger: Tagger) -> None:
    text = "示例：苏州市姑苏区凤凰社区的墙上有张表。凤凰社区的楼挨得近，说起来谁都知道。"
    assert _names(tagger, text) == []


def test_a_city_that_somebody_comes_from_claims_no_place(tagger: Tagger) -> None:
    assert _names(tagger, "示例：来自开封的画师在凤凰社区摆开了桌子。") == ["凤凰社区"]
    assert _names(tagger, "示例：开封市鼓楼街道的春城社区有张圆桌。") == []


def test_a_name_behind_its_own_street_is_ours_whatever_city_the_title_names(tagger: Tagger) -> None:
    told = tagger.tag(
        "库车寄来的信，送到了海韵社区", "示例：笔友住在大榭街道海韵社区，两年写了二十封。"
    )
    assert [one.name for one in told.communities] == ["海韵社区"]
    told = tagger.tag("库车来的信封，寄到了海韵社区", "示例：笔友写了两年，写满了两个本子。")
    assert [one.name for one in told.communities] == ["海韵社区"]


def test_in_a_story_from_elsewhere_a_name_that_many_have_is_not_ours(tagger: Tagger) -> None:
    text = "示例：昆明的冬天来了。院子里的人都出门看鸟，一看就是一个上午，谁也不肯先走，看到太阳落下去为止。春城社区离湖只有一站路。"
    told = tagger.tag("示例", text)
    assert (told.districts, told.communities, told.evidence) == ((), (), ())
    assert _names(tagger, text.replace("昆明", "本地")) == ["春城社区"]


def test_a_unit_named_like_a_city_claims_nobody_after_it(tagger: Tagger) -> None:
    names = _names(tagger, "示例：骆驼街道金东、金华、金邑、静远社区合用一张单子。")
    assert names == ["金东社区", "金华社区", "金邑社区", "静远社区"]


def test_a_zone_of_ours_is_no_foreign_district(tagger: Tagger) -> None:
    assert _names(tagger, "示例：保税区西区社区办起了示例。") == ["西区社区"]


def test_a_list_ends_with_its_sentence(tagger: Tagger) -> None:
    names = _names(tagger, "示例：开在小港街道的红联、枫林、青墩社区。三个社区的孩子都来。")
    assert names == ["红联社区", "枫林社区", "青墩社区"]
