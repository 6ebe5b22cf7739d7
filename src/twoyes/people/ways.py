"""How what a connector writes themselves leaves: from our address, through their mailbox, or as a draft in it.

An app password is sealed, shown to nobody, and sent to the server that its owner named, inside TLS, and nowhere else.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal

from django.utils.translation import gettext as _

from twoyes.lib import sealing, text
from twoyes.lib.errors import Refused
from twoyes.people.models import Connector

KINDS = ("mailbox", "draft")
_LONGEST = 200
_PORTS = {"mailbox": 465, "draft": 993}
_LIKE = {"mailbox": "smtp.example.org", "draft": "imap.example.org"}
# The ports at which TLS begins with the first byte; at every other one it is asked for, and required.
_IMPLICIT = (465, 993)
_LABEL = r"[0-9A-Za-z]([0-9A-Za-z-]{0,61}[0-9A-Za-z])?"
_HOST = re.compile(rf"(?=.{{1,253}}$){_LABEL}(\.{_LABEL})*")
_PLACE = re.compile(r"(?P<host>[^:\s]+)(:(?P<port>[0-9]{1,5}))?")


@dataclass(frozen=True, slots=True)
class OwnWay:
    """A connector's mailbox, to send through (`mailbox`, SMTP) or to lay drafts into (`draft`, IMAP).

    `address` is theirs: what is sent is from it.
    """

    kind: str
    address: str
    host: str
    port: int
    user: str
    password: str = field(repr=False)

    @property
    def key(self) -> str:
        """What tells this mailbox from others, whatever the password is; it says nothing by itself."""
        return sealing.index("way", f"{self.kind}\n{self.user}\n{self.host}")

    @property
    def tls(self) -> Literal["implicit", "starttls"]:
        """How TLS begins: `implicit` or `starttls`. Without it nothing is said to the server (C9)."""
        return "implicit" if self.port in _IMPLICIT else "starttls"


def own_way(connector_id: str) -> OwnWay | None:
    """Return the connector's own way out, or None where their letters leave like all others."""
    row = Connector.objects.filter(pk=connector_id, removed_at=None).exclude(way="").first()
    if row is None:
        return None
    kept: dict[str, str] = sealing.get_json(row, "way_in")
    address = sealing.get(row, "address")
    return OwnWay(row.way, address, kept["host"], int(kept["port"]), kept["user"], kept["password"])


def choose_way(connector_id: str, kind: str, *, server: str, user: str, password: str) -> OwnWay:
    """Do as `read_way` and `keep_way`."""
    own = read_way(connector_id, kind, server=server, user=user, password=password)
    keep_way(connector_id, own)
    return own


def read_way(connector_id: str, kind: str, *, server: str, user: str, password: str) -> OwnWay:
    """Return what a connector wrote of their mailbox, to be tried before it is kept; `server` is `host` or `host:port`.

    Without a password the one that is kept for the same server and user counts. Raises Refused: bad_way, bad_server,
    bad_user, no_password, no_such_connector.
    """
    if kind not in KINDS:
        raise Refused("bad_way", _("Choose one of the ways."))
    host, port = _server(server, kind)
    name = text.one_line(user, limit=_LONGEST, field=_("User name"))
    if not name:
        raise Refused("bad_user", _("Write the user name of the mailbox; most often it is the address."))
    row = Connector.objects.filter(pk=connector_id, removed_at=None).first()
    if row is None:
        raise Refused("no_such_connector", _("There is no such connector."))
    secret = password or _kept(row, host, name)
    if not secret.isprintable() or not 0 < len(secret) <= _LONGEST:
        raise Refused("no_password", _("An app password is needed; most providers make one in their settings."))
    return OwnWay(kind, sealing.get(row, "address"), host, port, name, secret)


def keep_way(connector_id: str, own: OwnWay) -> None:
    """Let a connector's letters leave by this way from now on. Raises Refused `no_such_connector`."""
    row = Connector.objects.filter(pk=connector_id, removed_at=None).first()
    if row is None:
        raise Refused("no_such_connector", _("There is no such connector."))
    row.way = own.kind
    kept = {"host": own.host, "port": str(own.port), "user": own.user, "password": own.password}
    sealing.put_json(row, "way_in", kept)
    row.save(update_fields=["way", "way_in"])


def leave_way(connector_id: str) -> None:
    """Let a connector's letters leave like all others again, and forget what let us into their mailbox."""
    Connector.objects.filter(pk=connector_id).update(way="", way_in=b"")


def _server(server: str, kind: str) -> tuple[str, int]:
    said = _PLACE.fullmatch(server.strip())
    port = int(said["port"] or _PORTS[kind]) if said else 0
    if said is None or not _HOST.fullmatch(said["host"]) or not 0 < port < 65_536:
        raise Refused("bad_server", _("Write the server like %s.") % _LIKE[kind])
    return said["host"].lower(), port


def _kept(row: Connector, host: str, user: str) -> str:
    """A password goes to the server it was given for, and to no other that somebody types in later."""
    kept: dict[str, str] = (sealing.get_json(row, "way_in") if row.way_in else None) or {}
    return kept.get("password", "") if (kept.get("host"), kept.get("user")) == (host, user) else ""
