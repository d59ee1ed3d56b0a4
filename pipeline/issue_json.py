"""An issue as JSON and back, and the hash that reviewers sign.

``issue.json``, the stored revisions and ``proof --file`` share this one form. What this module
never does: read or write files.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter, ValidationError

from pipeline.errors import UsageError
from pipeline.model import Issue

_ISSUE = TypeAdapter(Issue)
_UNSIGNED_ITEM = ("reasons", "source_id")  # why the pipeline chose it: no reader sees this


def to_json(issue: Issue) -> dict[str, Any]:
    """Return the issue as plain JSON values; datetimes in ISO 8601 with their offset."""
    plain: dict[str, Any] = _plain(asdict(issue))
    return plain


def from_json(payload: object) -> Issue:
    """Return the issue that `to_json` wrote.

    Raises:
        UsageError: it is no issue; the first wrong key is named.
    """
    try:
        return _ISSUE.validate_python(payload)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "the document"
        raise UsageError(f"not an issue: {where}: {first['msg']}") from None


def content_hash(issue: Issue) -> str:
    """Return the SHA-256 (hex) of everything a reader sees and of the sources behind it.

    Neither the status nor the pipeline's reasons change it, so a signature holds until somebody
    changes what is read.
    """
    payload = to_json(issue)
    payload.pop("status")
    for section in payload["sections"]:
        for item in section["items"]:
            for name in _UNSIGNED_ITEM:
                item.pop(name)
    canonical = json.dumps(payload, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode("utf-8", "surrogatepass")).hexdigest()


def _plain(value: object) -> Any:
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, datetime):
        return value.isoformat()
    return value
