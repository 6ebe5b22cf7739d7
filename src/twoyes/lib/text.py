"""What people write: taken as they wrote it, or refused with a sentence; never silently bent (D1, D6, D7)."""

import re
import unicodedata

from django.utils.translation import gettext as _

from twoyes.lib.errors import Refused

# Soft hyphens and direction marks come along with pasted text and do no harm when they go.
_HARMLESS = dict.fromkeys(map(ord, "\u00ad\u200e\u200f\u061c"))
_LINE_ENDS = re.compile("\r\n|[\r\u0085\u2028\u2029]")
_JOINERS = "\u200c\u200d"
_MARKS_IN_A_ROW = 6

_WEB = re.compile(r"http(s?)://", re.IGNORECASE)
_OTHER_SCHEME = re.compile(r"(?<!hxxp)(?<!hxxps)://", re.IGNORECASE)
_BARE_SCHEME = re.compile(r"(?<![^\W_])(mailto|javascript|data|tel|sms|vbscript):(?=\S)", re.IGNORECASE)
_DOTTED = re.compile(r"[^\W_][\w-]*(?:[.。．｡][\w-]+)+")
_ENDING = re.compile(r"[.。．｡](?:[^\W\d_]{2,}|xn--[\w-]+)(?=[.。．｡]|$)", re.IGNORECASE)
_DOT = re.compile("[.。．｡]")

_UNDECOMPOSED = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th"}
)


def one_line(text: str, *, limit: int = 200, field: str) -> str:
    """Return `text` composed (NFC) and trimmed, in one line of at most `limit` code points.

    Raises Refused `bad_text`, naming `field`, for a line end, a control or an invisible character that alters
    what a reader sees, a stack of accents, or too much text.
    """
    _check_length(text, limit, field)
    cleaned = _composed(text).replace("\t", " ").strip()
    if re.search("[\r\n\u0085\u2028\u2029]", cleaned):
        raise Refused("bad_text", _("%(field)s has to be one line.") % {"field": field})
    return _checked(cleaned, limit, field)


def many_lines(text: str, *, limit: int, field: str) -> str:
    """Return `text` composed (NFC), with plain line ends and nothing trailing; refuses as `one_line` does."""
    _check_length(text, limit, field)
    lines = _LINE_ENDS.sub("\n", _composed(text)).replace("\t", " ").split("\n")
    return _checked("\n".join(line.rstrip() for line in lines).strip("\n"), limit, field)


def defang(text: str) -> str:
    """Return `text` with web and mail addresses that can be read, but that no program makes a link."""
    unschemed = _OTHER_SCHEME.sub("[:]//", _WEB.sub(r"hxxp\1://", text))
    return _DOTTED.sub(_bracket, _BARE_SCHEME.sub(r"\1[:]", unschemed))


def fold(text: str) -> str:
    """Return a key that is blind to case, accents and spacing, for search and comparison only."""
    bare = unicodedata.normalize("NFKD", text).casefold()
    kept = "".join(char for char in unicodedata.normalize("NFKD", bare) if not unicodedata.combining(char))
    return " ".join(kept.translate(_UNDECOMPOSED).split())


def _composed(text: str) -> str:
    return unicodedata.normalize("NFC", text.removeprefix("\ufeff").translate(_HARMLESS))


def _check_length(text: str, limit: int, field: str) -> None:
    # Before anything else: composing a flood of accents takes time that grows with its square (D6). White space
    # and what composing joins may make the final text four times shorter.
    if len(text) > 4 * limit + 1000:
        raise _too_long(field, limit)


def _too_long(field: str, limit: int) -> Refused:
    sentence = _("%(field)s is longer than %(limit)d characters. Please shorten it.")
    return Refused("bad_text", sentence % {"field": field, "limit": limit})


def _checked(text: str, limit: int, field: str) -> str:
    if len(text) > limit:
        raise _too_long(field, limit)
    marks = 0
    for place, char in enumerate(text):
        category = unicodedata.category(char)
        marks = marks + 1 if category in ("Mn", "Me") else 0
        if marks > _MARKS_IN_A_ROW:
            raise Refused("bad_text", _("%(field)s has a letter under a pile of accents.") % {"field": field})
        if category in ("Cc", "Cf", "Cs") and char != "\n" and not _joins(text, place):
            sentence = _("%(field)s holds an invisible character (U+%(code)04X). Please type it again.")
            raise Refused("bad_text", sentence % {"field": field, "code": ord(char)})
    return text


def _joins(text: str, place: int) -> bool:
    """Say whether the character is a joiner in its place: Persian, Indic scripts and emoji need them."""
    around = text[place - 1 : place] + text[place + 1 : place + 2]
    between_letters = len(around) == 2 and not any(c.isascii() or c in _JOINERS for c in around)
    return text[place] in _JOINERS and between_letters


def _bracket(match: re.Match[str]) -> str:
    # Numbers (3.14) and abbreviations (e.g) are no addresses: no domain ends in a single letter or a digit.
    return _DOT.sub("[.]", match[0]) if _ENDING.search(match[0]) else match[0]
