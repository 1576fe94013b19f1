"""A real browser: Debian's Chromium, driven by playwright. Everything that a page complains about is collected."""

import shutil
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import BrowserContext, Page, sync_playwright

from .tocsin import ROOT

SCREENSHOTS = ROOT / ".build/screenshots"
WIDE = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}


@dataclass
class Complaints:
    """What the browser said that a user should never cause: errors, policy violations, requests elsewhere, failures."""

    console: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)

    @property
    def all(self) -> list[str]:
        return self.console + self.errors + self.foreign


class Browser:
    def __init__(self):
        executable = shutil.which("chromium") or shutil.which("chromium-browser")
        assert executable, "Chromium is not installed: scripts/install-dependencies.sh test"
        self._playwright = sync_playwright().start()
        self._browser = self._playwright.chromium.launch(
            executable_path=executable,
            headless=True,
            # The sandbox needs rights that a container, or root, does not have; only our own pages are visited.
            args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
        )

    def close(self) -> None:
        self._browser.close()
        self._playwright.stop()

    @contextmanager
    def context(
        self, origin: str, viewport: dict = WIDE, scheme: str = "light", scripts: bool = True, state: dict | None = None
    ):
        """A fresh profile with one open page. `state` is a signed-in state saved earlier."""
        context: BrowserContext = self._browser.new_context(
            viewport=viewport,
            color_scheme=scheme,
            java_script_enabled=scripts,
            storage_state=state,
            reduced_motion="reduce",
            locale="en-GB",
            timezone_id="UTC",
        )
        page = context.new_page()
        complaints = Complaints()
        page.on("console", lambda message: _note_console(complaints, message))
        page.on("pageerror", lambda error: complaints.errors.append(f"{page.url}: {error}"))
        page.on("request", lambda request: _note_request(complaints, request, origin))
        try:
            yield page, complaints
        finally:
            context.close()

    @staticmethod
    def screenshot(page: Page, name: str) -> Path:
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        path = SCREENSHOTS / f"{name}.png"
        page.screenshot(path=str(path), full_page=True, caret="initial")
        return path


def _note_console(complaints: Complaints, message) -> None:
    if message.type in {"error", "warning"}:
        complaints.console.append(f"{message.type}: {message.text}")


def _note_request(complaints: Complaints, request, origin: str) -> None:
    if not request.url.startswith((origin, "data:", "about:", "blob:")):
        complaints.foreign.append(f"a request left the site: {request.url}")
