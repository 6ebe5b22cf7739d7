"""The kinds of contact files, as a literal table; the first that recognises a file reads it."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import BinaryIO

from django.utils.translation import gettext as _

from twoyes.lib.errors import Refused
from twoyes.people.sources import files, google, linkedin, linkedin_messages, outlook, thunderbird, vcard
from twoyes.people.sources.base import File, Kind

KINDS = (
    Kind("vcard", vcard.recognises, vcard.prepare, vcard.MOST_BYTES),
    Kind("linkedin", linkedin.recognises, linkedin.prepare),
    Kind("linkedin_messages", linkedin_messages.recognises, linkedin_messages.prepare),
    Kind("google", google.layout.recognises, google.layout.prepare),
    Kind("thunderbird", thunderbird.layout.recognises, thunderbird.layout.prepare),
    Kind("outlook", outlook.layout.recognises, outlook.layout.prepare),
)


def is_contacts(head: bytes) -> bool:
    """Say whether a file that begins so is one of contacts, as far as its beginning tells."""
    encoding = files.wide(head)
    if head.startswith(files.ARCHIVES) or (b"\0" in head and not encoding):
        return False
    encodings = [encoding] if encoding else ["utf-8-sig", "cp1252"]
    texts = [File("", lambda: io.BytesIO(head), one).head() for one in encodings]
    return any(kind.recognises(text) for kind in KINDS for text in texts)


def detected(name: str, opened: Callable[[], BinaryIO], owner: str) -> tuple[Kind, File]:
    """The kind of a file by its content, whatever its name, and the file ready to be read.

    Raises Refused: not_contacts with what to do instead, and what `files.inspected` refuses.
    """
    file, size = files.inspected(name, opened, most=max(kind.most_bytes for kind in KINDS))
    head = file.head()
    for kind in KINDS:
        if kind.recognises(head):
            if size > kind.most_bytes:
                raise files.too_big(name, kind.most_bytes)
            return kind, File(name, opened, file.encoding, owner)
    sentence = _(
        "“%s” is not a list of contacts that Twoyes can read. It reads vCards (.vcf), and as CSV the contacts of "
        "Google, Outlook and Thunderbird, and the Connections.csv and messages.csv of LinkedIn. The line that names "
        "the columns has to be in it."
    )
    raise Refused("not_contacts", sentence % name)
