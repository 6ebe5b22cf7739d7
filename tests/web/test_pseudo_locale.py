"""Every word on every page can be said in another language: in a pseudo language nothing but data stays as it was."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path

import pytest

from tests.support import pseudo
from tests.support.cast import APPROVAL, OFFER, REQUEST, Cast
from tests.web import by_mail
from tests.web.gallery import READ, Gallery
from twoyes.lib import zones
from twoyes.policy import noes
from twoyes.web.no_words import LANGUAGES

_SILENT = {"script", "style"}
# The ready words of a kind no are written in four languages each by itself, and pass through no translation.
_READY = tomllib.loads(Path(noes.__file__).with_name("en.toml").read_text("utf-8"))
_OF_NOES = (
    *(text for tones in _READY["reasons"].values() for parts in tones.values() for text in parts.values()),
    *(text for tones in _READY["instead"].values() for text in tones.values()),
    *_READY["draft"]["text"].split("\n"),
)
# What people wrote, names, and what is no word of any language.
DATA = (
    *(one for one in (*REQUEST.values(), *APPROVAL.values(), *OFFER.values()) if len(one) > 3),
    *"Nora Vik|Kim Berg|Ada Moor|Uwe Lang|Blades.".split("|"),
    *"Cora Lund|Rita Holm|Rolf Berg|Tom Target|Otto Outsider|Blade Works|Nordsjo Drift|Ada New|Tina|Ada|Rita|Tom".split(
        "|"
    ),
    *"Kim Berg|Ada Moor|Moor|Rik Amt|Rik Late|Tower Works".split("|"),
    *"I know him too little.|The journal answers letters.|Write to the journal.|Come by.|For you to decide.".split("|"),
    *"At the fair.|A good talk.|Say why it has to be this spring.|Tuesday at ten|This is the ask.|My phone".split("|"),
    *(one for words in READ for one in words.values()),
    *(one for one in (*by_mail.WRITTEN, *by_mail.WRITERS) if len(one) > 3),
    *(part for text in _OF_NOES for part in re.split(r" ?\{[a-z_]+\}", text) if len(part) > 3),
    *LANGUAGES.values(),
    *(zone.replace("_", " ") for zone in zones.CHOICES),
    # The field that only programs fill in.
    "Fax",
    "Hello",
    *"Twoyes|Two|yes|cards.vcf|Sent.mbox|Again.mbox|LinkedIn|CSV|vCard".split("|"),
)


class _Words(HTMLParser):
    """Gathers what a reader sees or hears: text, and the attributes that are read out."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.within: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = {name: value or "" for name, value in attrs}
        if tag in _SILENT:
            self.within.append(tag)
        if tag != "meta":
            self.found += [known[name] for name in ("alt", "aria-label", "placeholder", "title") if known.get(name)]

    def handle_endtag(self, tag: str) -> None:
        if self.within and tag == self.within[-1]:
            self.within.pop()

    def handle_data(self, data: str) -> None:
        if not self.within:
            self.found.append(data)


def left_over(html: str) -> list[str]:
    """Return the words that are neither marked nor data."""
    parser = _Words()
    parser.feed(html)
    # A message may be cut by tags: brackets are matched over the whole page.
    return pseudo.left_over("\n".join(parser.found), DATA)


@pytest.mark.slow(30)
def test_every_word_on_every_page_is_marked_for_translation(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    with pseudo.spoken(monkeypatch):
        gallery = Gallery(cast).fill()
    found = Counter[str]()
    where: dict[str, str] = {}
    for page in gallery.pages.values():
        for one in left_over(page.html.decode()):
            found[one] += 1
            where.setdefault(one, str(page))
    assert not found, "\n".join(f"{n} × {one[:150]!r}, first on {where[one]}" for one, n in found.most_common())


def test_a_word_that_was_not_marked_is_noticed() -> None:
    page = f"<p>{pseudo.pseudo('Ask %(name)s') % {'name': 'Cora Lund'}} Rita Holm</p><input placeholder='Search'>"
    assert left_over(page) == ["Search"]
    assert left_over("<p>⟦Çálled ⟦óné⟧</p> of three</p>") == ["⟦Çálled", "of three"]
