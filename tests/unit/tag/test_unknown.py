"""Units that no table knows are offered with their street, and ordinary words are not."""

from pipeline.tag.gazetteer import Gazetteer
from pipeline.tag.unknown import find_unknown

GAZETTEER = Gazetteer.load()


def test_a_unit_behind_a_known_street_is_offered_once_a_text():
    texts = [
        "（示例）下应街道未登记社区开了门，下应街道未登记社区很热闹。",
        "（示例）鄞州區下應街道未登記社區的居民來了。",
    ]
    (one,) = find_unknown(texts, GAZETTEER)
    assert (one.name, one.street, one.district, one.texts) == ("未登记社区", "下应街道", "鄞州", 2)
    assert "未登记社区" in one.sample


def test_known_units_and_ordinary_words_are_not_offered():
    texts = [
        "东柳街道幸福苑社区", "下应街道东兴社区", "下应街道各社区", "下应街道的社区", "首南街道村民",
        "未登记社区没有街道", "下应街道所有社区", "姜山镇走马塘村",
    ]  # fmt: skip
    assert find_unknown(texts, GAZETTEER) == []
