"""Sources that are files: plain texts, saved pages and feeds, Word documents, mails sent in.

What this module never does: leave the place that feeds.yaml names, or delete a file.
"""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote

from pipeline.collect import entries as lists
from pipeline.collect.addresses import canonical_url
from pipeline.collect.canonical import Claim, hash_text, is_home, is_same
from pipeline.collect.charsets import decode
from pipeline.collect.dates import read_date
from pipeline.collect.pages import read_page
from pipeline.collect.state import REMEMBERED
from pipeline.collect.submissions import ENDINGS, WHOLE, Submission, read_file
from pipeline.collect.taking import take
from pipeline.collect.visit import hashed
from pipeline.errors import CollectError, TooLargeError, UnreadableFileError
from pipeline.model import Article, Image

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.collect.visit import Visit

_PAGES = {".html", ".htm"}
_FEEDS = {".xml", ".rss", ".atom", ".json"}
_MAIL_FOLDERS = {"cur", "new"}  # of a maildir, whose files have no ending


async def read_files(visit: Visit) -> bool:
    """Read a file or every file of a folder (a maildir too); an operator may point anywhere.

    Raises:
        UnreadableFileError: there is no such file or folder, or the only file cannot be read.
    """
    place = (visit.root / visit.source.url.removeprefix("file:")).resolve()
    if not place.exists():
        raise UnreadableFileError(f"{visit.source.url}: no such file or folder")
    files = sorted(place.rglob("*")) if place.is_dir() else [place]
    visit.claimed = {one.address: one for one in visit.state.claims}
    for path in files:
        if not path.is_file() or path.name.startswith("."):
            continue
        suffix = path.suffix.lower()
        try:
            _refuse_outside(path, place)
            if suffix in _PAGES:
                visit.articles.append(_from_page(visit, path, place))
                visit.fetched += 1
            elif suffix in ENDINGS or path.parent.name in _MAIL_FOLDERS:
                made = _from_text(visit, path, place)
                visit.articles += made
                visit.fetched += len(made)
            elif suffix in _FEEDS or place.is_file():
                base = visit.reader.locate(_address(visit, path, place))
                text = decode(_bytes(visit, path), encoding=visit.source.encoding)
                found, warnings = lists.read_feed(text, base, visit.now, visit.source.max_items)
                visit.warnings += warnings
                await take(visit, found)
        except Exception as error:  # parsers raise anything; no text stops another
            if place.is_file():
                raise
            known = isinstance(error, (CollectError, OSError))
            said = error if known else f"not understood: {type(error).__name__}: {error}"
            visit.fetched += suffix in _PAGES | ENDINGS
            visit.warnings.append(f"{_shown(path)}: {said}")
    others = [one for one in visit.state.claims if one.address not in visit.claimed]  # of a feed
    claims = (*others, *visit.claimed.values())
    visit.state = replace(visit.state, claims=claims[-REMEMBERED:])
    return False


def _address(visit: Visit, path: Path, place: Path) -> str:
    """Return a file's path as feeds.yaml would write it, quoted for a URL, byte by byte."""
    given = visit.source.url.removeprefix("file:").rstrip("/")
    whole = given if place.is_file() else f"{given}/{path.relative_to(place).as_posix()}"
    return quote(whole, errors="surrogateescape")


def _shown(path: Path) -> str:
    """Return a file's name for people, also where it is in GBK, as archives from Windows are."""
    return decode(os.fsencode(path.name))


def _from_page(visit: Visit, path: Path, place: Path) -> Article:
    address = f"file:{_address(visit, path, place)}"
    content = decode(_bytes(visit, path), encoding=visit.source.encoding)
    page = read_page(content, address, visit.source, visit.now)
    stated = page.canonical if page.canonical and not is_home(page.canonical) else None
    url = visit.reader.choose_link(stated, address)
    return hashed(
        Article(
            source_id=visit.source.id,
            url=url,
            canonical_url=_claim(visit, url, address, page.text),
            title=page.title,
            text=page.text,
            html=page.html,
            images=page.images,
            published=page.published,
            author=page.author,
            editor=page.editor,
            origin=page.origin,
            fetched_at=visit.now,
            content_hash="",
        ),
    )


def _from_text(visit: Visit, path: Path, place: Path) -> list[Article]:
    """Return the articles of a text, a Word document or a mail, which may bring several."""
    address = f"file:{_address(visit, path, place)}"
    sent = _read(visit, path)
    return [
        _article(visit, path, one, f"{address}?text={number}" if number > 1 else address)
        for number, one in enumerate(sent, start=1)
    ]


def _article(visit: Visit, path: Path, sent: Submission, address: str) -> Article:
    if not sent.title and not sent.text:
        holds = "holds a picture and no text" if sent.pictures else "is empty"
        raise UnreadableFileError(f"the file {holds}: left out")
    visit.warnings += [f"{_shown(path)}: {line}" for line in sent.warnings]
    head = sent.head
    named = head.get("url", "")
    is_web = named.lower().startswith(("http://", "https://"))
    url = visit.reader.choose_link(named if is_web else None, address)
    published = read_date(head["date"], visit.now) if "date" in head else sent.published
    if "date" in head and published is None:
        visit.warnings.append(
            f"{_shown(path)}: {head['date'][:40]!r} is no date: taken without one"
        )
    return hashed(
        Article(
            source_id=visit.source.id,
            url=url,
            canonical_url=_claim(visit, url, address, sent.text),
            title=sent.title,
            text=sent.text,
            images=_images(visit, path, sent),
            published=published,
            author=sent.author or head.get("author"),
            editor=head.get("editor"),
            origin=head.get("origin"),
            column=head.get("column"),
            fetched_at=visit.now,
            content_hash="",
        ),
    )


def _claim(visit: Visit, url: str, address: str, text: str) -> str:
    """Return what the article is known by: the link that its file states, if it is its alone.

    The first of several files that state one link has it, also of those that came at different
    visits; the others are known by their paths.
    """
    own = canonical_url(address)
    known = own if is_home(url) else canonical_url(url)
    if known == own:
        return known
    mine = Claim(known, own, hash_text(text))
    before = visit.claimed.pop(known, mine)
    visit.claimed[known] = before  # the latest stand last
    if is_same(mine, before):
        return known
    visit.warnings.append(f"{unquote(address)}: {known} is another file's link, too")
    return own


def _read(visit: Visit, path: Path) -> list[Submission]:
    most, encoding = visit.reader.max_bytes, visit.source.encoding
    if path.suffix.lower() in WHOLE:
        return read_file(_shown(path), _bytes(visit, path), most, encoding=encoding)
    with path.open("rb") as mail:  # of a larger one the beginning: its text stands before pictures
        data = mail.read(most)
        return read_file(_shown(path), data, most, is_cut=bool(mail.read(1)))


def _images(visit: Visit, path: Path, sent: Submission) -> tuple[Image, ...]:
    """Return the picture that the text names and those that came with it."""
    head = sent.head
    found = []
    if "image" in head:
        found.append(Image(head["image"]))
    for picture in sent.pictures:
        if visit.keep_picture is None:
            visit.warnings.append(
                f"{_shown(path)}: {picture.name[:60]!r}: pictures are not kept here"
            )
        else:
            url = visit.keep_picture(picture.data, picture.ending)
            found.append(
                Image(
                    url,
                    caption=picture.caption,
                    credit=picture.credit,
                    width=picture.width,
                    height=picture.height,
                )
            )
    if found:
        caption = head.get("caption", found[0].caption)
        credit = found[0].credit or head.get("credit", "")
        found[0] = replace(found[0], caption=caption, credit=credit)
    return tuple(found)


def _refuse_outside(path: Path, place: Path) -> None:
    """Refuse what a link in the folder names elsewhere; where feeds.yaml itself points, it may."""
    if not path.resolve().is_relative_to(place):
        raise UnreadableFileError("leads out of the folder: left out")


def _bytes(visit: Visit, path: Path) -> bytes:
    if path.stat().st_size > visit.reader.max_bytes:
        raise TooLargeError(f"larger than {visit.reader.max_bytes:,} bytes: left out")
    return path.read_bytes()
