"""Count the messages of mail archives by other means than the importer: `python -m tests.tools.mail_records`.

Prints a table of file, and how many of its messages are taken or left out for which reason, for an owner who is in none
of them. It shares no code with the product: archives are cut line by line, heads are parsed by the standard library. A
name that ends with a slash is a whole folder, in which a message counts once. Kept in `tests/network/messages.tsv`,
against which the importer is held.
"""

from __future__ import annotations

import email
import email.utils
import os
import re
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from email.message import Message
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FIXTURES = ROOT / "tests" / "network" / "fixtures"
CORPUS = Path(os.environ.get("TWOYES_SHARED") or ROOT.parent / "shared") / "data" / "mail"
TABLE = ROOT / "tests" / "network" / "messages.tsv"
REASONS = "taken automatic list bulk unreadable no_date own_only no_recipient duplicate".split()
_BEGINS = re.compile(rb"From [^:]*\d:\d\d")
_HEADER = re.compile(rb"[!-9;-~]+[ \t]*:")
_ROBOT = re.compile(
    r"no-?reply|do-?not-?reply|mailer-daemon|postmaster|daemon|root|cron|bounces?|notifications?|notify|alerts?|newsletter"
    r"|automat(ic|ed)|robot|svn|cvs|jira|bugzilla"
)
_MACHINE = {"postmaster", "mailer-daemon", "daemon", "root", "nobody", "www-data", "apache", "httpd"}
_ADDRESS = re.compile(r"[^\s@<>()\[\],;:\\\"]+@[^\s@<>()\[\],;:\\\"]+\.[^\s@<>()\[\],;:\\\"]+")
_MAIL = {"from", "to", "date", "subject", "received", "message-id", "return-path", "mime-version"}

type Piece = tuple[bytes, bytes]


def pieces(data: bytes) -> Iterator[Piece] | None:
    """The line above each message and its head; None for what is no mail."""
    lines = data.lstrip(b"\r\n").splitlines(keepends=True)
    if len(lines) < 2:
        return None
    for begins in (_begins_mbox, _begins_log):
        # Nobody wrote a mailbox with the line ends of an old Mac; what looks like one is a message that quotes another.
        if b"\n" in data and begins(lines[0], lines[1]):
            return _cut(lines, begins)
    head = b"".join(_head(lines))
    known = {name.lower() for name in email.message_from_bytes(head)}
    first = lines[1] if lines[0].lstrip(b">").startswith(b"From ") else lines[0]
    return iter([(b"", head)]) if _HEADER.match(first) and len(known & _MAIL) >= 2 else None


def _begins_mbox(line: bytes, after: bytes) -> bool:
    return bool(_BEGINS.match(line)) and (bool(_HEADER.match(after)) or after.removeprefix(b">").startswith(b"From "))


def _begins_log(line: bytes, after: bytes) -> bool:
    return line.rstrip() == b"=" * 73 and bool(_HEADER.match(after))


def _cut(lines: list[bytes], begins: Callable[[bytes, bytes], bool]) -> Iterator[Piece]:
    for place, line in enumerate(lines):
        if begins(line, lines[place + 1] if place + 1 < len(lines) else b""):
            yield line, b"".join(_head(lines[place + 1 :]))


def _head(lines: list[bytes]) -> Iterator[bytes]:
    for line in lines:
        if not line.strip(b"\r\n"):
            return
        yield line


def why(line: bytes, head: bytes, known: set[object]) -> str:
    """What becomes of a message: `taken`, or why it is left out."""
    message = email.message_from_bytes(head)
    sender = next(iter(_addresses(message, "from")), "")
    at = _when(message, line)
    reached = {one for field in ("to", "cc") for one in _addresses(message, field) if one}
    others = reached - {sender}
    ident = re.search(r"<([^<>\s]+)>", str(message["message-id"] or ""))
    one = (ident[1] if ident else tuple(sorted(others)), sender, at)
    reasons = {
        "automatic": _is_automatic(message) or _is_robot(sender),
        "list": _is_list(message, line),
        "bulk": _said(message, "precedence") in _BULK or "list-unsubscribe" in message,
        "unreadable": not sender,
        "no_date": at is None,
        "own_only": reached and not others,
        "no_recipient": not reached,
        "duplicate": one in known,
    }
    found = next((reason for reason, is_so in reasons.items() if is_so), "taken")
    if found == "taken":
        known.add(one)
    return found


_BULK = {"bulk", "junk", "auto_reply", "auto-reply"}


def _said(message: Message, name: str) -> str:
    return str(message[name] or "").strip().lower()


def _addresses(message: Message, name: str) -> list[str]:
    """The addresses of a field, "" for what is none."""
    values = [str(value) for value in message.get_all(name, [])]
    spelled = [re.sub(r"^(\S+) at (\S+) \(", r"\1@\2 (", value) for value in values]
    found = [one.strip("'\" ").lower().rstrip(".") for _name, one in email.utils.getaddresses(spelled, strict=False)]
    return [one if _ADDRESS.fullmatch(one) else "" for one in found]


def _is_robot(address: str) -> bool:
    return any(_ROBOT.fullmatch(part) for part in re.split(r"[._+=]", address.partition("@")[0])) or bool(
        re.search(rf"(^|[._+-])({_ROBOT.pattern})($|[._+=-])", address.partition("@")[0])
    )


def _is_automatic(message: Message) -> bool:
    submitted = _said(message, "auto-submitted")
    back = _said(message, "return-path").strip("<> ")
    return (
        bool(submitted and not submitted.startswith("no"))
        or any(name in message for name in ("x-autoreply", "x-autorespond", "x-cron-env"))
        or "multipart/report" in _said(message, "content-type")
        or ("return-path" in message and _said(message, "return-path").startswith("<>"))
        or (back.partition("@")[0] in _MACHINE and "@" in back)
    )


def _is_list(message: Message, line: bytes) -> bool:
    owner = _said(message, "sender")
    return (
        any(name in message for name in ("list-id", "list-post", "mailing-list", "x-mailing-list"))
        or _said(message, "precedence") == "list"
        or line.startswith(b"=")
        or bool(re.match(rb"From \S+ at \S+ ", line))
        or bool(re.search(r"(^|[<\s])owner-", owner))
        or bool(re.search(r"[-.](owner|request|bounces|admin)@", owner))
    )


def _when(message: Message, line: bytes) -> float | None:
    told = [str(message["date"] or "")]
    told += [str(hop).rpartition(";")[2] for hop in message.get_all("received", [])]
    arrived = re.search(rb"(Mon|Tue|Wed|Thu|Fri|Sat|Sun) .*", line)
    told += [arrived[0].decode("ascii", "replace")] if arrived else []
    for one in told:
        parts = email.utils.parsedate_tz(one)
        try:
            at = email.utils.mktime_tz(parts) if parts else 0
        except (ValueError, OverflowError):
            continue
        if datetime(1971, 1, 1, tzinfo=UTC).timestamp() <= at <= datetime(2100, 1, 1, tzinfo=UTC).timestamp():
            return at
    return None


def counted(files: list[Path]) -> Counter[str]:
    """What becomes of the messages of some files, in which a message counts once."""
    known: set[object] = set()
    found: Counter[str] = Counter()
    for path in files:
        for line, head in pieces(path.read_bytes()) or ():
            found[why(line, head, known)] += 1
    return found


def rows(folder: Path) -> Iterator[str]:
    """The lines of the table for each file of mail in a folder, and for each folder directly below it."""
    for top in sorted(path for path in folder.iterdir()):
        files = sorted(path for path in top.rglob("*") if path.is_file()) if top.is_dir() else [top]
        mail = [path for path in files if pieces(path.read_bytes()) is not None]
        for path in mail:
            yield _row(str(path.relative_to(folder)), counted([path]))
        if top.is_dir() and mail:
            yield _row(f"{top.name}/", counted(mail))


def _row(name: str, found: Counter[str]) -> str:
    return "\t".join([name, *(str(found[reason]) for reason in REASONS)])


def main() -> None:
    """Print the table."""
    print("\t".join(["file", *REASONS]))
    for name, folder in (("fixtures", FIXTURES), ("shared", CORPUS)):
        for row in rows(folder) if folder.exists() else ():
            print(f"{name}/{row}")


if __name__ == "__main__":
    main()
