"""What a story is about, told from what it only mentions."""

from pathlib import Path

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


@pytest.mark.parametrize(
    ("text", "districts"),
    [
        ("示例：从宁波帮博物馆后门走到学校，孩子们数出三十处险情。", ("镇海",)),
        ("示例：在高新区写程序的小伙子，租住在洪塘街道洪塘社区，每天捡烟头。", ("江北",)),
        ("示例：下应街道海创社区里，大学生从镇海骑车来教换胎。", ("鄞州",)),
        ("示例：白鹤街道周宿渡社区的汤团赢了慈城年糕和余姚黄鱼面。", ("鄞州",)),
        ("示例：海曙社团，办了一场义演。", ("海曙",)),
        ("示例：孔浦街道怡江社区有了新书记。她原来在海曙区白云街道工作了4年。", ("江北",)),
        ("示例：孔浦街道怡江社区有了新书记。此前，她在鄞州区潘火街道当过6年社工。", ("江北",)),
        ("示例：鄞州方面，正在修路。", ("鄞州",)),
        ("示例：贵州安龙县的村寨里，来自宁波鄞州的老师教村民直播。", ()),
    ],
)
def test_landmarks_count_and_jobs_and_origins_do_not(
    tagger: Tagger, text: str, districts: tuple[str, ...]
) -> None:
    assert tagger.tag("", text).districts == districts


def test_a_bare_short_name_never_counts(tagger: Tagger) -> None:
    assert _names(tagger, "示例：阳光和文化是东方的世纪，东兴也一样。") == []


def test_the_beginning_of_a_towns_name_is_no_village(tagger: Tagger) -> None:
    tagging = tagger.tag("", "示例：裘村镇办了邻居节。")
    assert (tagging.communities, tagging.districts) == ((), ("奉化",))
    assert _names(tagger, "示例：裘村镇裘村办了邻居节。") == ["裘村"]


def test_a_namesake_in_another_city_is_not_ours(tagger: Tagger) -> None:
    tagging = tagger.tag("", "示例：长沙福城社区的做法值得一看。")
    assert (tagging.communities, tagging.districts) == ((), ())


@pytest.mark.parametrize(
    ("text", "district"),
    [
        ("示例：江东区的老街改名了。", "鄞州"),
        ("示例：新明街道办了邻居节。", "高新区"),
        ("示例：东钱湖镇办了邻居节。", "东钱湖"),
        ("镇海讯 示例：今天天气晴。", "镇海"),
    ],
)
def test_special_names_lead_to_their_district(tagger: Tagger, text: str, district: str) -> None:
    assert tagger.tag("", text).districts == (district,)


def test_a_product_named_after_a_district_does_not_make_the_story_its(tagger: Tagger) -> None:
    assert tagger.tag("海曙区示例", "示例：摊上摆着奉化水蜜桃。").districts == ("海曙",)


def test_the_street_nearby_tells_namesakes_apart(tagger: Tagger) -> None:
    (unit,) = tagger.tag("", "示例：镇海区庄市街道中兴社区办了活动。").communities
    assert (unit.district, unit.street) == ("镇海", "庄市街道")
    (unit,) = tagger.tag("", "示例：东柳街道中兴社区办了活动。").communities
    assert (unit.district, unit.street) == ("鄞州", "东柳街道")


def test_an_ambiguous_name_alone_stays_unresolved_unless_its_source_serves_a_district(
    tagger: Tagger,
) -> None:
    text = "示例：中兴社区办了活动。"
    assert tagger.tag("", text).communities[0].district is None
    assert tagger.tag("", text, home="鄞州").communities[0].district == "鄞州"


def test_a_community_newer_than_the_table_counts_after_its_street(tagger: Tagger) -> None:
    (unit,) = tagger.tag("", "示例：段塘街道样例社区办了活动。").communities
    assert (unit.name, unit.district, unit.street) == ("样例社区", "海曙", "段塘街道")


@pytest.mark.parametrize(
    "text", ["段塘街道未来社区开工。", "段塘街道各个社区开会。", "走进、智慧社区。"]
)
def test_an_ordinary_word_before_community_is_no_name(tagger: Tagger, text: str) -> None:
    assert _names(tagger, text) == []


def test_a_list_announced_by_its_number_needs_no_word_behind_each_name(tagger: Tagger) -> None:
    text = "示例：东柳街道有三个社区：月季、园丁和幸福苑。另有样例。"
    assert _names(tagger, text) == ["月季社区", "园丁社区", "幸福苑社区"]


def test_a_community_of_the_former_district_is_ours(tagger: Tagger) -> None:
    (unit,) = tagger.tag("", "示例：宁波市江东区划船社区办了活动。").communities
    assert unit.district == "鄞州"


def test_a_place_that_people_only_visited_is_not_what_the_story_is_about(tagger: Tagger) -> None:
    tagging = tagger.tag("", "示例：到奉化滕头村参观之后，九龙湖镇长宏村也办起了集市。")
    assert tagging.districts == ("镇海",)
    assert [unit.name for unit in tagging.communities] == ["长宏村"]


def test_where_only_the_visited_place_is_named_the_visit_is_the_story(tagger: Tagger) -> None:
    tagging = tagger.tag("", "示例：客人们到姜山镇走马塘村参观。")
    assert tagging.districts == ("鄞州",)
    assert [unit.name for unit in tagging.communities] == ["走马塘村"]


@pytest.mark.parametrize("text", ["示例：重庆市江北区的做法。", "示例：苏州高新区的做法。"])
def test_a_namesake_district_of_another_city_is_not_ours(tagger: Tagger, text: str) -> None:
    assert tagger.tag("", text).districts == ()


def test_an_employer_in_another_district_counts_for_little(tagger: Tagger) -> None:
    text = "示例：前童镇办了集市，摊主原在海曙一家公司画图。"
    assert tagger.tag("", text).districts == ("宁海",)


def test_a_landmark_speaks_for_its_district_where_nothing_else_does(tagger: Tagger) -> None:
    tagging = tagger.tag("", "示例：天一阁门口办了集市。")
    assert tagging.districts == ("海曙",)
    assert [one.rule for one in tagging.evidence if one.target == "district:海曙"] == ["landmark"]


def test_a_temple_named_like_a_street_tells_namesakes_apart(tagger: Tagger) -> None:
    (unit,) = tagger.tag("", "示例：岳林寺旁的东升社区办了集市。").communities
    assert (unit.district, unit.street) == ("奉化", "岳林街道")


def test_a_unit_newer_than_the_table_counts_after_its_town_or_in_a_pair(tagger: Tagger) -> None:
    assert _names(tagger, "示例：大碶街道的富春社区和甲乙工业社区。") == [
        "富春社区",
        "甲乙工业社区",
    ]
    assert _names(tagger, "示例：大堰镇万甲村、松岙镇的乙丙村都去了。") == ["万甲村", "乙丙村"]
    assert _names(tagger, "示例：大堰镇各村、全镇几个村、某镇新农村都去了。") == []


def test_a_list_whose_last_member_says_village_itself_is_not_doubled(tagger: Tagger) -> None:
    assert _names(tagger, "示例：江口街道的前胡、后胡、周村三个村。")[-1] == "周村"


def test_a_guest_or_a_product_is_not_where_the_story_takes_place(tagger: Tagger) -> None:
    text = "示例：大堰镇柏坑村来了新老师。他带来象山橘子，分给孩子。"
    assert tagger.tag("镇海来的老校长", text).districts == ("奉化",)


def test_a_bare_town_speaks_only_where_nothing_else_does(tagger: Tagger) -> None:
    assert tagger.tag("", "示例：望春一名社工说，表格少了。").districts == ("海曙",)
    assert tagger.tag("", "示例：北仑区的居民说，望春那边也有。").districts == ("北仑",)


@pytest.mark.parametrize(
    "text",
    [
        "示例：咸祥镇横山村修桥，奉化、北仑的师傅都来了。",
        "示例：宁海人阿甲嫁到咸祥镇三十年。",
        "示例：阿乙在慈溪开叉车，月末回咸祥镇。",
        "示例：咸祥镇的亲戚卖象山的橘子。",
    ],
)
def test_where_a_guest_comes_from_or_works_is_not_where_it_happens(
    tagger: Tagger, text: str
) -> None:
    assert tagger.tag("", text).districts == ("鄞州",)


def test_a_known_name_that_looks_ordinary_closes_a_counted_list(tagger: Tagger) -> None:
    names = _names(tagger, "示例：蛟川街道临江、俞范、后施、石塘下四个社区都来了。")
    assert names == ["临江社区", "俞范社区", "后施社区", "石塘下社区"]


def test_a_village_named_like_a_word_counts_after_its_street_only(tagger: Tagger) -> None:
    assert _names(tagger, "示例：老小区和城中村都要改造，中心村也一样。") == []
    assert _names(tagger, "示例：慈溪周巷镇城中村办了邻居节。") == ["城中村"]


@pytest.mark.parametrize(
    "text",
    ["示例：家长在江北区一所中学里结了对。", "示例：台风扫过北仑，海塘被撕开一道口子。"],
)
def test_a_district_named_in_passing_is_given_where_nothing_else_is_named(
    tagger: Tagger, text: str
) -> None:
    assert len(tagger.tag("", text).districts) == 1
    assert tagger.tag("", f"{text}杭州的客人也来了。").districts == ()


@pytest.mark.parametrize(
    "text",
    [
        "示例：海曙区的社工去慈溪、余姚看了九家食堂。",
        "示例：海曙区没有照抄“慈溪经验”。",
        "示例：海曙区的队员正在慈溪喝喜酒。",
    ],
)
def test_where_people_went_or_learnt_from_is_not_where_the_story_is(
    tagger: Tagger, text: str
) -> None:
    assert tagger.tag("", text).districts == ("海曙",)


@pytest.mark.parametrize(
    "text",
    [
        f"海曙区望春街道先修了四条路。{'店家、学校和菜场都出了力。' * 9}鄞州区则在十四条路上做了盲道。",
        "示例：第一站是海曙区望春街道的一处书房，第二站到鄞州区的一处菜场，各看一个小时。",
    ],
)
def test_a_district_that_opens_a_sentence_or_a_stop_is_what_it_is_about(
    tagger: Tagger, text: str
) -> None:
    tagging = tagger.tag("", text)
    assert tagging.districts == ("海曙", "鄞州")
    assert "subject" in {one.rule for one in tagging.evidence if one.target == "district:鄞州"}


def test_of_districts_in_a_row_the_first_is_no_more_than_the_others(tagger: Tagger) -> None:
    tagging = tagger.tag("", "示例：老船工爱讲故事。鄞州、镇海两个区他都熟。")
    assert {one.rule for one in tagging.evidence} == {"district"}


def test_beside_other_cities_a_district_in_passing_has_to_stand_twice(tagger: Tagger) -> None:
    once = "示例：江北的一户人家请来了西藏的学生，一起吃年夜饭。"
    assert tagger.tag("", once).districts == ()
    assert tagger.tag("", f"{once}江北区一所中学帮着张罗。").districts == ("江北",)


def test_where_districts_stand_only_in_passing_a_landmark_speaks_for_them_alone(
    tagger: Tagger,
) -> None:
    text = "示例：江北的一户人家带云南的学生看天一阁，逛老外滩。"
    assert tagger.tag("", text).districts == ("江北",)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("示例：过了马路就是周宿渡，黄鹂社区人人认得他。", ("鄞州", "白鹤街道")),
        ("示例：从路林市场走两步，就到双桥社区。", ("江北", "孔浦街道")),
        ("示例：蒋氏故居往南八百米，中山社区办了作坊。", ("奉化", "溪口镇")),
    ],
)
def test_what_stands_near_by_tells_namesakes_apart(
    tagger: Tagger, text: str, place: tuple[str, str]
) -> None:
    (unit,) = tagger.tag("", text).communities
    assert (unit.district, unit.street) == place


def test_of_several_that_are_named_none_is_chosen(tagger: Tagger) -> None:
    text = "示例：找中河街道的凤凰社区，常打到霞浦街道的凤凰社区去。"
    (unit,) = tagger.tag("", text).communities
    assert (unit.district, unit.street) == (None, None)


def test_where_two_streets_of_a_district_have_the_name_the_street_is_left_open(
    tagger: Tagger,
) -> None:
    (unit,) = tagger.tag("", "示例：在奉化，叫河头村的不止一处。").communities
    assert (unit.district, unit.street) == ("奉化", None)


@pytest.mark.parametrize(
    "text", ["示例：海宁市海昌街道百合社区有块绿牌。", "示例：漳州的镇海村有座卫城。"]
)
def test_a_namesake_under_a_street_or_as_a_village_of_another_city_is_not_ours(
    tagger: Tagger, text: str
) -> None:
    tagging = tagger.tag("", text)
    assert (tagging.communities, tagging.districts) == ((), ())


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
     "示例：小张村里长大。", "示例：水上三村补种芦苇。", "示例：古林镇集镇请村里老人。", "示例：北仑沿海村镇都来了。",
     "示例：大堰镇的乡村医生住在郭巨街道的渔村，姜山镇古村的人也认得他。"],
)  # fmt: skip
def test_words_that_end_like_a_short_name_are_no_village(tagger: Tagger, text: str) -> None:
    assert _names(tagger, text) == []


def test_a_short_name_counts_after_its_town_a_mark_or_a_word_of_place(tagger: Tagger) -> None:
    assert _names(tagger, "示例：裘村镇裘村办了戏。周村支书和林村的人在施村看。") == [
        "裘村", "周村", "林村", "施村",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "示例：一只“镇海牌”搪瓷杯摆进了江厦街道莲桥社区的展览。",
        "示例：托管班叫“小镇海”，开在江厦街道莲桥社区。",
        "示例：余姚人阿甲天天来江厦街道莲桥社区修车。",
        "示例：从北仑港来的师傅在江厦街道莲桥社区修车。",
        "示例：江厦街道莲桥社区的人坐船看奉化江。",
        "示例：余姚请来的师傅在江厦街道莲桥社区修车。",
    ],
)
def test_brands_names_and_natives_are_not_where_it_happens(tagger: Tagger, text: str) -> None:
    assert tagger.tag("", text).districts == ("海曙",)


def test_what_lies_elsewhere_at_first_sight_lies_there_throughout(tagger: Tagger) -> None:
    text = "示例：苏州市姑苏区凤凰社区的墙上有张表。凤凰社区的楼挨得近，说起来谁都知道。"
    assert _names(tagger, text) == []


def test_a_city_that_somebody_comes_from_claims_no_place(tagger: Tagger) -> None:
    assert _names(tagger, "示例：来自开封的画师在凤凰社区摆开了桌子。") == ["凤凰社区"]
    assert _names(tagger, "示例：开封市鼓楼街道的春城社区有张圆桌。") == []


def test_somebody_from_ningbo_makes_no_story_of_another_city_ours(tagger: Tagger) -> None:
    text = "示例：珠海市香洲区明珠社区锣鼓响。一位从宁波海曙来过冬的老先生天天去看。"
    assert tagger.tag("", text).districts == ()


def test_a_unit_named_like_a_city_claims_nobody_after_it(tagger: Tagger) -> None:
    names = _names(tagger, "示例：骆驼街道金东、金华、金邑、静远社区合用一张单子。")
    assert names == ["金东社区", "金华社区", "金邑社区", "静远社区"]


def test_of_two_streets_called_by_their_bare_names_the_nearer_one_counts(tagger: Tagger) -> None:
    text = "示例：西坞这一面的金峨村静，横溪那一面的大岙村闹。"
    found = {unit.name: unit.district for unit in tagger.tag("", text).communities}
    assert found == {"金峨村": "奉化", "大岙村": "鄞州"}


def test_a_district_of_another_city_is_not_ours(tagger: Tagger) -> None:
    assert tagger.tag("", "示例：哈尔滨的江北，冬天把球场浇成冰场。").districts == ()


def test_a_street_tells_of_which_district_it_is_now(tagger: Tagger) -> None:
    assert tagger.tag("示例", "鄞州区集士港镇的示例工地。").districts == ("海曙",)


def test_a_zone_of_ours_is_no_foreign_district(tagger: Tagger) -> None:
    assert _names(tagger, "示例：保税区西区社区办起了示例。") == ["西区社区"]


def test_what_others_are_famous_for_is_only_a_contrast(tagger: Tagger) -> None:
    text = "镇海有示例，奉化有芋艿头，姜山镇的人说这里什么都没有。"
    assert tagger.tag("示例", text).districts == ("鄞州",)


def test_a_title_means_the_community_that_its_text_places_elsewhere(tagger: Tagger) -> None:
    tags = tagger.tag("示例搬进凤凰社区", "山东省泰安市泰山区凤凰社区办了示例。")
    assert (tags.districts, tags.communities) == ((), ())


def test_a_members_former_name_is_the_member(tmp_path: Path) -> None:
    register = tmp_path / "members.yaml"
    register.write_text(
        "members:\n  - {name: 新示例社区, street: 东柳街道, district: 鄞州, aliases: [旧示例社区]}\n",
        encoding="utf-8",
    )
    tagger = Tagger.load(members=register, cache_dir=tmp_path)
    text = "旧示例社区开会。新示例社区的人来了。"
    (unit,) = tagger.tag("示例", text).communities
    assert (unit.name, unit.member, text[unit.start : unit.end]) == (
        "新示例社区", True, "旧示例社区",
    )  # fmt: skip


@pytest.mark.parametrize(
    "told",
    [
        "余姚师傅进城，翠东社区的老人学手艺。",
        "翠东社区请来了余姚黄家埠的示例师傅。",
        "翠东社区里还有人从象山、奉化打电话来排队。",
        "翠东社区的老板是慈溪小伙，在海曙开过奶茶店。",
        "他在鄞州当教练，周末回翠东社区教球。",
        "翠东社区墙上挂着宁海剪纸。",
    ],
)
def test_where_somebody_or_something_comes_from_is_not_where_it_happens(
    tagger: Tagger, told: str
) -> None:
    assert tagger.tag("示例", told).districts == ("江北",)


@pytest.mark.parametrize("place", ["东阳市江北街道朝阳社区", "重庆江北区五里店街道中兴社区"])
def test_a_street_elsewhere_that_is_called_as_our_district_is_not_ours(
    tagger: Tagger, place: str
) -> None:
    tags = tagger.tag("示例", f"在{place}，示例课开了。")
    assert (tags.districts, tags.communities) == ((), ())
