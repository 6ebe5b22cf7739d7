"""What stands below a text and says nothing: signatures, contact data, disclaimers, the footers of lists."""

from __future__ import annotations

import re

from twoyes.mail.incoming.understanding import lexicon

_RULE = re.compile(r"[ \t]*([-_=*~#—–])\1{4,}[ \t]*")
_PHONE = re.compile(r"(?<![\w.])\+?\(?[0-9][0-9 ()/.\u00a0-]{5,20}[0-9](?![\w])")
_WEB = re.compile(r"(?:https?://|www\.)|[\w.+-]{1,64}@[\w-]{1,63}\.[\w.-]{2,80}|linkedin|skype", re.IGNORECASE)
_NUMBERED = re.compile(
    r"^[ \t]*(?:t|m|f|p|tel|mob|fon|fax|phone|mobile|mobil|telefon|cell|direct|tél|telefono|kom|handy)[ .:]+[+(0-9]",
    re.IGNORECASE,
)
_SHORT = 75
_BLOCK = 14


def without(run: list[str], *, last: bool) -> list[str]:
    """Return a run of lines without the signature at its end; `last` is the run after which no other comes."""
    run = _without_delimited(run)
    run = _without_device(run)
    if last:
        run = _without_device(_without_block(_without_footer(run)))
    return run


def without_marked(run: list[str]) -> list[str]:
    """Return a run of lines without what a mail program marks below it: from `-- ` on (RFC 3676 4.3), and a device."""
    left = run[: run.index("-- ")] if "-- " in run else run[:]
    while left and (not left[-1].strip() or is_device(left[-1])):
        left.pop()
    return left


def _without_delimited(run: list[str]) -> list[str]:
    for at, line in enumerate(run):
        bare = line.rstrip()
        if bare in {"--", "—", "- --", "–"} or (bare in {"---", "__", "___"} and len(run) - at <= 8):
            return run[:at]
    return run


def _without_device(run: list[str]) -> list[str]:
    """Take off `Sent from my …` where it stands at the end, or with little more than a name below it."""
    for at, line in enumerate(run):
        if is_device(line):
            below = [other for other in run[at + 1 :] if other.strip()]
            return run[:at] if len(below) <= 3 else [*run[:at], *run[at + 1 :]]
    return run


def is_device(line: str) -> bool:
    """Say whether a telephone or a mail program wrote this line of itself."""
    bare = line.strip(" *_-\t\u00a0")
    if len(bare) > 120:
        return False
    known = lexicon.everywhere("signatures.devices")
    said = [lexicon.line(one) for one in bare.split(". ")]
    # "Sent from my desk, is much easier." begins alike; a program's second sentence is known as well.
    plain = len(bare) <= 40 or len(said) > 1 or not ("," in bare or bare.endswith((".", "!", "?")))
    return plain and all(one.startswith(known) for one in said)


def _without_footer(run: list[str]) -> list[str]:
    """Take off what follows a disclaimer, or a ruled line with addresses below it."""
    begin = max(0, len(run) - 40)
    for at in range(begin, len(run)):
        if not run[at].strip():
            continue
        if _RULE.fullmatch(run[at][:300]) and any(_is_contact(line) for line in run[at + 1 :]):
            return run[:at]
        text = lexicon.line(run[at][:300])
        if at > 0 and text.startswith(lexicon.everywhere("signatures.disclaimers")):
            return run[:at]
    return run


def _without_block(run: list[str]) -> list[str]:
    """Take off a block of name, title and contact data at the end; a closing with a bare name above it stays."""
    end = len(run)
    while end and not run[end - 1].strip():
        end -= 1
    begin, contact = end, 0
    for at in range(end - 1, max(-1, end - _BLOCK - 1), -1):
        line = run[at].strip()
        if _is_prose(line):
            break
        contact += _is_contact(line)
        begin = at
    if not contact:
        return run
    left = run[: _below_closing(run, begin, end)]
    # "Call me on 030 123456" is all that somebody said.
    return left if any(line.strip() for line in left) else run


def _below_closing(run: list[str], begin: int, end: int) -> int:
    """Return where the block begins: with its paragraph, below a closing in it.

    A name above that paragraph belongs to the block only where the paragraph has none itself, and nothing closes
    the letter there.
    """
    contact = next(at for at in range(begin, end) if _is_contact(run[at]))
    start = contact
    while start > begin and run[start - 1].strip() and not is_closing(run[start - 1]):
        start -= 1
    if start < contact:
        return start
    above = start
    while above > begin and not run[above - 1].strip():
        above -= 1
    first = above
    while first > begin and run[first - 1].strip():
        first -= 1
    closes = any(is_closing(line) for line in run[first:above])
    # "Fiona" above "Fiona Garth | Operations" closes the letter: the block below has its own name.
    named = lexicon.words(run[first]) if above - first == 1 else []
    again = len(named) == 1 and named[0] in lexicon.words(" ".join(run[start:end]))
    all_there_is = not any(line.strip() for line in run[:first])
    return start if closes or again or all_there_is or above - first > 2 else first


def is_closing(line: str) -> bool:
    """Say whether a line closes a letter: `Best regards,`."""
    return len(line) <= 60 and lexicon.line(line) in lexicon.everywhere("signatures.closings")


def _is_contact(line: str) -> bool:
    line = line[:300]
    return bool(_WEB.search(line) or _PHONE.search(line) or _NUMBERED.match(line))


def _is_prose(line: str) -> bool:
    """Say whether a line is part of a sentence, which no signature has."""
    if _is_contact(line) and len(line.split()) <= 8:
        return False
    if any(mark in line for mark in "|·•"):
        return False
    # "Bodegas del Ebro, S. A.", "John Doe, Ph.D.": a capital letter begins what the point abbreviates.
    shortened = line.endswith(".") and line.rpartition(" ")[2][:1].isupper()
    return len(line) > _SHORT or (line.endswith((".", "!", "?", ":", ";")) and len(line.split()) > 2 and not shortened)
