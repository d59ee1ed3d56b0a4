"""Entries that a source lists turned into articles: from the feed itself or from their pages.

Pages that an earlier visit had are not fetched again, and one visit holds only so much. What this
module never does: find the entries.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pipeline.collect.addresses import canonical_url
from pipeline.collect.images import read_images
from pipeline.collect.multipage import read_article
from pipeline.collect.pages import SHORT, clean, to_text
from pipeline.collect.state import REMEMBERED
from pipeline.collect.visit import hashed
from pipeline.errors import CollectError
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
    source = visit.source
    complete = True
    met: set[str] = set()
    visit.fetched += len(found)
    done = dict.fromkeys(visit.state.urls_done)
    for entry in found[: source.max_items]:
        address = canonical_url(entry.url)
        if address in met:
            continue
        met.add(address)
        html = clean(entry.html or entry.summary)
        text = to_text(html)
        listed = source.kind in {SourceKind.PAGE, SourceKind.PAPER}
        is_cut = len(text) < SHORT or text.endswith(_CUT_OFF)
        needs_page = listed or (source.full_text and is_cut)
        if needs_page and address in done:
            continue
        if visit.held > _MOST_HELD:
            visit.warnings.append(
                f"more than {_MOST_HELD:,} characters in one visit: the rest is for the next one"
            )
            complete = False
            break
        try:
            if needs_page:
                article = await _from_page(visit, entry)
            else:
                article = _from_entry(visit, entry, html, text)
        except (CollectError, ValueError) as error:
            complete = False
            if text or entry.summary:
                article = _from_entry(visit, entry, html, text)
                visit.warnings.append(f"{error}; the feed's own text was taken")
            else:
                visit.warnings.append(f"{entry.title or entry.url}: {error}: left out")
                continue
        else:
            done[address] = None
        if len(article.text) > _LONGEST:
            visit.warnings.append(
                f"{article.url}: {len(article.text):,} characters are no article: left out"
            )
            continue
        visit.held += len(article.text) + len(article.html)
        visit.articles.append(article)
    visit.state = replace(visit.state, urls_done=tuple(done)[-REMEMBERED:])
    return complete


def _from_entry(visit: Visit, entry: Entry, html: str, text: str) -> Article:
    """Return the article that a feed carries itself; ``html`` is its body, cleaned."""
    body = entry.html or entry.summary
    return hashed(
        Article(
            source_id=visit.source.id,
            url=entry.url,
            canonical_url=canonical_url(entry.url),
            title=entry.title,
            text=text,
            html=html,
            images=read_images(body, entry.url),
            published=entry.published,
            author=entry.author,
            summary=to_text(clean(entry.summary)) if entry.html else text,
            fetched_at=visit.now,
            content_hash="",
        ),
    )


async def _from_page(visit: Visit, entry: Entry) -> Article:
    summary = to_text(clean(entry.summary))
    page = await read_article(visit.reader, entry.url, visit.source, visit.now, summary)
    url = page.canonical or entry.url
    return hashed(
        Article(
            source_id=visit.source.id,
            url=url,
            canonical_url=canonical_url(url),
            title=entry.title or page.title,
            text=page.text,
            html=page.html,
            images=page.images,
            published=entry.published or page.published or entry.day,
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
