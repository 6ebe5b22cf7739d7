"""Our own static files, as pages ask for them."""

from __future__ import annotations

import re
from functools import cache
from html.parser import HTMLParser

from django.contrib.staticfiles import finders


@cache
def our_files() -> dict[str, bytes]:
    """Return each file under /static/ with its content."""
    found = {}
    for finder in finders.get_finders():
        for path, storage in finder.list([]):
            with storage.open(path) as file:
                found[f"/static/{path}"] = file.read()
    return found


class _Loads(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = {name: value or "" for name, value in attrs}
        if tag == "link" and known.get("rel") in {"stylesheet", "icon", "preload", "modulepreload"}:
            self.found.append(known["href"])
        elif tag in {"script", "img", "iframe", "source", "video"} and known.get("src"):
            self.found.append(known["src"])


def loads(html: str) -> list[str]:
    """Return what a page makes a browser fetch, each address once; a style sheet of ours fetches nothing more."""
    parser = _Loads()
    parser.feed(html)
    return list(dict.fromkeys(parser.found))


def fetches(css: str) -> list[str]:
    """Return what a style sheet makes a browser fetch."""
    return re.findall(r"url\(|@import", css)
