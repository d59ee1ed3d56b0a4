"""YAML read quickly, by libyaml, where its reading cannot differ from the careful one.

`datafile` reads with positions and by YAML 1.2; libyaml knows no positions, allows a key twice and
resolves scalars by YAML 1.1. Here scalars are resolved by 1.2, and whatever may be read otherwise
(a key twice, tags, numbers with leading zeros or underscores) is left to the careful reader.
What this module never does: report mistakes.
"""

from __future__ import annotations

import re
from typing import Any

import yaml

_BASE: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class DoubtError(Exception):
    """The careful reader may read this document otherwise."""


# With libyaml or without, as PyYAML was built.
class _Loader(_BASE):  # type: ignore[misc]
    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012 - PyYAML's own name


_DOUBTFUL = (
    r"(?:[-+]?[0-9._]+(?:[eE][-+]?[0-9]+)?|[-+]?0[box][0-9a-fA-F_]+"
    r"|[-+]?\.(?:inf|Inf|INF|nan|NaN|NAN)"
    r"|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt ].*)?"
    r"|[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?"
)
_RESOLVERS = (
    ("tag:yaml.org,2002:bool", r"(?:true|True|TRUE|false|False|FALSE)$", "tTfF"),
    ("tag:yaml.org,2002:null", r"(?:~|null|Null|NULL|)$", ["~", "n", "N", ""]),
    ("tag:yaml.org,2002:int", r"[-+]?(?:0|[1-9][0-9]*)$", "-+0123456789"),
    ("tag:yaml.org,2002:float", r"[-+]?(?:0|[1-9][0-9]*)\.[0-9]+$", "-+0123456789"),
    ("tag:yaml.org,2002:merge", r"<<$", "<"),
    (
        "!doubt",
        _DOUBTFUL + r"|=)$",
        "-+0123456789.=",
    ),
)
for _tag, _pattern, _first in _RESOLVERS:
    _Loader.add_implicit_resolver(_tag, re.compile(_pattern), list(_first))


def _refuse(_loader: Any, _node: Any) -> Any:
    raise DoubtError


def _make_mapping(loader: Any, node: Any) -> dict[Any, Any]:
    keys = [key.value for key, _ in node.value if isinstance(key, yaml.ScalarNode)]
    if len(keys) != len(node.value) or len(set(keys)) != len(keys) or "<<" in keys:
        raise DoubtError
    return {
        loader.construct_object(key, deep=True): loader.construct_object(value, deep=True)
        for key, value in node.value
    }


for _tag in ("set", "binary", "omap", "pairs", "timestamp"):
    _Loader.add_constructor(f"tag:yaml.org,2002:{_tag}", _refuse)
_Loader.add_constructor("!doubt", _refuse)
_Loader.add_constructor(None, _refuse)
_Loader.add_constructor("tag:yaml.org,2002:map", _make_mapping)


def read(text: str) -> Any:
    """Return the document as dict, list, str, int, float, bool or None.

    Raises:
        DoubtError: read it carefully.
    """
    try:
        return yaml.load(text, Loader=_Loader)  # noqa: S506 - a safe loader
    except (yaml.YAMLError, ValueError, RecursionError, TypeError) as error:
        raise DoubtError from error
