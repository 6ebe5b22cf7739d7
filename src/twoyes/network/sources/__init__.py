"""The kinds of mail archives, as a literal table; the first that recognises a file reads it."""

from __future__ import annotations

from twoyes.network.sources import eml, listserv, mbox
from twoyes.network.sources.base import HEAD, Kind, Opened

KINDS = (mbox.KIND, listserv.KIND, eml.KIND)


def kind_of(file: Opened) -> Kind | None:
    """The kind of an archive by its content, whatever its name; None for what is no mail."""
    with file.open(0) as raw:
        head = raw.read(HEAD)
    return next((kind for kind in KINDS if kind.recognises(head)), None)
