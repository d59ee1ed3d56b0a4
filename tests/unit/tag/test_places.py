"""What a story is about, told from what it only mentions."""

from pathlib import Path

import pytest

from pipeline.tag import Tagger


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


def test_a_police_station_speaks_for_the_district_of_its_street(tagger: Tagger) -> None:
    assert tagger.tag("", "示例：小褚在甬江派出所管着两个小区。").districts == ("江北",)
    assert tagger.tag("", "示例：甬江边的风很大。").districts == ()


def test_a_temple_named_like_a_street_tells_namesakes_apart(tagger: Tagger) -> None:
    (unit,) = tagger.tag("", "示例：岳林寺旁的东升社区办了集市。").communities
    assert (unit.district, unit.street) == ("奉化", "岳林街道")


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


def test_somebody_from_ningbo_makes_no_story_of_another_city_ours(tagger: Tagger) -> None:
    text = "示例：珠海市香洲区明珠社区锣鼓响。一位从宁波海曙来过冬的老先生天天去看。"
    assert tagger.tag("", text).districts == ()


def test_of_two_streets_called_by_their_bare_names_the_nearer_one_counts(tagger: Tagger) -> None:
    text = "示例：西坞这一面的金峨村静，横溪那一面的大岙村闹。"
    found = {unit.name: unit.district for unit in tagger.tag("", text).communities}
    assert found == {"金峨村": "奉化", "大岙村": "鄞州"}


def test_a_district_of_another_city_is_not_ours(tagger: Tagger) -> None:
    assert tagger.tag("", "示例：哈尔滨的江北，冬天把球场浇成冰场。").districts == ()


def test_a_street_tells_of_which_district_it_is_now(tagger: Tagger) -> None:
    assert tagger.tag("示例", "鄞州区集士港镇的示例工地。").districts == ("海曙",)


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
    tagger = Tagger.load(members=register)
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
