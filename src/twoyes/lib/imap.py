"""A mailbox on a server of a user's choosing: looked for on the open net alone (D20). Imported where it is needed."""

from __future__ import annotations

import imaplib
import socket

from imapclient import IMAPClient
from imapclient.tls import wrap_socket

from twoyes.lib import hosts


class _Wire(imaplib.IMAP4):
    """A connection to one of the addresses that were looked at; inside TLS from the first byte if `client` says so."""

    def __init__(self, client: OutsideClient) -> None:
        self._client = client
        super().__init__(client.host, client.port)

    def _create_socket(self, timeout: float | None = None) -> socket.socket:
        client = self._client
        seconds = timeout if timeout is not None else getattr(client._timeout, "connect", None)  # noqa: SLF001
        sock = hosts.connected(self.host, self.port, seconds)
        return wrap_socket(sock, client.ssl_context, self.host) if client.ssl else sock


class OutsideClient(IMAPClient):  # type: ignore[misc]  # it ships no types
    """IMAPClient, but for where it connects to. Raises `hosts.Closed` for what is not on the open net."""

    def _create_IMAP4(self) -> _Wire:  # noqa: N802 - IMAPClient's name
        return _Wire(self)
