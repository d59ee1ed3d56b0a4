"""YAML files that people edit: read with positions, validated, every mistake said at once.

``feeds.yaml``, the themes, the register and the proofreading lists all come through here, so a
mistake in any of them reads the same: file, line, key, what was expected, the nearest valid key.
What this module never does: know what the files mean.
"""

from __future__ import annotations

import types
import typing
from dataclasses import fields, is_dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel, TypeAdapter, ValidationError

from pipeline.errors import ConfigError
from pipeline.files import quickyaml

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from pydantic_core import ErrorDetails

T = TypeVar("T")

_EXPECTED = {
    "missing": "this key is required",
    "extra_forbidden": "no such key",
    "unexpected_keyword_argument": "no such key",
    "missing_argument": "this key is required",
    "enum": "expected one of the known words",
    "string_type": "expected text",
    "bool_type": "expected true or false",
    "bool_parsing": "expected true or false",
    "int_type": "expected a whole number",
    "int_parsing": "expected a whole number",
    "int_from_float": "expected a whole number",
    "float_type": "expected a number",
    "float_parsing": "expected a number",
    "list_type": "expected a list",
    "tuple_type": "expected a list",
    "dict_type": "expected keys and values",
    "mapping_type": "expected keys and values",
    "model_type": "expected keys and values",
    "dataclass_type": "expected keys and values",
    "invalid_key": "expected keys that are words",
}
_BOUNDS = {
    "greater_than_equal": ("ge", "expected {:g} or more"),
    "less_than_equal": ("le", "expected {:g} or less"),
    "greater_than": ("gt", "expected more than {:g}"),
    "less_than": ("lt", "expected less than {:g}"),
}


def read_yaml(path: Path) -> Any:
    """Return the file's document as ruamel's round-trip nodes, which know their lines.

    Raises:
        ConfigError: the file is missing, is not UTF-8 or is not YAML; the message names the line.
    """
    return _parse(path, _read_text(path))


def _parse(path: Path, text: str) -> Any:
    # Most files are read without positions, and then nothing of this is wanted.
    from ruamel.yaml import YAML  # noqa: PLC0415
    from ruamel.yaml.error import MarkedYAMLError, YAMLError  # noqa: PLC0415

    try:
        return YAML(typ="rt").load(text)
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise ConfigError(
            f"{path}:{line}: not valid YAML: {error.problem or error.context}"
        ) from None
    except YAMLError as error:
        raise ConfigError(f"{path}: not valid YAML: {str(error).splitlines()[0]}") from None


def _read_text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise ConfigError(f"{path}: no such file; name another one with --config") from None
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise ConfigError(f"{path}:{line}: not UTF-8; save the file as UTF-8") from None
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror}") from None


def load(path: Path, shape: type[T]) -> T:
    """Read ``path`` and return it as ``shape`` (a pydantic model or a dataclass).

    Raises:
        ConfigError: with one line for every mistake in the file.
    """
    return read(path, _read_text(path), shape)


def read(path: Path, text: str, shape: type[T]) -> T:
    """Return ``text`` as ``shape``; ``path`` is only for the messages.

    Raises:
        ConfigError: with one line for every mistake.
    """
    try:
        document = quickyaml.read(text)
        return TypeAdapter(shape).validate_python(document if document is not None else {})
    except (quickyaml.DoubtError, ValidationError):
        pass  # now with positions, for the messages
    document = _parse(path, text)
    return validate(path, document if document is not None else {}, shape)


def validate(path: Path, document: Any, shape: type[T]) -> T:
    """Return ``document`` (from `read_yaml`) as ``shape``; ``path`` is only for the messages.

    Raises:
        ConfigError: with one line for every mistake.
    """
    try:
        return TypeAdapter(shape).validate_python(_plain(document))
    except ValidationError as error:
        lines = [_sentence(path, document, shape, detail) for detail in error.errors()]
        raise ConfigError("\n".join(dict.fromkeys(lines))) from None


def line_of(document: Any, keys: Sequence[str | int]) -> int:
    """Return the line (from 1) where the innermost known key of ``keys`` stands."""
    from ruamel.yaml.comments import CommentedMap, CommentedSeq  # noqa: PLC0415 - only for messages

    line, node = 1, document
    for key in keys:
        if isinstance(node, CommentedMap) and key in node:
            line = node.lc.key(key)[0] + 1
        elif isinstance(node, CommentedSeq) and isinstance(key, int) and key < len(node):
            line = node.lc.item(key)[0] + 1
        else:
            break
        node = node[key]
    return line


def _plain(node: Any) -> Any:
    """Return the node without ruamel's own types, so that pydantic sees dict, list, str, int."""
    if isinstance(node, dict):
        return {_plain(key): _plain(value) for key, value in node.items()}
    if isinstance(node, list):
        return [_plain(value) for value in node]
    for kind in (bool, int, float, str):
        if isinstance(node, kind) and type(node) is not kind:
            return kind(node)
    return node


def _sentence(path: Path, document: Any, shape: Any, detail: ErrorDetails) -> str:
    """Return one mistake as ``file:line: key: what was expected (the nearest valid key)``."""
    keys = [key for key in detail["loc"] if _is_place(detail["loc"], key)]
    where = ".".join(str(key) for key in keys) or "the file"
    kind = detail["type"]
    if kind in {"extra_forbidden", "unexpected_keyword_argument"}:
        import difflib  # noqa: PLC0415 - only for messages

        valid = _keys_of(shape, keys[:-1])
        near = difflib.get_close_matches(str(keys[-1]), valid, n=1, cutoff=0.5)
        hint = f"did you mean {near[0]!r}?" if near else f"valid keys: {', '.join(sorted(valid))}"
        said = f"{_EXPECTED[kind]}; {hint}"
    else:
        said = _EXPECTED.get(kind) or detail["msg"].removeprefix("Value error, ")
        if kind in {"enum", "literal_error"}:
            said = f"expected {detail['ctx']['expected']}"
        if kind in _BOUNDS:
            bound, words = _BOUNDS[kind]
            said = words.format(detail["ctx"][bound])
        if kind not in {"missing", "missing_argument", "value_error"} and not isinstance(
            detail["input"], dict | list
        ):
            said += f", not {detail['input']!r}"
    return f"{path}:{line_of(document, keys)}: {where}: {said}"


def _is_place(loc: tuple[str | int, ...], key: str | int) -> bool:
    """Leave out of a location what pydantic adds of its own: names of union branches."""
    return (
        isinstance(key, int)
        or not (key.startswith(("function-", "tagged-")) or "[" in key)
        or (loc[-1] == key)
    )


def _keys_of(shape: Any, keys: Sequence[str | int]) -> list[str]:
    """Return the valid keys of the mapping that ``keys`` lead to within ``shape``."""
    for key in keys:
        shape = _step(shape, key)
    if isinstance(shape, type) and issubclass(shape, BaseModel):
        return [info.alias or name for name, info in shape.model_fields.items()]
    if is_dataclass(shape):
        return [one.name for one in fields(shape)]
    return []


def _step(shape: Any, key: str | int) -> Any:
    """Return the type that stands at ``key`` of ``shape``; ``Any`` when that cannot be told."""
    if isinstance(shape, type) and issubclass(shape, BaseModel):
        for name, info in shape.model_fields.items():
            if key in {name, info.alias}:
                return _unwrapped(info.annotation)
        return Any
    if is_dataclass(shape) and isinstance(shape, type):
        return _unwrapped(typing.get_type_hints(shape).get(str(key), Any))
    arguments = typing.get_args(shape)
    return _unwrapped(arguments[-1 if not isinstance(key, int) else 0]) if arguments else Any


def _unwrapped(shape: Any) -> Any:
    """Return ``X`` for ``X | None``, ``Annotated[X, …]`` and enums' plain text."""
    if typing.get_origin(shape) is typing.Annotated:
        return _unwrapped(typing.get_args(shape)[0])
    if typing.get_origin(shape) in {typing.Union, types.UnionType}:
        return next(one for one in typing.get_args(shape) if one is not type(None))
    return str if isinstance(shape, type) and issubclass(shape, Enum) else shape
