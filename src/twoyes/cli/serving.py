"""`serve`: what must hold before anything is served. Then this process becomes the small one that keeps the others."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from typing import NoReturn

from twoyes.cli import parts
from twoyes.lib.errors import Refused
from twoyes.lib.hosts import is_loopback
from twoyes.lib.words import said as _


def serve(host: str, port: int, *, web_only: bool, welcome: bool) -> NoReturn:
    """Serve until told to stop, and end with 0. Raises Refused `not_loopback`, `no_url`, `port_taken`."""
    _keep_post_room_here(host)
    port = _free_port(host, port)
    if not _is_set("TWOYES_URL"):
        os.environ["TWOYES_URL"] = parts.url(host, port)
    began = subprocess.run(parts.command("begin", *(["--welcome"] if welcome else [])), check=False)
    if began.returncode:
        raise SystemExit(began.returncode)
    kept = parts.command("household", "--host", host, "--port", str(port), *(["--web-only"] if web_only else []))
    sys.stdout.flush()
    os.execv(kept[0], kept)  # noqa: S606


def _keep_post_room_here(host: str) -> None:
    """Refuse to show everybody's letters to other machines, and to make links that lead nowhere."""
    if is_loopback(host):
        return
    if parts.in_post_room():
        sentence = _(
            "The post room shows everybody's letters, so it is for this machine alone, and %(host)s is not. "
            "Set EMAIL_URL to real mail, or serve on 127.0.0.1."
        )
        raise Refused("not_loopback", sentence % {"host": host})
    if not _is_set("TWOYES_URL"):
        sentence = _("Links in letters cannot lead to %(host)s. Set TWOYES_URL to the public address.") % {"host": host}
        raise Refused("no_url", sentence)


def _is_set(name: str) -> bool:
    return bool(os.environ.get(name) or os.environ.get(f"{name}_FILE"))


def _free_port(host: str, port: int) -> int:
    """Return the port, or a free one for 0. Raises Refused `port_taken`."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            sentence = _("%(host)s:%(port)s cannot be listened on (%(error)s). Choose another --port.") % {
                "host": host,
                "port": port,
                "error": error.strerror or error,
            }
            raise Refused("port_taken", sentence) from error
        return int(probe.getsockname()[1])
