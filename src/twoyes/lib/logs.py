"""Logs say what happened, never to whom: addresses and tokens are taken out of every line (E22)."""

import logging
import os
import re
import traceback
from pathlib import Path

_ADDRESS = re.compile(r"[^\s<>\"'(),:;=\[\]/?&]+(?:@|%40)[^\s<>\"'(),:;=\[\]/?&]+", re.IGNORECASE)
_PATH = re.compile(r"(?<![\w-])/([tvr]|accounts/link)/[^\s/\"'<>?#]+")
# A link token, a signed reference, a sealed-off password in the address of a server.
_TOKEN = re.compile(r"\b[a-z2-7]{26}\b|\b[0-9a-z]+\.[a-z2-7]{16}\b", re.IGNORECASE)
_PASSWORD = re.compile(r"(://)[^\s/@]+@")


def scrub(text: str) -> str:
    """Return `text` without mail addresses, passwords in URLs, link tokens and signed references."""
    text = _PASSWORD.sub(r"\1[login]@", text)
    text = _PATH.sub(r"/\1/[token]", text)
    text = _TOKEN.sub("[token]", text)
    return _ADDRESS.sub("[address]", text)


class ScrubbingFormatter(logging.Formatter):
    """Scrubs the finished line, so that a traceback's last words are scrubbed as well."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line that is written, scrubbed."""
        return scrub(super().format(record))


def describe(error: BaseException) -> str:
    """Return what failed and where, without the message: that may hold somebody's words."""
    frames = traceback.extract_tb(error.__traceback__)
    places = [frame for frame in frames if f"{os.sep}twoyes{os.sep}" in frame.filename]
    if not places:
        return type(error).__name__
    last = places[-1]
    return f"{type(error).__name__} in {Path(last.filename).stem}, line {last.lineno}"
