"""What the writer of a message wrote in it: its text, without what is quoted and what is signed."""

from __future__ import annotations

from twoyes.mail.incoming.understanding import decoding, flowed, html, quotation, signature
from twoyes.mail.incoming.understanding.bounded import Part

LONGEST = 60_000
"""Characters of a text that are looked at: a letter, and more than enough of what it quotes."""


def body(message: Part) -> str:
    """Return the text of a message as its reader sees it: the plain text, or the HTML where that says nothing."""
    plain = "\n".join(_plain(part) for part in message.own() if part.kind == "text/plain" and _inline(part))
    if plain.strip():
        return plain[:LONGEST]
    pages = (decoding.text(part) for part in message.own() if part.kind == "text/html" and _inline(part))
    return next((text for page in pages if (text := html.as_text(page)).strip()), "")[:LONGEST]


def new_text(text: str) -> str:
    """Return what is new in a text, normal: LF, nothing at line ends, one blank line in a row at most."""
    return parted(text)[0]


def is_guessed(text: str) -> bool:
    """Say whether more of a text is left out as a signature than a mail program marks as one: it may be a sentence."""
    return parted(text)[1]


def parted(text: str) -> tuple[str, bool]:
    """Return `new_text` and `is_guessed` of a text, which is taken apart once for both."""
    runs = quotation.segments(text.replace("\u200b", "").replace("\ufeff", "").replace("\u200e", ""))
    last = max((at for at, run in enumerate(runs) if any(line.strip() for line in run)), default=-1)
    lines = [line for at, run in enumerate(runs) for line in signature.without(run, last=at == last)]
    marked = [line for run in runs for line in signature.without_marked(run)]
    new = normal("\n".join(lines))
    return new, normal("\n".join(marked)) != new


def normal(text: str) -> str:
    """Return text with LF, no spaces at line ends, no blank lines around it and one in a row at most."""
    kept: list[str] = []
    for line in text.split("\n"):
        bare = line.rstrip()
        if bare or (kept and kept[-1]):
            kept.append(bare)
    return "\n".join(kept).strip("\n")


def _inline(part: Part) -> bool:
    return not part.attached


def _plain(part: Part) -> str:
    text = decoding.text(part)
    if part.parameters.get("format", "").lower() == "flowed":
        return flowed.joined(text, delete_space=part.parameters.get("delsp", "").lower() == "yes")
    return text
