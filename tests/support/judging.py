"""What a Postfix asks before it takes a recipient or a message (its policy protocol), answered as a test says."""

from __future__ import annotations

import socketserver
import threading
from typing import Self

PASS = "DUNNO"
LATER = "451 4.7.1 Greylisted, try again later"


class Judge:
    """Answers at a port of loopback; `says` holds what is said next to RCPT and to END-OF-MESSAGE, then all pass."""

    def __init__(self) -> None:
        self.says: dict[str, list[str]] = {"RCPT": [], "END-OF-MESSAGE": []}
        judge = self

        class Asked(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                asked: dict[str, str] = {}
                for line in self.rfile:
                    name, _equals, value = line.decode().strip().partition("=")
                    if name:
                        asked[name] = value
                        continue
                    answers = judge.says.get(asked.get("protocol_state", ""), [])
                    self.wfile.write(f"action={answers.pop(0) if answers else PASS}\n\n".encode())
                    asked = {}

        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Asked)
        self._server.daemon_threads = True
        self.port: int = self._server.server_address[1]

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=[0.1], daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
