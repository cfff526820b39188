"""
Pictures of the site's pages, to be looked at: narrow to wide, light and dark.

    python -m scripts.screenshots http://127.0.0.1:8000 FOLDER [PAGE …]

A page is an address on that site, as /series/; left out, one of each kind is taken. Admin
pages are signed in to with SITE_USER and SITE_PASSWORD, where these are set.
"""

import argparse
import os
import re
import sys
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser import chromium

WIDTHS = (360, 768, 1280, 1920)
SCHEMES = ("light", "dark")
FIXED = ["/", "/blog/", "/blog/higher-ed/", "/series/", "/topics/", "/search/?q=learning"]
# Page, and how the address begins of the first link on it that is followed.
FOUND = [("/", "/blog/2"), ("/", "/people/"), ("/series/", "/series/"), ("/topics/", "/topics/")]
STAFF = ["/admin/", "/admin/blog/post/", "/admin/core/image/"]


def pages_to_take(page: Page, base: str, staff: bool) -> list[str]:
    """An address of each kind of page that the site has now."""
    found = list(FIXED)
    for start, prefix in FOUND:
        page.goto(base + start)
        links = page.locator(f"main a[href^='{prefix}']").evaluate_all(
            "links => links.map(link => link.getAttribute('href'))"
        )
        found += [link for link in links if len(link) > len(prefix)][:1]
    return found + (STAFF if staff else [])


def sign_in(page: Page, base: str) -> bool:
    """Sign in to the admin, if the environment says as whom."""
    name, password = os.environ.get("SITE_USER"), os.environ.get("SITE_PASSWORD")
    if not (name and password):
        return False
    page.goto(f"{base}/admin/")
    page.get_by_label("Username").fill(name)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Log in").click()
    return True


def take(browser: Browser, base: str, folder: Path, paths: list[str], whole: bool) -> None:
    """Write `{page}-{width}-{scheme}.png` into `folder` for each page, width and scheme."""
    context = browser.new_context(reduced_motion="reduce")
    page = context.new_page()
    signed_in = sign_in(page, base)
    for path in paths or pages_to_take(page, base, signed_in):
        name = re.sub(r"[^\w-]+", "-", path).strip("-") or "home"
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900 if width > 500 else 780})
            for scheme in SCHEMES:
                page.emulate_media(color_scheme=scheme)
                page.goto(base + path, wait_until="networkidle")
                target = folder / f"{name}-{width}-{scheme}.png"
                page.screenshot(path=target, full_page=whole)
                sys.stdout.write(f"{target}\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.strip().splitlines()[0])
    parser.add_argument("base", help="the site, as http://127.0.0.1:8000")
    parser.add_argument("folder", type=Path)
    parser.add_argument("pages", nargs="*", help="addresses on the site; default: each kind")
    parser.add_argument("--window", action="store_true", help="the first screenful only")
    options = parser.parse_args()
    path = chromium.find()
    if not path:
        parser.error("no Chromium found; set CHROMIUM to its path")
    options.folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=chromium.ARGUMENTS)
        take(browser, options.base.rstrip("/"), options.folder, options.pages, not options.window)


if __name__ == "__main__":
    main()
