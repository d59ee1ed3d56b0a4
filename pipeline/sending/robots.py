"""Group robots (WeCom, DingTalk, Feishu …), reached through apprise, each within its limit.

What this module never does: raise for a robot that does not answer, or name its address: the
address is a secret.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.assemble.headlines import LEAST_LIMIT, LIMITS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from apprise import Apprise
    from pydantic import SecretStr


def post(name: str, urls: Sequence[SecretStr], write: Callable[[int], str]) -> list[str]:
    """Give every robot a text; return what went wrong, a line each.

    ``name`` is the variable that lists the robots; ``write`` returns the text for a limit of
    bytes. A robot that fails never stops the others.
    """
    mistakes = []
    for number, robot in enumerate(_load(urls), start=1):
        if isinstance(robot, str):
            mistakes.append(f"{name} entry {number}: {robot}")
            continue
        kind = urls[number - 1].get_secret_value().partition("://")[0]
        if not robot.notify(body=write(LIMITS.get(kind, LEAST_LIMIT)), body_format="text"):
            mistakes.append(f"{name} entry {number} ({kind}): the robot did not take it")
    return mistakes


def check(name: str, urls: Sequence[SecretStr]) -> list[str]:
    """Return what is wrong with the addresses themselves, a line each; no robot is asked."""
    return [
        f"{name} entry {number}: {robot}"
        for number, robot in enumerate(_load(urls), start=1)
        if isinstance(robot, str)
    ]


def _load(urls: Sequence[SecretStr]) -> list[Apprise | str]:
    """Return a robot for every address, or why there is none."""
    if not urls:
        return []
    try:
        import apprise  # noqa: PLC0415 - an extra
    except ImportError:
        return ["apprise is not installed: pip install -e '.[robots]'"] * len(urls)
    loaded: list[Apprise | str] = []
    for secret in urls:
        robot = apprise.Apprise()
        known = robot.add(secret.get_secret_value())
        loaded.append(robot if known else "no address of a robot")
    return loaded
