"""Debian's Chromium, driven by Playwright, with eyes on what a page fetches and complains about."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, Page, Request, sync_playwright

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
]
OURS = {"127.0.0.1", "localhost"}
"""The only hosts the browser finds; asking for another is a fault of the page."""


@contextmanager
def chromium() -> Iterator[Browser]:
    """One headless browser; it never downloads anything."""
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if not program:
        raise RuntimeError("没有找到 Chromium，请执行 ./test，它会装好需要的软件包")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        try:
            yield browser
        finally:
            browser.close()


class Desk:
    """One person's browser: a context whose pages may fetch from us alone and may not complain."""

    def __init__(self, browser: Browser, **options: Any) -> None:
        self.context: BrowserContext = browser.new_context(locale="zh-CN", timezone_id="Asia/Shanghai", **options)
        self.context.set_default_timeout(15_000)
        self.foreign: list[str] = []
        self.complaints: list[str] = []
        self.context.on("request", self._only_ours)
        self.context.on("console", self._listen)
        self.context.on("weberror", lambda error: self.complaints.append(str(error.error)))

    def _only_ours(self, request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme in ("http", "https", "ws", "wss") and address.hostname not in OURS:
            self.foreign.append(request.url)

    def _listen(self, message: Any) -> None:
        refused = "Failed to load resource" in message.text  # a 4xx answer that the test itself asked for
        if message.type in ("error", "warning") and not refused:
            self.complaints.append(message.text)

    def page(self) -> Page:
        """A new page at this desk."""
        return self.context.new_page()

    def close(self) -> None:
        """Close the desk; what its pages fetched elsewhere or complained about fails the test."""
        self.context.close()
        assert not self.foreign, f"页面向外取了东西：{self.foreign}"
        assert not self.complaints, f"浏览器有怨言：{self.complaints}"
