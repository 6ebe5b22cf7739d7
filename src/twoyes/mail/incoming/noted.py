"""What was made of a message, kept beside it and gone with it: for the desk, and for the letter that hands it on."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet

from twoyes.lib import addresses, limits, sealing
from twoyes.mail.incoming.matching import Matched
from twoyes.mail.incoming.named import named_in, named_in_raw
from twoyes.mail.incoming.plain import line, plain
from twoyes.mail.incoming.understanding import Understood
from twoyes.mail.models import Inbound, InboundState

# Words between the two are theirs: of those it is only said that there were some (F2).
_WITHOUT_WORDS = ("wrote", "meeting", "dropped")
STAND_APART = ("guard", "request")
_APART = ("unproved", "paused", "refused", "again", "too_large")
_LONG_REPORT = 1000
# What mail systems write of a letter; all else may be somebody's words, wherever it came (C19).
_REPORTS = ("bounce", "delay")
ASKS = ("ask", "details")


@dataclass(frozen=True, slots=True)
class Came:
    """One message as its connector sees it: text alone, for attachments are nowhere kept apart from it (D29).

    `kind` and `meaning` are what was understood, `did` what followed: `yes`, `no`, `stop`, `copied`, `noted`, `failed`,
    `arrived`, `first`, `wrote`, `meeting`, `outcome`, `went`, `draft`, `guard`, `unproved`, `paused`, `refused`,
    `again`, `dropped`, `too_large`. `side` is whose answer it is, `other` says that it came from another address than
    theirs. `back_on` is the last day of an absence. `asks` says that it answers an ask.
    """

    id: str
    at: datetime
    kind: str
    did: str
    meaning: str = ""
    words: str = ""
    subject: str = ""
    sender: str = ""
    side: str = ""
    other: bool = False
    back_on: date | None = None
    introduction: str = ""
    asks: bool = False


@dataclass(slots=True)
class Mail:
    """One message, what it is about, and what is to be kept of it beside what was understood."""

    row: Inbound
    raw: bytes = field(repr=False)
    matched: Matched
    understood: Understood
    now: datetime
    more: dict[str, str] = field(default_factory=dict)


def note(mail: Mail, did: str) -> None:
    """Keep what was understood and done, and find it again by introduction, connector and writer.

    Where the row is gone meanwhile nothing is kept of it: whoever reads it finds that out at the end.
    """
    row, matched, understood = mail.row, mail.matched, mail.understood
    said: dict[str, Any] = {
        "kind": understood.kind,
        "did": did,
        "meaning": understood.meaning or "",
        "words": "" if not matched.purpose or did in _WITHOUT_WORDS else _words(understood),
        "subject": line(understood.subject),
        "sender": understood.sender,
        "about": matched.kind,
        "side": matched.side or matched.writer,
        "other": _of_stranger(matched),
        "back_on": understood.back_on.isoformat() if understood.back_on else "",
        **mail.more,
    }
    if row.purpose in STAND_APART:
        # Of these no introduction tells whom else they are about.
        said["named"] = sorted({*named_in(understood.whole, " ".join(understood.to)), *named_in_raw(mail.raw)})
    row.letter, row.connector = matched.letter or row.letter, matched.connector or row.connector
    row.introduction = mail.more.get("introduction") or matched.introduction or row.introduction
    if addresses.well_formed(understood.sender) is not None:
        # Found again when they are erased, also where the envelope named another address (E18).
        row.sender_key = addresses.key(understood.sender)
    row.report = understood.kind in _REPORTS
    sealing.put_json(row, "said", said)
    kept = ("letter", "introduction", "connector", "sender_key", "report", "said")
    Inbound.objects.filter(pk=row.pk).update(**{name: getattr(row, name) for name in kept})


def said_of(inbound: str, now: datetime) -> dict[str, str]:
    """Return what is kept of one message, as plain values; {} where it is gone, as after a week or an erasure."""
    row = _lightly().filter(pk=inbound, received_at__gt=now - limits.REPLIES_TO_ASKS_AGE).first()
    said: dict[str, Any] = (sealing.get_json(row, "said") or {}) if row is not None else {}
    return {name: value for name, value in said.items() if name != "named"}


def naming(keys: Collection[str]) -> list[str]:
    """Return the ids of what stands apart and names one of these addresses, read or not (E18)."""
    found = []
    for row in Inbound.objects.filter(purpose__in=STAND_APART, introduction="").defer("raw").iterator():
        said = sealing.get_json(row, "said") if row.said else None
        named = said.get("named", []) if said else named_in_raw(sealing.get_bytes(row, "raw"))
        if not {*keys}.isdisjoint(named):
            found.append(row.pk)
    return found


def _words(understood: Understood) -> str:
    """Return what its writer wrote; of what asks for a proof the whole text, which has to be read (C16)."""
    if understood.kind == "challenge":
        return plain(understood.new_text or understood.whole, limit=_LONG_REPORT)
    return plain(understood.new_text)


def was_told(letter: str, did: str) -> bool:
    """Say whether something that came about this letter led to this already."""
    # The first of them says it: a second report is not counted again.
    rows = _lightly().filter(letter=letter).exclude(said=b"").order_by("received_at", "pk")[: limits.INBOUND_A_DAY]
    return any((sealing.get_json(row, "said") or {}).get("did") == did for row in rows)


def about(introduction: str, now: datetime) -> list[Came]:
    """Return what came by mail about an introduction, newest first; what answers an ask, for a week at most."""
    rows = _lightly().filter(introduction=introduction, state=InboundState.DONE)
    return _shown(
        rows.filter(received_at__gt=now - limits.RAW_INBOUND_AGE).order_by("-received_at", "-pk")[:_MOST], now
    )


def set_apart(connector: str, now: datetime) -> list[Came]:
    """Return what reached a connector's addresses and went no further, newest first (C23, S3).

    Requests by mail from addresses that nobody vouches for, in a pause or of no use, and what would have been a
    second answer of a day.
    """
    since = now - limits.REPLIES_TO_ASKS_AGE
    rows = _lightly().filter(connector=connector, introduction="", purpose__in=STAND_APART)
    shown = _shown(rows.filter(received_at__gt=since).order_by("-received_at", "-pk")[:_MOST], now)
    return [one for one in shown if one.did in _APART]


def written_by(connector: str, keys: Collection[str], now: datetime) -> list[dict[str, Any]]:
    """Return what somebody with these address keys wrote to a connector by mail and is still kept, oldest first."""
    rows = _lightly().filter(connector=connector, sender_key__in=keys, state=InboundState.DONE)
    shown = _shown(rows.order_by("received_at", "pk"), now)
    return [{"at": one.at, "subject": one.subject, "words": one.words, "what_followed": one.did} for one in shown]


_MOST = 20


def _lightly() -> QuerySet[Inbound]:
    """Without the messages themselves, of which each may be a megabyte."""
    return Inbound.objects.defer("raw")


def _shown(rows: Any, now: datetime) -> list[Came]:
    found = []
    for row in rows:
        said = sealing.get_json(row, "said") or {}
        over = said.get("about") in ASKS and row.received_at <= now - limits.REPLIES_TO_ASKS_AGE
        if said and said.get("did") != "dropped" and not over:
            found.append(_came(row, said))
    return found


def _came(row: Inbound, said: Mapping[str, Any]) -> Came:
    return Came(
        id=row.pk,
        at=row.received_at,
        kind=said["kind"],
        did=said["did"],
        meaning=said["meaning"],
        words=said["words"],
        subject=said["subject"],
        sender=said["sender"],
        side=said["side"],
        other=bool(said["other"]),
        back_on=date.fromisoformat(said["back_on"]) if said["back_on"] else None,
        introduction=row.introduction,
        asks=said["about"] in ASKS,
    )


def _of_stranger(matched: Matched) -> bool:
    """Say whether it is from neither the one whose answer it would be, nor of the two in a thread (A25, C35)."""
    if matched.purpose == "thread":
        return not matched.writer
    return matched.purpose == "reply" and matched.writer != matched.side
