import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import UsageError
from pipeline.reader.addresses import mask, read_address, suggest


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("wang@example.org", "wang@example.org"), ("  Wang@Example.ORG ", "Wang@example.org"),
        ("a＠163。com", "a@163.com"), ("<a@qq.com>,", "a@qq.com"), ("李@例子.中国", "李@例子.中国"),
        ("a@xn--fsqu00a.xn--fiqs8s", "a@例子.中国"),
    ],
)  # fmt: skip
def test_what_people_type_is_read_as_they_meant_it(typed, stored):
    assert read_address(typed) == stored


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "请填写"), ("wang", "缺少 @"), ("@qq.com", "前面的部分"), ("wang@", "后面的部分"),
        ("wang@qq", "不完整"), ("wang@qq..com", "两个连着的点"), ("wa ng@qq.com", "空格"),
        ("wang@-qq.com", "不是有效的域名"), ("a" * 250 + "@qq.com", "太长"), ("a,b@qq.com", "写法不对"),
    ],
)  # fmt: skip
def test_a_wrong_address_is_explained_in_chinese(typed, said):
    with pytest.raises(UsageError, match=said):
        read_address(typed)


@given(st.text(max_size=300))
def test_any_text_is_an_address_or_explained(text):
    try:
        found = read_address(text)
    except UsageError as error:
        found = f"@ {error}"
    assert "@" in found


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("a@qq.con", "a@qq.com"), ("a@gmial.com", "a@gmail.com"), ("a@1633.com", "a@163.com"),
     ("a@qq.com", None), ("a@126.com", None), ("a@ningbo.gov.cn", None), ("a@例子.中国", None)],
)  # fmt: skip
def test_a_mistyped_mail_service_is_noticed(typed, meant):
    assert suggest(typed) == meant


@given(st.emails())
def test_a_masked_address_shows_at_most_two_letters_of_its_owner(email):
    local, _, domain = email.rpartition("@")
    masked = mask(email)
    assert masked.endswith(f"@{domain}")
    assert len(masked.rpartition("@")[0].replace("***", "")) <= min(2, len(local))
