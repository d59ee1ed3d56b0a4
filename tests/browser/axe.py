"""axe-core on a page at two widths, in one visit. What this module never does: open pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from axe_playwright_python.base import AXE_SCRIPT

if TYPE_CHECKING:
    from playwright.sync_api import Page

WIDTHS = (1280, 360)
_RUN = """async () => (await axe.run({
    resultTypes: ["violations"],  // all rules run; only the nodes of what is right are not listed
    preload: false,  // our style sheet is the page's own, nothing has to be fetched
    rules: {"frame-tested": {enabled: false}},  // the mail's own test looks into the frame
})).violations.map(one => [one.id, one.nodes.slice(0, 3).map(node => node.html.slice(0, 120))])"""


def look(page: Page, where: str) -> None:
    """Check the page as it stands: no violation and no sideways scrolling at either width."""
    for details in page.locator("details").all()[:4]:
        details.evaluate("one => { one.open = true; }")
    page.evaluate(AXE_SCRIPT)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= width, (where, width)
        violations: list[Any] = page.evaluate(_RUN)
        assert violations == [], (where, width)
