"""Which lines of a text its writer wrote, and which are quoted: one pass over the lines, no pattern that can go back.

A quotation is lines behind `>` with the line that introduces them; or all that follows such a line, a ruled "Original
Message", or a block of From, Sent, To and Subject as Outlook and Notes write it in the language of their user.
"""

from __future__ import annotations

from functools import cache

from twoyes.mail.incoming.understanding import lexicon
from twoyes.mail.incoming.understanding.html import BEGINS_THE_ANSWERED

_LINE_CHARS = 400
_INTRODUCES_LINES = 4
_BLOCK_LINES = 9
_RULE = frozenset("-_=*–— ")
_PARTS = ("from", "date", "to", "subject")


def segments(text: str) -> list[list[str]]:
    """Return the lines that are new, in runs that quotations part; empty where all of it is quoted."""
    lines = text.split("\n")
    runs: list[list[str]] = [[]]
    at = 0
    while at < len(lines):
        if lines[at] == BEGINS_THE_ANSWERED or _rest_is_answered(lines, at):
            break
        if is_quoted(lines[at]):
            _forget_introduction(runs[-1])
            runs.append([])
            while at < len(lines) and (is_quoted(lines[at]) or (not lines[at].strip() and _quoted_next(lines, at))):
                at += 1
            continue
        runs[-1].append(lines[at])
        at += 1
        length = _introduction(runs[-1])
        if length and not _quoted_next(lines, at) and _surely_introduces(runs[-1][-length:]):
            del runs[-1][-length:]
            break
    for run in runs:
        _forget_rule(run)
    return runs


def is_quoted(line: str) -> bool:
    """Say whether a line is behind a mark of quotation."""
    return line.startswith(">") or line[:4].lstrip(" ").startswith((">", "|>"))


def _quoted_next(lines: list[str], at: int) -> bool:
    """Say whether the next line with something on it is quoted; three blank ones are looked over."""
    return next((is_quoted(line) for line in lines[at : at + 6] if line.strip()), False)


def _forget_introduction(run: list[str]) -> None:
    """Take off the lines that introduce the quotation which comes next."""
    blank = 0
    while blank < len(run) and not run[-1 - blank].strip():
        blank += 1
    above = run[: len(run) - blank]
    length = _introduction(above[-_INTRODUCES_LINES:])
    if not length and above and "@" in above[-1] and _ends_an_introduction(above[-1]) and len(above[-1]) <= _LINE_CHARS:
        length = 1
    if length:
        del run[len(above) - length :]


def _introduction(run: list[str]) -> int:
    """Return how many of the last lines introduce a quotation: `On … wrote:`, as programs break it; 0 for none."""
    if not run or not _ends_an_introduction(run[-1]):
        return 0
    for length in range(1, min(_INTRODUCES_LINES, len(run)) + 1):
        if not run[-length].strip():
            return 0
        told = " ".join(run[-length:])
        if len(told) > _LINE_CHARS:
            return 0
        if _introduces(told):
            return _from_its_beginning(run, length)
    return 0


def _ends_an_introduction(line: str) -> bool:
    return line[-8:].rstrip(" *\u00a0\u202f_").endswith(":")


def _introduces(told: str) -> bool:
    text = lexicon.line(told)
    if not any(char.isdigit() for char in told) and "@" not in told:
        return False
    return lexicon.says(text, lexicon.everywhere("quoting.wrote")) or (
        "@" in told and ">" in told[-6:] and any(char.isdigit() for char in told[:20])
    )


def _from_its_beginning(run: list[str], length: int) -> int:
    """Return the length with the lines above that belong to it, where it does not begin as introductions do."""
    for more in range(length, min(_INTRODUCES_LINES, len(run)) + 1):
        if _begins_an_introduction(run[-more]):
            return more
        if not run[-more].strip():
            break
    return length


def _begins_an_introduction(line: str) -> bool:
    text = lexicon.line(line)
    digits = any(char.isdigit() for char in line)
    return digits and (text.startswith(lexicon.everywhere("quoting.on")) or line.lstrip(" *")[:1].isdigit())


def _surely_introduces(run: list[str]) -> bool:
    """Say whether all that follows is quoted though nothing marks it: only lines of programs are this complete."""
    told = " ".join(run)
    return sum(char.isdigit() for char in told) >= 3 and (_begins_an_introduction(run[0]) or "@" in told)


@cache
def _labels() -> dict[str, str]:
    """Return what each label of a block of headers is, in all languages."""
    return {phrase.strip(): part for part in _PARTS for phrase in lexicon.everywhere(f"quoting.{part}")}


def _label(line: str) -> str:
    """Return which header a line of such a block is, "" for none."""
    name, colon, _rest = line[:60].lstrip(" *_\u00a0").partition(":")
    return _labels().get(" ".join(lexicon.words(name)), "") if colon else ""


def _rest_is_answered(lines: list[str], at: int) -> bool:
    """Say whether with this line the message begins that is answered or passed on."""
    line = lines[at].strip()
    if not line or len(line) > _LINE_CHARS:
        return False
    if _label(line):
        return len(_block(lines, at)) >= 3
    bare = line.strip("-_=*–— >:")
    ruled = len(bare) < len(line.rstrip(" :")) or line.endswith(":")
    if ruled and len(bare) < 60 and lexicon.line(bare) in lexicon.everywhere("quoting.original"):
        return True
    if not bare and len(line) >= 3:
        return len(_block(lines, at + 1)) >= 2
    return False


def _block(lines: list[str], at: int) -> set[str]:
    """Return which headers stand together from here on, at most one blank line between them."""
    found: set[str] = set()
    blank = other = 0
    for line in lines[at : at + _BLOCK_LINES]:
        label = _label(line)
        if label:
            found.add(label)
            blank = other = 0
        elif not line.strip():
            blank += 1
        else:
            other += 1
        # A header may go on in the next line, and some programs put a blank one between any two.
        if blank > 1 or other > 2 or (other and not found):
            break
    return found if "from" in found or len(found) == len(_PARTS) - 1 else set()


def _forget_rule(run: list[str]) -> None:
    """Take a ruled line off the end, which only parted the new from the old."""
    while run and not run[-1].strip(" \u00a0"):
        run.pop()
    if run and len(run[-1].strip()) >= 3 and not set(run[-1].strip()) - _RULE:
        run.pop()
