"""Waiting for a server that a test has started."""

from __future__ import annotations

import socket
import subprocess
import time
from pathlib import Path


def wait(port: int, process: subprocess.Popen[bytes], log: Path, *, seconds: float) -> None:
    """Return as soon as somebody listens on this port of loopback. Raises RuntimeError with the log if nobody does."""
    ends = time.monotonic() + seconds
    while time.monotonic() < ends and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError(log.read_text() if log.exists() else f"nobody listens on port {port}, and there is no log")
