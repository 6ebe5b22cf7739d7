"""The kinds of contact files, as a literal table; the first that recognises a file reads it."""

from __future__ import annotations

from django.utils.translation import gettext as _

from twoyes.lib.errors import Refused
from twoyes.people.sources import linkedin
from twoyes.people.sources.base import Kind

KINDS = (Kind("linkedin", linkedin.recognises, linkedin.read),)


def detect(text: str, name: str) -> Kind:
    """The kind of this file, by its content. Raises Refused("not_contacts") with what to do instead."""
    for kind in KINDS:
        if kind.recognises(text):
            return kind
    sentence = _(
        "“%s” is not a list of contacts that Twoyes can read. It reads the Connections.csv of LinkedIn: "
        "Settings, Data privacy, Get a copy of your data, Connections. The line that begins with "
        "First Name,Last Name has to be in it."
    )
    raise Refused("not_contacts", sentence % name)
