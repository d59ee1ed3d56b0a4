"""Group robots (WeCom, DingTalk, Feishu …), reached through apprise, each within its limit.

What this module never does: raise for a robot that does not answer, or name its address: the
address is a secret.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.assemble.headlines import LEAST_LIMIT, LIMITS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pydantic import SecretStr


def post(name: str, urls: Sequence[SecretStr], write: Callable[[int], str]) -> list[str]:
    """Give every robot a text; return what went wrong, a line each.

    ``name`` is the variable that lists the robots; ``write`` returns the text for a limit of
    bytes. A robot that fails never stops the others.
    """
    if not urls:
        return []
    try:
        import apprise  # noqa: PLC0415 - an extra
    except ImportError:
        why = "apprise is not installed: pip install -e '.[robots]'"
        return [f"{name} entry {number}: {why}" for number, _ in enumerate(urls, start=1)]
    mistakes = []
    for number, secret in enumerate(urls, start=1):
        url = secret.get_secret_value()
        kind = url.partition("://")[0]
        robot = apprise.Apprise()
        text = write(LIMITS.get(kind, LEAST_LIMIT))
        if not robot.add(url):
            mistakes.append(f"{name} entry {number}: no address of a robot")
        elif not robot.notify(body=text, body_format=apprise.NotifyFormat.TEXT):
            mistakes.append(f"{name} entry {number} ({kind}): the robot did not take it")
    return mistakes
