"""CSV files as people's spreadsheets write and read them. Pure: no store, no settings.

Reading: UTF-8 with or without Excel's BOM, UTF-16 with a BOM, GB18030; comma, semicolon or tab;
Chinese or English column names. Writing: nothing that a spreadsheet would run as a formula.
Files of any length are read and written line by line.
"""

from __future__ import annotations

import codecs
import csv
import re
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING

from pipeline.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

_CHUNK = 1 << 20
_FORMULA = re.compile(r"[=+\-@\t\r\n＝＋－＠]")
_NEUTRAL = re.compile(r"'[=+\-@\t\r\n＝＋－＠]")
_LONGEST_FIELD = 10_000  # characters: more is a missing quotation mark, not a name

csv.field_size_limit(_LONGEST_FIELD)


@dataclass(frozen=True, slots=True)
class Line:
    """One record of a file."""

    number: int  # the line it begins on, from 1, as an editor or a spreadsheet counts
    values: Mapping[str, str]  # by our column names; formulas freed of their apostrophe


class Table:
    """A CSV file whose encoding, separator and columns have been recognised."""

    def __init__(self, path: Path, columns: Mapping[str, Sequence[str]], required: str) -> None:
        """Look at the file; ``columns`` gives for each of our names those that people write.

        Raises:
            UsageError: no such file, no known encoding, or no column ``required``; in Chinese.
        """
        self.path = path
        self.encoding = _find_encoding(path)
        with self._open() as file:
            first = file.readline(_LONGEST_FIELD)
            self._skip = 1 if first.lower().startswith("sep=") else 0
            header = file.readline(_LONGEST_FIELD) if self._skip else first
        self.delimiter = _find_delimiter(header, first if self._skip else "")
        names = next(csv.reader([header], delimiter=self.delimiter), [])
        known = {_fold(alias): name for name, more in columns.items() for alias in (name, *more)}
        self.names = [known.get(_fold(name)) for name in names]
        self.unknown = [name for name in names if name.strip() and _fold(name) not in known]
        if required not in self.names:
            aliases = "、".join(columns[required])
            raise UsageError(f"{path}:{1 + self._skip}: 第一行里没有「{aliases}」这样的列名")

    def lines(self) -> Iterator[Line]:
        """Yield the records one after the other; empty lines are left out.

        Raises:
            UsageError: the file is no CSV from some line on; the line is named.
        """
        with self._open() as file:
            for _ in range(self._skip + 1):
                file.readline()
            reader = csv.reader(file, delimiter=self.delimiter)
            last = before = self._skip + 1
            try:
                for record in reader:
                    number, last = last + 1, before + reader.line_num
                    if any(field.strip() for field in record):
                        yield Line(number, self._named(record))
            except csv.Error as error:
                raise UsageError(
                    f"{self.path}:{last + 1}: 这一行不是完整的 CSV（可能少了一个引号）：{error}"
                ) from None

    def _named(self, record: list[str]) -> dict[str, str]:
        pairs = zip(self.names, record, strict=False)
        return {name: _free(value.strip()) for name, value in pairs if name}

    def _open(self) -> IO[str]:
        return self.path.open(encoding=self.encoding, newline="")


def write_table(file: IO[str], header: Sequence[str], rows: Iterable[Sequence[str]]) -> int:
    """Write a CSV with Windows line ends, formulas neutralised; return the number of rows."""
    writer = csv.writer(file)
    writer.writerow(header)
    count = 0
    for row in rows:
        writer.writerow([neutralise(value) for value in row])
        count += 1
    return count


def neutralise(value: str) -> str:
    """Put an apostrophe before what a spreadsheet would run (OWASP, CSV injection)."""
    return f"'{value}" if _FORMULA.match(value.lstrip(" ")) or _NEUTRAL.match(value) else value


def split_list(value: str) -> list[str]:
    """Return the parts of a cell that lists several things with any of the usual separators."""
    return [part for part in re.split(r"[\s、，,；;/|+]+", value) if part]


def _free(value: str) -> str:
    return value[1:] if _NEUTRAL.match(value) or value.startswith("''") else value


def _fold(name: str) -> str:
    return re.sub(r"[\s_＿-]+", "", name.strip().strip("\ufeff").casefold())


def _find_delimiter(header: str, first: str) -> str:
    if first and len(first.rstrip("\r\n")) > len("sep="):
        return first[len("sep=")]
    return max(",;\t，", key=header.count) if header else ","


def _find_encoding(path: Path) -> str:
    """Return the encoding that the whole file is valid in.

    Raises:
        UsageError: there is no such file, or it is in none of them.
    """
    try:
        with path.open("rb") as file:
            head = file.read(4)
            if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
                return "utf-16"
            if head.startswith(b"PK"):
                raise UsageError(f"{path}: 这是 Excel 工作簿，请另存为 CSV 再导入")
            for encoding in ("utf-8-sig", "gb18030"):
                file.seek(0)
                if _is_valid(file, encoding):
                    return encoding
    except FileNotFoundError:
        raise UsageError(f"{path}: 没有这个文件") from None
    except OSError as error:
        raise UsageError(f"{path}: 读不了这个文件（{error.strerror}）") from None
    raise UsageError(f"{path}: 既不是 UTF-8 也不是 GB18030 编码，请另存为 UTF-8 的 CSV")


def _is_valid(file: IO[bytes], encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        while chunk := file.read(_CHUNK):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True
