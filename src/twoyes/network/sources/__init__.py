"""The kinds of archives, as a literal table; the first that recognises a file reads it."""

from __future__ import annotations

from twoyes.network.sources import eml, ics, listserv, mbox
from twoyes.network.sources.base import HEAD, Kind, Opened

KINDS = (mbox.KIND, listserv.KIND, ics.KIND, eml.KIND)


def kind_of(file: Opened) -> Kind | None:
    """The kind of an archive by its content, whatever its name; None for what is no mail."""
    if file.kind is not None:
        return file.kind
    with file.open(0) as raw:
        head = raw.read(HEAD)
    return next((kind for kind in KINDS if kind.recognises(head)), None)
