"""Addresses of static files: each carries a piece of its own digest, so that it may be kept for a year and never goes stale."""

from __future__ import annotations

import hashlib
from pathlib import Path

from flask import Flask, request, url_for

HERE = Path(__file__).parent / "static"


class StaticFiles:
    """Digests of the files under one folder, each computed once."""

    def __init__(self, folder: Path = HERE) -> None:
        self._folder = folder
        self._digests: dict[str, str] = {}
        self._urls: dict[tuple[str, str], str] = {}

    def digest(self, name: str) -> str:
        """The first 12 hex digits of the file's SHA-256. Raises FileNotFoundError for a name that is not there."""
        if name not in self._digests:
            self._digests[name] = hashlib.sha256((self._folder / name).read_bytes()).hexdigest()[:12]
        return self._digests[name]

    def url(self, name: str) -> str:
        """The address of a static file with its digest as query."""
        place = (request.root_path, name)
        if place not in self._urls:
            self._urls[place] = url_for("static", filename=name, v=self.digest(name))
        return self._urls[place]


def register(app: Flask) -> None:
    """Give templates `static_url("parts.css")`."""
    files = StaticFiles(Path(app.static_folder) if app.static_folder else HERE)
    app.jinja_env.globals["static_url"] = files.url
