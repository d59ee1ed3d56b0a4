"""Entries that a source lists turned into articles: from the feed itself or from their pages.

Pages that an earlier visit had are not fetched again, and one visit holds only so much. What this
module never does: find the entries.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pipeline.collect.addresses import canonical_url
from pipeline.collect.canonical import Addresses
from pipeline.collect.dates import find_day
from pipeline.collect.failures import name_cause
from pipeline.collect.headlines import complete
from pipeline.collect.images import read_images
from pipeline.collect.multipage import read_article
from pipeline.collect.pages import SHORT, clean, to_article_text, to_text
from pipeline.collect.state import REMEMBERED
from pipeline.collect.visit import hashed
from pipeline.errors import BlockedAddressError, CollectError, FetchError, NoArticleError
from pipeline.model import Article, SourceKind

if TYPE_CHECKING:
    from pipeline.collect.entry import Entry
    from pipeline.collect.visit import Visit

_LONGEST = 200_000  # characters of an article's text; a newspaper's longest has a tenth
_MOST_HELD = 6_000_000  # characters that one visit holds; more than a paper's whole day
_CUT_OFF = ("…", "...", "[…]", "[...]", "阅读全文", "查看全文")  # a summary says so itself


async def take(visit: Visit, found: list[Entry]) -> bool:
    """Turn entries into articles; pages fetched before are not fetched again.

    Returns:
        Whether every page that was needed could be had.
    """
    complete = True
    visit.fetched += len(found)
    done = dict.fromkeys(visit.state.urls_done)
    once = _list_once(visit, found)
    home = visit.reader.locate(visit.source.url)
    addresses = Addresses(home, done.keys() | once.keys(), visit.state.claims)
    links: list[str] = []  # of the articles that are taken here
    for address, entry in once.items():
        html = clean(entry.html or entry.summary)
        text = to_text(html)
        needs_page = _needs_page(visit, text)
        if needs_page and address in done:
            continue
        if visit.held > _MOST_HELD:
            visit.warnings.append(
                f"more than {_MOST_HELD:,} characters in one visit: the rest is for the next one"
            )
            complete = False
            break
        try:
            article = await _from_page(visit, entry, addresses) if needs_page else None
        except NoArticleError as error:  # a file stays one: it is named once
            done[address] = None
            article = _without_page(visit, entry, html, text, error)
        except (CollectError, ValueError) as error:
            complete = False
            article = _without_page(visit, entry, html, text, error)
            if article is None:
                visit.lost.append((name_cause(error), str(error)))
        else:
            done[address] = None
            article = _fuller(visit, entry, html, text, article)
        if article is not None and _keep(visit, article):
            links.append(entry.url)
    start = len(visit.articles) - len(links)
    visit.articles[start:] = addresses.part(visit.articles[start:], links)
    visit.warnings += addresses.warnings
    known, claims = tuple(done)[-REMEMBERED:], addresses.claims[-REMEMBERED:]
    visit.state = replace(visit.state, urls_done=known, claims=claims)
    return complete


def _list_once(visit: Visit, found: list[Entry]) -> dict[str, Entry]:
    """Return the first entry of each address; those whose link is not for readers are named."""
    firsts: dict[str, Entry] = {}
    for entry in found[: visit.source.max_items]:
        try:
            visit.reader.check_link(entry.url)
        except FetchError as error:
            visit.warnings.append(f"{entry.title or 'an entry'}: {error}: left out")
        else:
            firsts.setdefault(canonical_url(entry.url), entry)
    return firsts


def _needs_page(visit: Visit, text: str) -> bool:
    """Say whether what a list or a feed says of an article is not the whole of it."""
    source = visit.source
    listed = source.kind in {SourceKind.PAGE, SourceKind.PAPER}
    return listed or (source.full_text and (len(text) < SHORT or text.endswith(_CUT_OFF)))


def _without_page(
    visit: Visit, entry: Entry, html: str, text: str, error: Exception
) -> Article | None:
    """Return the feed's own text in place of a page that gives none.

    None where it has none, and where its link leads into networks that are not public.
    """
    if (text or entry.summary) and not isinstance(error, BlockedAddressError):
        visit.warnings.append(f"{error}; the feed's own text was taken")
        return _from_entry(visit, entry, html, text)
    visit.warnings.append(f"{entry.title or entry.url}: {error}: left out")
    return None


def _fuller(visit: Visit, entry: Entry, html: str, text: str, page: Article | None) -> Article:
    """Return the article of its page, if there is one, with the feed's text where that is more."""
    if page is None:
        return _from_entry(visit, entry, html, text)
    if len(text) <= len(page.text) or text.endswith(_CUT_OFF):
        return page
    images = page.images or read_images(entry.html or entry.summary, entry.url)
    return hashed(replace(page, text=to_article_text(html), html=html, images=images))


def _keep(visit: Visit, article: Article) -> bool:
    if len(article.text) > _LONGEST:
        visit.warnings.append(
            f"{article.url}: {len(article.text):,} characters are no article: left out"
        )
        return False
    visit.held += len(article.text) + len(article.html)
    visit.articles.append(article)
    return True


def _from_entry(visit: Visit, entry: Entry, html: str, text: str) -> Article:
    """Return the article that a feed carries itself; ``html`` is its body, cleaned."""
    body = entry.html or entry.summary
    return hashed(
        Article(
            source_id=visit.source.id,
            url=entry.url,
            canonical_url=canonical_url(entry.url),
            title=entry.title,
            text=to_article_text(html),
            html=html,
            images=read_images(body, entry.url),
            published=entry.published or find_day(entry.url),
            author=entry.author,
            summary=to_text(clean(entry.summary)) if entry.html else text,
            fetched_at=visit.now,
            content_hash="",
        ),
    )


async def _from_page(visit: Visit, entry: Entry, addresses: Addresses) -> Article:
    summary = to_text(clean(entry.summary))
    page = await read_article(
        visit.reader, entry.url, visit.source, visit.now, summary, entry.title
    )
    stated = visit.reader.choose_link(page.canonical, entry.url)
    url = addresses.choose(stated, entry.url, page.url)
    return hashed(
        Article(
            source_id=visit.source.id,
            url=url,
            canonical_url=canonical_url(url),
            title=complete(entry.title, page.title),
            text=page.text,
            html=page.html,
            images=page.images,
            published=entry.published or page.published or entry.day or find_day(entry.url),
            author=entry.author or page.author,
            editor=page.editor,
            origin=page.origin,
            summary=summary,
            page=entry.page,
            column=entry.column,
            fetched_at=visit.now,
            content_hash="",
        ),
    )
