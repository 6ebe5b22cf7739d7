"""A real Postfix on loopback: its configuration, queue and log in one directory, no port below 1024, no system service.

As root, since it changes users. It looks nothing up in any DNS, and whatever is for a domain that the test does not
name is thrown away: nothing leaves the machine.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.support import listening

DAEMONS = Path("/usr/lib/postfix/sbin")
_PATIENCE = 20.0
# Longer than any pause of its own that is configured here.
_PUT_OFF = 5.0
_MAIN = """
compatibility_level = 3.6
queue_directory = {place}/queue
data_directory = {place}/data
maillog_file = {place}/log
maillog_file_prefixes = {place}
myhostname = mx.relay.example
mydestination =
local_recipient_maps =
alias_maps =
alias_database =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
relay_domains = {domains}
transport_maps = {transports}
virtual_alias_maps = {aliases}
default_transport = discard:
relay_transport = discard:
recipient_delimiter = +
smtp_dns_support_level = disabled
lmtp_dns_support_level = disabled
smtputf8_enable = yes
notify_classes =
queue_run_delay = 1s
minimal_backoff_time = 1s
maximal_backoff_time = 2s
smtpd_recipient_restrictions = {policy}permit_mynetworks, reject
smtpd_end_of_data_restrictions = {policy}permit
smtpd_policy_service_timeout = 5s
hopcount_limit = 50
"""
_MASTER = """
127.0.0.1:{port} inet n - n - - smtpd
postlog unix-dgram n - n - 1 postlogd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
smtp unix - - n - - smtp
lmtp unix - - n - - lmtp
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
"""


@dataclass(frozen=True)
class Postfix:
    """A running server: the port at which it takes mail, and where its configuration lies."""

    port: int
    place: Path

    @property
    def log(self) -> str:
        """What it wrote down so far."""
        path = self.place / "log"
        return path.read_text() if path.exists() else ""

    def waiting(self) -> int:
        """How many messages it has not got rid of."""
        queues = ("maildrop", "incoming", "active", "deferred", "hold")
        return sum(len(files) for name in queues for _top, _dirs, files in os.walk(self.place / "queue" / name))

    def settle(self, seconds: float = 30.0) -> None:
        """Wait until nothing waits; fails with the log when something still does.

        A message that one of its own processes still has open is put off by it for a whole minute, whatever is
        configured (`qmgr_active_feed` in its source), so it is told to try again before that.
        """
        began = told = time.monotonic()
        while self.waiting():
            now = time.monotonic()
            assert now - began < seconds, self.log
            if now - told > _PUT_OFF:
                told = now
                flush = ["/usr/sbin/postqueue", "-c", str(self.place / "conf"), "-f"]
                subprocess.run(flush, check=True, timeout=_PATIENCE, capture_output=True)
            time.sleep(0.05)


def _map(entries: Mapping[str, str]) -> str:
    listed = ", ".join(f"{{{name} = {value}}}" for name, value in entries.items())
    return f"inline:{{ {listed} }}" if listed else ""


@contextmanager
def running(
    place: Path, port: int, routes: Mapping[str, str], *, aliases: Mapping[str, str], policy: int = 0
) -> Iterator[Postfix]:
    """Start a Postfix in this directory and stop it afterwards.

    `routes` says by domain where mail goes, such as `lmtp:inet:127.0.0.1:2400`, and `aliases` by address
    whose it is; `policy` is the port of whoever is asked about each recipient and each message.
    """
    for above in (place, *place.parents):
        # Its daemons are not root, and have to get to their queue.
        if above.stat().st_uid == os.getuid() and not above.stat().st_mode & 0o001:
            above.chmod(above.stat().st_mode | 0o011)
    for name in ("conf", "queue", "data"):
        (place / name).mkdir()
    shutil.chown(place / "data", "postfix")
    asks = f"check_policy_service inet:127.0.0.1:{policy}, " if policy else ""
    maps = {"transports": _map(routes), "aliases": _map(aliases)}
    main = _MAIN.format(place=place, domains=" ".join(routes), policy=asks, **maps)
    (place / "conf" / "main.cf").write_text(main)
    (place / "conf" / "master.cf").write_text(_MASTER.format(port=port))
    # Makes the directories of the queue, and looks whether all is well.
    told = ["/usr/sbin/postfix", "-c", str(place / "conf"), "check"]
    subprocess.run(told, check=True, timeout=_PATIENCE, capture_output=True)
    command = [str(DAEMONS / "master"), "-c", str(place / "conf"), "-d"]
    process = subprocess.Popen(command, start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        listening.wait(port, process, place / "log", seconds=_PATIENCE)
        yield Postfix(port, place)
    finally:
        # The master ends its daemons before itself.
        process.send_signal(signal.SIGTERM)
        process.wait(_PATIENCE)
