import pytest
from axe_playwright_python.sync_playwright import Axe

pytestmark = pytest.mark.browser


def test_the_draft_fits_narrow_and_wide_screens_in_light_and_dark(browser, drafted_room):
    address = (drafted_room / "var" / "issues" / "2026-W47" / "issue.html").as_uri()
    for width in (320, 640):
        for scheme in ("light", "dark"):
            page = browser.new_page(
                viewport={"width": width, "height": 900}, color_scheme=scheme
            )  # fmt: skip
            page.goto(address)
            assert page.evaluate("document.documentElement.scrollWidth") == width
            violations = Axe().run(page).response["violations"]
            assert [one["id"] for one in violations] == [], (width, scheme)
            page.close()
