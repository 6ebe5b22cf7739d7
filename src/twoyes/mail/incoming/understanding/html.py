"""HTML as the lines that its reader sees: quotations with `>` before them, signatures left out, in one pass.

What mail programs mark is kept as knowledge: `blockquote`, and the elements in which Outlook, Gmail, Yahoo, Apple Mail
and others put the signature, or with which they begin the message that is answered.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape

HTML_CHARS = 300_000
BEGINS_THE_ANSWERED = "\x1e"
"""A line of this alone: what follows is the message that is answered, whatever it looks like."""

RULE = "_" * 20
_DEEPEST = 200
_TAG_CHARS = 2_000
_SILENT = {"style", "script", "head", "title", "template", "textarea", "select"}
_VOID = {"br", "hr", "img", "meta", "input", "link", "base", "wbr", "col"}
_BLOCKS = set(
    "p div blockquote ul ol li table tr h1 h2 h3 h4 h5 h6 pre section article header footer dl dt dd center".split()
)
_ATTRIBUTE = re.compile(r"([a-z][a-z0-9_-]{0,40})[ \n\t]{0,9}=[ \n\t]{0,9}(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))")
_TAG = re.compile(r"/?([a-z][a-z0-9]{0,15})")
_SIGNATURE = (
    "gmail_signature", "moz-signature", "ms-outlook-mobile-signature", "signatureblock", "mobile_signature",
    "x_signature", "protonmail_signature_block", "apple-mobile-signature", "divsignature", "zmail_signature",
    "yahoo_signature", "ydpsignature", "applemailsignature",
)  # fmt: skip
_ANSWERED = (
    "divrplyfwdmsg", "outlookmessageheader", "olk_src_body_section", "appendonsend", "stopspelling", "zwchr",
    "yahoo_quoted", "reply-intro", "mail-editor-reference-message-container", "bloop_markdown_quote",
    "replyforwardmsg", "aolmsgpart", "tutanota_quote", "history_container",
)  # fmt: skip
_RULES = ("border-top:solid#", "border-top:1.0ptsolid#", "border-top:1ptsolid#", "border-top-style:solid")


@dataclass(slots=True)
class _Open:
    """An element that is open, and what has to be undone at its end."""

    name: str
    quoted: int = 0
    silent: int = 0
    paragraph: bool = False


@dataclass(slots=True)
class _Page:
    """What is seen so far: lines, the one that is being written, and the elements that are open."""

    lines: list[str] = field(default_factory=list)
    line: list[str] = field(default_factory=list)
    hard: bool = False
    depth: int = 0
    silent: int = 0
    preformatted: int = 0
    stack: list[_Open] = field(default_factory=list)
    names: Counter[str] = field(default_factory=Counter)

    def text(self, text: str) -> None:
        if self.silent or not text:
            return
        text = unescape(text)
        # Of a paragraph that holds one hard space its writer meant a blank line.
        self.hard = self.hard or "\xa0" in text
        if self.preformatted:
            first, *others = text.split("\n")
            self.line.append(first)
            for other in others:
                self.end(blank=True)
                self.line.append(other)
            return
        words = text.split()
        apart = bool(self.line) and not self.line[-1].endswith(" ") and text[0].isspace()
        self.line.append(" " * apart + " ".join(words) + " " * bool(words and text[-1].isspace()))

    def end(self, *, blank: bool = False) -> None:
        """End the line, where something stands on it or where a blank one is meant."""
        said = "".join(self.line).rstrip()
        if said or blank or self.hard:
            self.put(said)
        self.line.clear()
        self.hard = False

    def put(self, said: str) -> None:
        self.lines.append("> " * self.depth + said)

    def mark(self, line: str) -> None:
        """Put a line of our own, with nothing before it."""
        self.end()
        self.lines.append(line)

    def gap(self) -> None:
        if self.lines and self.lines[-1].strip("> "):
            self.put("")

    def opens(self, one: _Open, *, stays: bool) -> None:
        if one.name in _BLOCKS:
            self.end()
        if one.paragraph:
            self.gap()
        if stays and len(self.stack) < _DEEPEST:
            self.depth += one.quoted
            self.silent += one.silent
            self.preformatted += one.name == "pre"
            self.stack.append(one)
            self.names[one.name] += 1

    def closes(self, name: str) -> None:
        """Close an element, and what was left open in it."""
        while self.names[name]:
            one = self.stack.pop()
            self.names[one.name] -= 1
            if one.name in _BLOCKS:
                self.end()
            self.depth -= one.quoted
            self.silent -= one.silent
            self.preformatted -= one.name == "pre"
            if one.paragraph:
                self.gap()
            if one.name == name:
                return


def as_text(html: str) -> str:
    """Return what a reader of this HTML sees, as lines. Linear: each character is looked at once; never raises."""
    page = _Page()
    for tag, text in _tokens(html[:HTML_CHARS]):
        page.text(text)
        found = _TAG.match(tag)
        if found is None:
            continue
        if tag.startswith("/"):
            page.closes(found[1])
        elif found[1] in _VOID:
            _void(found[1], tag, page)
        else:
            _opened(found[1], tag, page)
    page.end()
    return "\n".join(page.lines)


def _void(name: str, tag: str, page: _Page) -> None:
    if page.silent:
        return
    if name == "br":
        page.end(blank=True)
    elif name == "hr":
        page.mark(BEGINS_THE_ANSWERED if _any(_ANSWERED, _marks(tag)) else RULE)


def _opened(name: str, tag: str, page: _Page) -> None:
    """Take in a tag that opens an element."""
    marks = _marks(tag) if name in _BLOCKS or name in {"span", "a"} else ""
    if _any(_ANSWERED, marks) and not page.silent:
        page.mark(BEGINS_THE_ANSWERED)
    elif _any(_RULES, marks) and not page.silent:
        page.mark(RULE)
    indented = "margin:000" in marks and "border:none" in marks
    one = _Open(
        name,
        quoted=int(name == "blockquote" and not indented),
        silent=int(name in _SILENT or _any(_SIGNATURE, marks)),
        paragraph=name == "p" and "msonormal" not in marks and "margin:0" not in marks,
    )
    page.opens(one, stays=not tag.endswith("/"))


def _any(those: tuple[str, ...], marks: str) -> bool:
    return bool(marks) and any(one in marks for one in those)


def _marks(tag: str) -> str:
    """Return what class, id, style and their like say, in small letters without spaces."""
    told = [
        f"{found[2] or found[3] or found[4] or ''} {'signatureblock' if found[1] == 'data-signatureblock' else ''}"
        for found in _ATTRIBUTE.finditer(tag[:_TAG_CHARS])
        if found[1] in {"class", "id", "style", "name", "data-signatureblock", "type"}
    ]
    return "|".join("".join(one.split()) if ":" in one else one for one in told)


def _tokens(html: str) -> Iterator[tuple[str, str]]:
    """Yield each tag (in small letters) with the text before it; comments are left out."""
    at, end = 0, len(html)
    while at < end:
        begin = html.find("<", at)
        if begin < 0:
            yield "", html[at:]
            return
        if html.startswith("<!--", begin):
            close = html.find("-->", begin)
            yield "", html[at:begin]
            at = end if close < 0 else close + 3
            continue
        if not (html[begin + 1 : begin + 2].isalpha() or html[begin + 1 : begin + 2] in {"/", "!", "?"}):
            yield "", html[at : begin + 1]
            at = begin + 1
            continue
        close = html.find(">", begin)
        close = end if close < 0 else close
        yield html[begin + 1 : close].lower(), html[at:begin]
        at = close + 1
