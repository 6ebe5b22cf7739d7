"""Servers that are read like archives, each with its login: mailboxes (IMAP) and calendars (CalDAV)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace

from twoyes.network.sources import caldav, imap
from twoyes.network.sources.base import Marks, Opened
from twoyes.network.sources.patience import Beat

type Account = imap.Account | caldav.Account


def archives(account: Account, marks: Marks, beat: Beat) -> Iterator[Opened]:
    """Yield what is there as archives; asked for only when it is read. `beat` is called while a server is waited for.

    Raises Refused: what the server refuses, and Unreachable.
    """
    return imap.folders(account, marks, beat) if isinstance(account, imap.Account) else caldav.calendars(account, beat)


def written(account: Account) -> str:
    """Return an account with its login as text, to be sealed."""
    user = [] if isinstance(account, imap.Account) else [account.user]
    return json.dumps([account.url, account.password, *user])


def read(text: str) -> Account:
    """Return the account that was `written`: a user named it, so its server is looked for on the open net alone."""
    url, password, *user = json.loads(text)
    if user:
        return replace(caldav.account(url, user=user[0], password=password), named_by_user=True)
    return replace(imap.account(url, password=password), named_by_user=True)
