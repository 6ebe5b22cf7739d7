"""A mailbox that speaks just enough IMAP over TLS to be logged in to: one user, one folder, nothing in it."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from collections.abc import Iterator

USER, PASSWORD = "cora@letters.example", "an-app-password"


@contextlib.contextmanager
def serving(tls: ssl.SSLContext, *, offers: str = "IMAP4rev1 IDLE", folder: str = "INBOX") -> Iterator[int]:
    """Let in whoever knows the password while the context is open; yields the port."""
    listener = socket.create_server(("127.0.0.1", 0))
    thread = threading.Thread(target=_accept, args=(listener, tls, offers, folder), daemon=True)
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        with contextlib.suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(5)


def _accept(listener: socket.socket, tls: ssl.SSLContext, offers: str, folder: str) -> None:
    while True:
        try:
            plain, _ = listener.accept()
        except OSError:
            return
        with contextlib.suppress(OSError), tls.wrap_socket(plain, server_side=True) as secured:
            _talk(secured, offers, folder)


def _talk(secured: ssl.SSLSocket, offers: str, folder: str) -> None:
    lines = secured.makefile("rb")
    secured.sendall(f"* OK [CAPABILITY {offers}] ready\r\n".encode())
    for line in lines:
        tag, _space, rest = line.decode().strip().partition(" ")
        word = rest.partition(" ")[0].upper()
        said, ending = "", "OK done"
        if word == "LOGIN" and PASSWORD not in rest:
            ending = "NO [AUTHENTICATIONFAILED] no"
        elif word == "CAPABILITY":
            said = f"* CAPABILITY {offers}\r\n"
        elif word == "LIST" and folder in rest:
            said = f'* LIST () "/" "{folder}"\r\n'
        elif word == "EXAMINE":
            said = "* 0 EXISTS\r\n* OK [UIDVALIDITY 1] one\r\n"
        elif word == "LOGOUT":
            said = "* BYE\r\n"
        secured.sendall(f"{said}{tag} {ending}\r\n".encode())
        if word == "LOGOUT":
            return
