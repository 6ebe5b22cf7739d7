"""People's words on their way into a letter: data, in their place, at their length."""

import re
import unicodedata
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from twoyes.lib import text as lib_text

PAGE = "{page}"
# A word longer than this on average is no word, and would make 150 of them a long letter.
_WORD_LENGTH = 12
_LINE_ENDS = re.compile("\r\n|[\r\v\f\u0085\u2028\u2029]")
_TOO_MANY_ENDS = re.compile(r"\n{3,}")
# What changes the sense of what stands around it: controls, direction marks, halves of characters.
_UNSEEN = {"Cc", "Cf", "Cs", "Zl", "Zp"}
_JOINERS = "\u200c\u200d"

_FORMATS = {
    "call": gettext_lazy("a phone call"),
    "video": gettext_lazy("a video call"),
    "coffee": gettext_lazy("a coffee"),
    "meal": gettext_lazy("a meal"),
    "interview": gettext_lazy("an interview"),
    "mail": gettext_lazy("an exchange of mails"),
}
_NUMBERS = {
    7: gettext_lazy("seven"),
    8: gettext_lazy("eight"),
    9: gettext_lazy("nine"),
    10: gettext_lazy("ten"),
    11: gettext_lazy("eleven"),
    12: gettext_lazy("twelve"),
    13: gettext_lazy("thirteen"),
    14: gettext_lazy("fourteen"),
}


def ours(text: str) -> str:
    """Return what the connector wrote, in its own lines, unable to pose as the letter's link."""
    lines = _LINE_ENDS.sub("\n", text).split("\n")
    return _apart(_TOO_MANY_ENDS.sub("\n\n", "\n".join(map(_visible, lines))).strip())


def theirs(text: str, *, limit: int | None = None) -> str:
    """Return what somebody wrote in one line, links defanged (D7, D8), of at most `limit` words."""
    line = _apart(lib_text.defang(one_line(text)))
    return line if limit is None else clipped(line, limit)


def lines(text: str) -> str:
    """Return what somebody wrote in its own lines, links defanged (D7, D8)."""
    return _apart("\n".join(lib_text.defang(line) for line in ours(text).split("\n")))


def clipped(line: str, limit: int) -> str:
    """Return the first `limit` words, with a mark where more were left out."""
    kept = " ".join(line.split()[:limit])[: limit * _WORD_LENGTH]
    return line if kept == line else f"{kept.rstrip(' ,;:.')}…"


def without(text: str, name: str) -> str:
    """Return `text` without any part of `name`, whatever its case: a blind ask hides who it is about."""
    parts = sorted({*name.split(), name}, key=len, reverse=True)
    said = "|".join(re.escape(part) for part in parts if len(part) > 1)
    return re.sub(rf"(?<!\w)(?:{said})(?!\w)", "…", text, flags=re.IGNORECASE) if said else text


def one_line(text: str) -> str:
    """Return `text` in one line without anything that cannot be seen."""
    return " ".join(_visible(_LINE_ENDS.sub(" ", text)).split())


def paragraphs(text: str) -> str:
    """Return a rendered text with one empty line between paragraphs, whatever its template left out."""
    return _TOO_MANY_ENDS.sub("\n\n", "\n".join(line.rstrip() for line in text.split("\n"))).strip("\n")


def day(instant: datetime | None, zone: str) -> str:
    """Return the day of `instant` where the reader lives, in words of the active language; "" for None."""
    if instant is None:
        return ""
    # Translators: how a date is written, in Django's letters: Thursday 3 December 2026.
    return date_format(local(instant, zone), pgettext("date", "l j F Y"))


def local(instant: datetime, zone: str) -> datetime:
    """Return the instant on the clock of a zone; of one that nobody knows, in UTC."""
    return instant.astimezone(_zone(zone))


def meeting(how: str, minutes: str) -> str:
    """Return what is asked for, such as "a video call, 20 minutes"."""
    kind = str(_FORMATS.get(how, ""))
    time = theirs(minutes, limit=4)
    if time.isdecimal():
        time = _("%(minutes)s minutes") % {"minutes": time}
    return ", ".join(part for part in (kind, time) if part)


def number(days: int) -> str:
    """Return a number of days as it is read aloud."""
    return str(_NUMBERS.get(days, days))


def _visible(text: str) -> str:
    return "".join(char for char in text.replace("\t", " ").replace("\n", " ") if char in _JOINERS or not _unseen(char))


def _unseen(char: str) -> bool:
    return unicodedata.category(char) in _UNSEEN


def _apart(text: str) -> str:
    """Break up the mark of the link: nobody's words may become a place where our link goes."""
    return text.replace(PAGE, "{ page }")


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")
