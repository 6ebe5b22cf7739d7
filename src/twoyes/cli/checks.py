"""What `doctor` looks at: one small function for each, in the order of reading."""

from __future__ import annotations

import shutil
import sqlite3
import stat
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

from twoyes.cli import entering, house
from twoyes.lib.checked import Check, each_once
from twoyes.lib.errors import Refused
from twoyes.lib.words import said as _

_LATE = timedelta(minutes=10)
_LITTLE_SPACE = 0.1
# Django's own mail is a dummy on purpose: whatever calls it must reach nobody.
_ON_PURPOSE = {"mail.E001"}
# Locks on these do not hold what SQLite takes them for (F9).
_NETWORK = ("nfs", "cifs", "smb", "sshfs", "9p", "afs")


def all_checks() -> list[Check]:
    """Look at everything, each id once. Where settings or store fail, the rest cannot be looked at and is left out."""
    return each_once(_everything())


def _everything() -> list[Check]:
    try:
        entering.load_settings()
    except Refused as refused:
        return [Check("settings", "fail", refused.sentence)]
    found = [Check("settings", "ok", _("The settings can be read.")), _keys(), *_place()]
    try:
        entering.enter()
        found.append(_store())
    except Refused as refused:
        return [*found, Check("store", "fail", refused.sentence)]
    from twoyes.lib import clock

    now = clock.now()
    return [*found, *(one for look in LOOKS for one in look(now))]


# --- the place ----------------------------------------------------------------------------------------------------


def _keys() -> Check:
    from twoyes.lib import keys

    try:
        keys.load()
        keys.secrets_in_use()
    except Refused as refused:
        return Check("keys", "fail", refused.sentence)
    path = keys.default_file()
    if path.exists() and stat.S_IMODE(path.stat().st_mode) & 0o077:
        return Check(
            "keys",
            "warn",
            _("Others on this machine may read %(path)s.") % {"path": path},
            f"chmod 600 {path}",
        )
    return Check("keys", "ok", _("The keys are there. Keep a backup of them apart from that of the data."))


def _place() -> Iterator[Check]:
    from twoyes.lib import env

    place = env.data_dir()
    if stat.S_IMODE(place.stat().st_mode) & 0o077:
        yield Check(
            "data",
            "warn",
            _("Others on this machine may look into %(place)s.") % {"place": place},
            f"chmod 700 {place}",
        )
    else:
        yield Check("data", "ok", _("The data is in %(place)s, for its owner alone.") % {"place": place})
    usage = shutil.disk_usage(place)
    if usage.free < usage.total * _LITTLE_SPACE:
        free = usage.free // 2**20
        yield Check(
            "disk",
            "warn",
            _("Only %(free)s MB are free where the data is.") % {"free": free},
            _("Make room before it is full."),
        )
    kind = _file_system(place)
    if kind.startswith(_NETWORK):
        yield Check(
            "disk",
            "fail",
            _("The data is on %(kind)s, where SQLite can break.") % {"kind": kind},
            _("Move it to a local disk."),
        )


def _file_system(place: Path) -> str:
    """Return the kind of file system that a directory is on; "" where that cannot be known."""
    try:
        lines = Path("/proc/self/mounts").read_text("utf-8").splitlines()
    except OSError:
        return ""
    mounts = [(one[1], one[2]) for one in (line.split() for line in lines) if place.is_relative_to(one[1])]
    return max(mounts, default=("", ""), key=lambda one: len(one[0]))[1]


def _store() -> Check:
    from django.db import connection

    from twoyes.lib import sqlite, store

    try:
        store.durable()
    except Refused as refused:
        return Check("store", "fail", refused.sentence)
    if not store.is_sqlite():
        return Check("store", "ok", _("The store is PostgreSQL, and a commit is on its disk."))
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA quick_check")
        whole = cursor.fetchone()[0]
        cursor.execute("PRAGMA journal_mode")
        mode = str(cursor.fetchone()[0]).upper()
    if whole != "ok":
        return Check(
            "store", "fail", _("The store is damaged: %(whole)s.") % {"whole": whole}, _("Restore the last backup.")
        )
    if mode == "WAL" and sqlite3.sqlite_version_info < sqlite.FIRST_SAFE_WAL:
        mend = _("Install SQLite 3.51.3, or run PRAGMA journal_mode=TRUNCATE, or use PostgreSQL.")
        sentence = _("SQLite %(version)s can lose a write in WAL mode.") % {"version": sqlite3.sqlite_version}
        return Check("store", "warn", sentence, mend)
    return Check(
        "store",
        "ok",
        _("The store is SQLite %(version)s, whole, and a commit is on the disk.") % {"version": sqlite3.sqlite_version},
    )


# --- what goes on in it -------------------------------------------------------------------------------------------


def _debug(_now: datetime) -> Iterator[Check]:
    from django.conf import settings

    if settings.DEBUG:
        yield Check("debug", "fail", _("DEBUG is on, so nothing is sent."), _("Turn it off."))


def _deploy(_now: datetime) -> Iterator[Check]:
    from django.core import checks

    for one in checks.run_checks(include_deployment_checks=True):
        if one.level >= checks.ERROR and one.id not in _ON_PURPOSE:
            yield Check("django", "fail", f"{one.id}: {one.msg}", one.hint or "")


def _address(_now: datetime) -> Iterator[Check]:
    from django.conf import settings

    if settings.POST_ROOM:
        yield Check("mail", "ok", _("Nothing leaves this machine: letters are in the post room."))
    elif not settings.TWOYES_URL.startswith("https://"):
        sentence = _("Real mail leads to %(url)s, which is not https.") % {"url": settings.TWOYES_URL}
        yield Check("mail", "warn", sentence, _("Set TWOYES_URL to the public https address."))
    else:
        yield Check(
            "mail",
            "ok",
            _("Letters leave by %(relay)s, and lead to %(url)s.")
            % {"relay": settings.RELAY_KIND, "url": settings.TWOYES_URL},
        )


def _relay(now: datetime) -> Iterator[Check]:
    from twoyes.mail import front as mail

    found = mail.trouble(now)
    if found is not None:
        mend = _("It is tried again at %(at)s. Look at EMAIL_URL and at the relay's own log.") % {
            "at": house.utc(found.until)
        }
        yield Check("relay", "fail", found.sentence, mend)


def _generation(_now: datetime) -> Iterator[Check]:
    from twoyes.introductions import front as introductions
    from twoyes.lib import store

    held = len(introductions.held())
    if not store.check_generation():
        sentence = _("This data is older than what was sent from it, or was moved: no letter leaves until you say so.")
        mend = _("Make sure that no other copy of it runs. Then look at the letters, and: twoyes release")
        yield Check("generation", "fail", sentence, mend)
    elif held:
        yield Check(
            "generation",
            "warn",
            _("%(held)s letters are held.") % {"held": held},
            _("Look at them, and: twoyes release"),
        )
    else:
        yield Check("generation", "ok", _("This data is the latest that letters were sent from."))


def _switch(_now: datetime) -> Iterator[Check]:
    from twoyes.lib.models import Installation

    if not Installation.the().sending_enabled:
        yield Check("sending", "warn", _("Sending is switched off: letters wait."), _("Switch it on when all is well."))


def _complaints(now: datetime) -> Iterator[Check]:
    from django.conf import settings

    from twoyes.introductions import front as introductions

    found = introductions.complaints(now)
    if not found.complaints and (settings.POST_ROOM or not settings.INBOX_URLS):
        # Nobody would hear of one.
        return
    told = {"n": found.complaints, "letters": found.letters, "rate": f"{found.rate:.2f}"}
    sentence = (
        _("Called spam: %(n)s of the %(letters)s letters of 30 days to people who were asked (%(rate)s %%).") % told
    )
    if not found.stop_asks:
        yield Check("complaints", "warn" if found.complaints else "ok", sentence)
        return
    mend = _("Look at what was asked, and of whom. Then: twoyes release --asks")
    if not found.may_be_released:
        mend = _("Look at what was asked, and of whom. Asks go on by themselves when fewer are called spam.")
    yield Check("complaints", "fail", f"{sentence} {_('No ask leaves.')}", mend)


def _queue(now: datetime) -> Iterator[Check]:
    from twoyes.introductions import front as introductions

    waiting = introductions.queue(now)
    oldest = min((at for at in (waiting.letter, waiting.deadline) if at is not None), default=now)
    if now - oldest > _LATE:
        sentence = _("Something has been due since %(at)s.") % {"at": house.utc(oldest)}
        yield Check("queue", "warn", sentence, _("Is a worker running? Start: twoyes serve, or twoyes worker"))
    else:
        yield Check("queue", "ok", _("Nothing is overdue."))
    if waiting.broken:
        sentence = _("Letters that cannot be written: %(ids)s.") % {"ids": ", ".join(waiting.broken)}
        yield Check("letters", "warn", sentence, _("The worker's log says why; please report it."))


def _unread(_now: datetime) -> Iterator[Check]:
    from twoyes.mail import front as mail

    count = mail.unread_count()
    if count:
        sentence = _("Messages that came by mail and could not be read: %(count)s.") % {"count": count}
        yield Check("unread", "warn", sentence, _("Each stands at /desk/unread/ of its connector, to be read again."))


def _clock(_now: datetime) -> Iterator[Check]:
    from twoyes.lib import clock

    behind = clock.held_back()
    if behind > timedelta(seconds=2):
        sentence = _("The clock was once %(behind)s ahead, so time stands still here until it has caught up.") % {
            "behind": behind
        }
        yield Check("clock", "warn", sentence, _("Nothing needs to be done; deadlines keep their order."))
    else:
        yield Check("clock", "ok", _("Time goes on from where the store last saw it."))


def _health(_now: datetime) -> Iterator[Check]:
    from twoyes.mail import front as mail

    yield from mail.health()


def _people(_now: datetime) -> Iterator[Check]:
    from twoyes.people import front as people

    count = len(people.connectors())
    if count:
        yield Check("connectors", "ok", _("Connectors: %(count)s.") % {"count": count})
    else:
        mend = "twoyes connector add EMAIL --name NAME --handle HANDLE"
        yield Check("connectors", "warn", _("There is no connector yet."), mend)


LOOKS: tuple[Callable[[datetime], Iterator[Check]], ...] = (
    _debug,
    _deploy,
    _address,
    _relay,
    _generation,
    _clock,
    _health,
    _switch,
    _complaints,
    _queue,
    _unread,
    _people,
)
