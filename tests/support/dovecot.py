"""A real Dovecot on loopback, with one mailbox and a certificate of its own; as root, since it changes users."""

from __future__ import annotations

import imaplib
import os
import pwd
import shutil
import signal
import socket
import ssl
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.support import listening

USER, PASSWORD = "cora@connects.example", "an-app-password"
_PATIENCE = 20.0
_CONFIG = """
base_dir = {run}/run
state_dir = {place}/state
log_path = {place}/log
protocols = imap
listen = 127.0.0.1, ::1
ssl = yes
ssl_cert = <{place}/cert.pem
ssl_key = <{place}/key.pem
disable_plaintext_auth = no
mail_location = maildir:{place}/mail
mail_uid = {uid}
mail_gid = {gid}
first_valid_uid = 1
first_valid_gid = 1
namespace inbox {{
  inbox = yes
  mailbox Drafts {{
    special_use = \\Drafts
  }}
  mailbox Sent {{
    special_use = \\Sent
  }}
  mailbox Trash {{
    special_use = \\Trash
  }}
}}
passdb {{
  driver = static
  args = user={user} password={password}
}}
userdb {{
  driver = static
  args = home={place}/mail
}}
{more}
service imap-login {{
  inet_listener imap {{
    port = {plain}
  }}
  inet_listener imaps {{
    port = {tls}
  }}
}}
"""
# Takes mail for any address, all into the one mailbox, until that holds a megabyte.
_LMTP = """
protocols = imap lmtp
protocol lmtp {{
  mail_plugins = quota
}}
plugin {{
  quota = count:all
  quota_vsizes = yes
  quota_rule = *:storage=1M
  quota_grace = 0
}}
userdb {{
  driver = static
  args = home={place}/mail allow_all_users=yes
}}
service lmtp {{
  inet_listener lmtp {{
    address = 127.0.0.1
    port = {lmtp}
  }}
}}
"""
# By number it is another server to whoever tells mailboxes apart by their names.
_NAMES = [x509.DNSName("localhost"), x509.IPAddress(IPv4Address("127.0.0.1"))]


@dataclass(frozen=True)
class Dovecot:
    """A running server: its ports, and the file with the certificate to trust."""

    plain: int
    tls: int
    certificate: Path
    config: Path
    lmtp: int = 0

    def held(self) -> list[bytes]:
        """Return the messages in INBOX, oldest first, as they lie on the disk."""
        found = [path for name in ("new", "cur") for path in (self.config.parent / "mail" / name).glob("*")]
        return [path.read_bytes() for path in sorted(found, key=lambda path: path.stat().st_mtime_ns)]

    def empty(self) -> None:
        """Delete all folders with all that is in them."""
        for path in (self.config.parent / "mail").iterdir():
            shutil.rmtree(path) if path.is_dir() else path.unlink()

    def renumber(self, folder: str, validity: int) -> None:
        """Give the messages of a folder other numbers for good, as a server does that was set up anew."""
        words = ["doveadm", "-c", str(self.config), "mailbox", "update", "-u", USER, "--uid-validity", str(validity)]
        subprocess.run([*words, folder], check=True, timeout=_PATIENCE)

    def doveadm(self, *words: str) -> None:
        """Do something to the mailbox that only whoever runs the server can."""
        whose = [] if words[0] == "kick" else ["-u"]
        told = ["doveadm", "-c", str(self.config), *words[0].split(), *whose, USER, *words[1:]]
        subprocess.run(told, check=True, timeout=_PATIENCE)

    def put(self, folder: str, *messages: bytes, at: datetime | None = None) -> None:
        """Store messages in a folder, which is made if need be; `at` is when they are said to have arrived."""
        trusted = ssl.create_default_context(cafile=str(self.certificate))
        with imaplib.IMAP4_SSL("localhost", self.tls, ssl_context=trusted, timeout=_PATIENCE) as server:
            server.login(USER, PASSWORD)
            server.create(folder)
            for message in messages:
                arrived = 1_700_000_000 if at is None else at.timestamp()
                server.append(folder, "", imaplib.Time2Internaldate(arrived), message)


@contextmanager
def running(place: Path, *, lmtp: int = 0) -> Iterator[Dovecot]:
    """Start a Dovecot in this directory and stop it afterwards; with `lmtp` it takes mail at that port."""
    somebody = pwd.getpwnam("nobody")
    for name in ("state", "mail"):
        (place / name).mkdir(parents=True)
    os.chown(place / "mail", somebody.pw_uid, somebody.pw_gid)
    for above in (place, *place.parents):
        # Whoever reads the mail is not root, and has to get there.
        if above.stat().st_uid == os.getuid() and not above.stat().st_mode & 0o001:
            above.chmod(above.stat().st_mode | 0o011)
    _certify(place)
    plain, tls = free_ports()
    config = place / "dovecot.conf"
    more = _LMTP.format(place=place, lmtp=lmtp) if lmtp else ""
    # A socket's whole path has 108 characters at most, and the directory of a test can be long.
    run = Path(tempfile.mkdtemp(prefix="two-"))
    run.chmod(0o711)
    words = {"run": run, "user": USER, "password": PASSWORD, "plain": plain, "tls": tls, "more": more}
    config.write_text(_CONFIG.format(place=place, uid=somebody.pw_uid, gid=somebody.pw_gid, **words))
    program = shutil.which("dovecot", path="/usr/sbin:/usr/bin:/usr/local/sbin")
    assert program is not None
    process = subprocess.Popen([program, "-F", "-c", str(config)], start_new_session=True)
    try:
        listening.wait(tls, process, place / "log", seconds=_PATIENCE)
        yield Dovecot(plain, tls, place / "cert.pem", config, lmtp)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(_PATIENCE)
        shutil.rmtree(run, ignore_errors=True)


def free_ports() -> tuple[int, int]:
    """Return two ports of loopback at which nobody listens."""
    with socket.socket() as one, socket.socket() as other:
        one.bind(("127.0.0.1", 0))
        other.bind(("127.0.0.1", 0))
        return one.getsockname()[1], other.getsockname()[1]


def _certify(place: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(_NAMES), critical=False)
        .sign(key, hashes.SHA256())
    )
    (place / "cert.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (place / "key.pem").write_bytes(private)
