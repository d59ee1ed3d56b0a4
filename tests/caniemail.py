"""Make ``tests/data/caniemail.json``: what five mail programs take, from the npm package caniemail.

Usage: python -m tests.caniemail FOLDER   (FOLDER: the unpacked package, MIT; its data are those of
caniemail.com). Only CSS properties, at-rules and HTML elements of the five families are kept: y
(taken), a (partly), n (not), of the newest version known. A test needs no npm.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

FAMILIES = {
    "gmail": ("desktop-webmail", "ios", "android"),
    "outlook": ("windows", "outlook-com", "macos"),
    "apple-mail": ("macos", "ios"),
    "samsung-email": ("android",),
    "yahoo": ("desktop-webmail", "ios", "android"),
}
TABLE = Path(__file__).resolve().parent / "data" / "caniemail.json"


def read_table(folder: Path) -> dict[str, Any]:
    """Return {"made_of": …, "features": {slug: {"family/platform": "y" | "a" | "n"}}}."""
    source = json.loads((folder / "data" / "caniemail.json").read_text(encoding="utf-8"))
    version = json.loads((folder / "package.json").read_text(encoding="utf-8"))["version"]
    features = {}
    for one in source["data"]:
        if one["category"] not in {"css", "html"}:
            continue
        taken = {}
        for family, platforms in FAMILIES.items():
            for platform in platforms:
                versions = one["stats"].get(family, {}).get(platform)
                if versions:
                    newest = list(versions.values())[-1]
                    taken[f"{family}/{platform}"] = newest[0]
        features[one["slug"]] = taken
    made_of = f"npm package caniemail {version} (MIT), data of caniemail.com"
    return {"made_of": made_of, "features": dict(sorted(features.items()))}


if __name__ == "__main__":
    table = read_table(Path(sys.argv[1]))
    text = json.dumps(table, ensure_ascii=False, indent=0, sort_keys=True)
    TABLE.write_text(text + "\n", encoding="utf-8")
