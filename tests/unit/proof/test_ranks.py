"""Words that are to be avoided of local cadres, and are said of the country's leaders by right."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from pipeline.model import Finding

    Read = Callable[..., tuple[Finding, ...]]


@pytest.mark.parametrize(
    "right",
    [
        "社区党员深入学习习近平总书记重要讲话精神。",
        "总书记对老龄工作作出重要指示，街道党工委书记作了传达。",
        "习近平总书记出席并作重要讲话。",
        "总书记视察浙江以来，社区变了样。",
        "这项工程由习近平总书记亲自谋划、亲自部署、亲自推动。",
        "习近平总书记考察浙江。社区党委书记带头学习重要讲话。",
        "社区党委书记领学了重要讲话精神和重要指示批示。",
        "在党中央的亲切关怀下，村子富了。",
        "总理视察了社区。",
        "党的二十大胜利召开，居民围着电视看。",
        "大家一起学习总书记的讲话。",
    ],
)
def test_what_is_said_of_the_countrys_leaders_stays(read: Read, right: str) -> None:
    assert [one for one in read(right) if one.rule == "wording"] == []


def test_a_leader_in_the_title_is_whom_the_text_speaks_of(read: Read) -> None:
    title = "学习习近平总书记重要讲话"
    assert read("社区书记领学重要讲话。", title=title, original_title=title) == ()


@pytest.mark.parametrize(
    ("wrong", "surface", "suggestion"),
    [
        ("街道党工委书记陈某作重要讲话。", "作重要讲话", "讲话"),
        ("区委书记的重要指示，大家照办。", "重要指示", "要求"),
        ("区长视察了社区。", "视察", "调研"),
        ("亲临现场的他，卷起裤腿下了水。", "亲临", None),
        ("会上作重要讲话。", "作重要讲话", None),
        ("习总书记来过我们村。", "习总书记", "习近平总书记"),
    ],
)
def test_of_a_local_cadre_it_is_found_and_mended_only_where_the_rank_is_certain(
    read: Read, wrong: str, surface: str, suggestion: str | None
) -> None:
    (found,) = [one for one in read(wrong) if one.rule == "wording"]
    assert (found.surface, found.suggestion) == (surface, suggestion)
