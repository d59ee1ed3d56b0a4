"""Addresses that may be dialled, those that may not, and the room for what comes from them."""

import asyncio
import contextlib
import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.collect.dialling import check_address, check_link, check_url, join_redirect
from pipeline.collect.room import Room
from pipeline.errors import BlockedAddressError, FetchError


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "::1",
        "::ffff:10.0.0.1",
        "::ffff:169.254.169.254",
        "2002:7f00:1::",
        "64:ff9b::a00:1",
        "fd00::1",
        "fe80::1%eth0",
        "224.0.0.1",
        "192.0.0.8",
        "fec0::1",
        "::127.0.0.1",
        "2001:0:7f00:1::",
        "64:ff9b:1::7f00:1",
    ],
)
def test_addresses_that_are_not_public_are_refused(address):
    with pytest.raises(BlockedAddressError):
        check_address(address, [])


@pytest.mark.parametrize(
    "link",
    [
        "http://169.254.169.254/x", "http://[::1]/", "http://[::ffff:10.0.0.1]/", "http://10.1.1.1./",
        "http://127.1/", "http://2130706433/", "http://0x7f000001/", "http://0177.0.0.1/",
        "http://①②⑦.⓪.⓪.①/", "http://localhost/", "http://news.LOCALHOST./", "http://u:p@a.example/",
        "http://a.example@/", "http://[::1", "ftp://a.example/", "http:///x",
    ],
)  # fmt: skip
def test_links_that_are_not_for_readers_are_told_by_how_they_are_written(link):
    with pytest.raises(FetchError) as caught:
        check_link(link, [])
    assert "u:p" not in str(caught.value)


def test_links_for_readers_are_left_alone_and_so_are_those_into_opened_networks():
    for link in (
        "https://news.example/1?a=@b", "http://8.8.8.8/", "http://社区.example/", "file:///in/1.html",
        "http://163.com/", "http://0574.example.cn:8080/x", "http://[2606:4700::1]/",
    ):  # fmt: skip
        check_link(link, [])
    opened = [ipaddress.ip_network("127.0.0.0/8")]
    for link in ("http://127.0.0.1:80/", "http://localhost/", "http://[::ffff:127.0.0.1]/"):
        check_link(link, opened)


def test_a_public_address_may_be_dialled():
    check_address("8.8.8.8", [])


def test_a_network_that_the_operator_opened_may_be_dialled_whichever_way_it_is_written():
    opened = [ipaddress.ip_network("10.1.0.0/16")]
    for address in ("10.1.2.3", "::ffff:10.1.2.3", "64:ff9b::a01:203"):
        check_address(address, opened)
    with pytest.raises(BlockedAddressError):
        check_address("10.2.2.3", opened)


@given(st.integers(0, 2**32 - 1).map(ipaddress.IPv4Address))
def test_an_address_within_another_is_judged_as_itself(address):
    def judge(written):
        try:
            check_address(written, [])
        except BlockedAddressError:
            return False
        return True

    assert judge(f"::ffff:{address}") == judge(str(address))
    assert judge(str(ipaddress.IPv6Address((0x64FF9B << 96) | int(address)))) == judge(str(address))


@given(st.text(max_size=30), st.text(max_size=30))
def test_any_words_are_an_address_or_an_error_with_a_line(words, more):
    for made in (words, f"http://{words}", f"https://{words}@{more}", f"//[{words}"):
        with contextlib.suppress(FetchError):
            assert check_url(made) == made
        with contextlib.suppress(FetchError):
            check_url(join_redirect("http://news.example/a", made))


def test_a_large_document_waits_until_the_one_before_it_is_no_longer_in_use():
    async def work():
        room, seen = Room(), []

        async def read(name, let_go):
            await room.take()
            await room.take()  # it has its room already
            seen.append(name)
            await let_go.wait()
            room.leave()
            room.leave()  # nothing is left twice

        first, second = asyncio.Event(), asyncio.Event()
        async with asyncio.timeout(5), asyncio.TaskGroup() as group:
            group.create_task(read("first", first))
            group.create_task(read("second", second))
            for _ in range(5):
                await asyncio.sleep(0)
            assert seen == ["first"]
            first.set()
            second.set()
        await asyncio.wait_for(room.take(), 5)
        return seen

    assert asyncio.run(work()) == ["first", "second"]
