"""Letters due become rows here, in the transaction of the event that caused them (STYLE 1)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from twoyes.introductions import protocol, queries
from twoyes.introductions.models import Introduction, Letter, LetterState, Link
from twoyes.introductions.protocol import Act, Advanced, LetterDue
from twoyes.introductions.records import Frozen
from twoyes.lib import limits, locking, prepared, sealing
from twoyes.lib.errors import Refused
from twoyes.lib.models import Installation
from twoyes.lib.tokens import new_token, token_hash
from twoyes.people import front as people

# Letters of which a second copy would break a promise: they pass the point of no return.
AT_MOST_ONCE = ("ask", "details")
# What an act of the protocol keeps from leaving, and what becomes of it.
_CALLED_BACK: Mapping[Act, tuple[tuple[str, ...], str]] = {
    Act.PARK_ASK: (AT_MOST_ONCE, LetterState.PARKED),
    Act.DROP_ASK: (AT_MOST_ONCE, LetterState.PARKED),
    Act.DROP_INTRODUCTION: (("introduction",), LetterState.DROPPED),
    Act.DROP_DATE: (("on_its_way",), LetterState.DROPPED),
    Act.DROP_AGAIN: (("still_looking", "late_yes"), LetterState.DROPPED),
}
GUARDED = (*AT_MOST_ONCE, "introduction")
# What whoever writes first is asked afterwards leads to the requester's page, in an offer as well.
FOLLOW_UP = ("reply_now", "what_happened", "amends")


def queue(
    row: Introduction,
    snapshot: protocol.Introduction,
    advanced: Advanced,
    *,
    now: datetime,
    texts: Mapping[str, Frozen],
    muted: Collection[str] = (),
) -> list[str]:
    """Write the letters that a transition owes; return their kinds. Nobody without an address is written to."""
    shared = _introduction_id(row, advanced)
    written = []
    for due in advanced.letters:
        side = row.writer if due.to == "writer" else due.to
        if due.kind in muted or not _reachable(row, side):
            continue
        told_later = due.kind == "new_request" and _has_letters_enough(row.connector_id, now)
        kind = "digest" if told_later else due.kind
        if kind == "digest":
            queue_digest(row.connector_id, now)
        elif kind in AT_MOST_ONCE:
            _queue_once(row, due, side, now=now, text=texts.get(side))
        else:
            write(row, due, side, now=now, message_id=shared if kind == "introduction" else "")
        written.append(kind)
    return written


def _has_letters_enough(connector_id: str, now: datetime) -> bool:
    """Say whether a connector had so many letters about new requests today that the others wait for the digest."""
    today = Letter.objects.filter(connector_id=connector_id, kind="new_request", at__gt=now - timedelta(days=1))
    return today.count() >= limits.REQUEST_LETTERS_A_DAY


def _reachable(row: Introduction, side: str) -> bool:
    return side in {"connector", "target", "first", "second"} or bool(row.requester_key)


def _introduction_id(row: Introduction, advanced: Advanced) -> str:
    """Both envelopes of an introduction carry one Message-ID, and a second sending the same again."""
    if not any(due.kind == "introduction" for due in advanced.letters):
        return ""
    if len(advanced.letters) == 1:
        last = Letter.objects.filter(introduction=row, kind="introduction").order_by("-at").first()
        if last is not None:
            return last.message_id
    return new_message_id()


def new_message_id() -> str:
    """Return a Message-ID with 128 random bits and no row id in it (C27, F2)."""
    return f"<{new_token()}@{settings.TWOYES_DOMAIN}>"


def write(row: Introduction, due: LetterDue, side: str, *, now: datetime, message_id: str = "") -> Letter:
    """Queue one letter as a row of its own, with the pages it leads to."""
    letter = Letter(
        introduction=row,
        connector_id=row.connector_id,
        kind=due.kind,
        side=side,
        due_at=due.due,
        not_after=due.not_after,
        generation=Installation.the().generation,
        at=now,
        message_id=message_id or new_message_id(),
    )
    if side != "connector":
        sealing.put_json(letter, "token", _links(row, letter, side))
    prepared.insert(letter)
    return letter


def _queue_once(row: Introduction, due: LetterDue, side: str, *, now: datetime, text: Frozen | None) -> None:
    """Queue an ask or details hand-over: one row for each side, reused as long as nothing has left."""
    letter = next(iter(locking.locked(Letter.objects.filter(introduction=row, side=side, kind=due.kind))), None)
    if letter is None:
        letter = write(row, due, side, now=now)
    elif due.kind == "details" and letter.state in {LetterState.XMIT, LetterState.SENT, LetterState.UNKNOWN}:
        return  # pressed again while they were on their way: once is enough
    elif letter.state not in {LetterState.PARKED, LetterState.QUEUED, LetterState.CLAIMED}:
        raise Refused("asked_already", _("This person was asked already."), rule="A4")
    letter.state, letter.due_at, letter.not_after, letter.at = LetterState.QUEUED, due.due, due.not_after, now
    letter.generation = max(letter.generation, Installation.the().generation)
    if text is not None:
        sealing.put_json(letter, "text", {"subject": text.subject, "text": text.text, "html": text.html})
        letter.text_sha256 = text.sha256
    prepared.save(letter)


def park_text(row: Introduction, side: str, text: Frozen, now: datetime) -> None:
    """Keep the approved text of an ask that goes by hand, in the one row that such an ask may have."""
    _queue_once(row, LetterDue("ask", side, now), side, now=now, text=text)
    Letter.objects.filter(introduction=row, side=side, kind="ask").update(state=LetterState.PARKED)


def queue_digest(connector_id: str, now: datetime) -> None:
    """Join the one digest of the day: it says everything that is new when it leaves."""
    zone = ZoneInfo(zone_of(connector_id))
    morning = datetime.combine(now.astimezone(zone).date(), limits.DIGEST_AT, tzinfo=zone)
    if morning <= now:
        morning += timedelta(days=1)
    _join(connector_id, "digest", morning, now)


def queue_monthly(connector_id: str, now: datetime) -> None:
    """Join the one letter of the next 1st: it says everything that was told until then (F3)."""
    # Who moves to another zone has one letter all the same.
    if not monthly_waiting(connector_id).filter(due_at__gt=now).exists():
        _join(connector_id, "monthly", next_first(now, zone_of(connector_id)), now)


def monthly_waiting(connector_id: str) -> QuerySet[Letter]:
    """Return the letters of a 1st that have not left yet."""
    return Letter.objects.filter(connector_id=connector_id, kind="monthly", state=LetterState.QUEUED)


def zone_of(connector_id: str) -> str:
    """Return the zone of a connector's days; UTC for one who is not there."""
    connector = people.connector_by_id(connector_id)
    return connector.zone if connector else "UTC"


def _join(connector_id: str, kind: str, due_at: datetime, now: datetime) -> None:
    """Queue a letter to the connector, unless one stands there: constraints keep the first of a day or a month."""
    letter = Letter(
        connector_id=connector_id,
        kind=kind,
        side="connector",
        due_at=due_at,
        generation=Installation.the().generation,
        at=now,
        message_id=new_message_id(),
    )
    # The constraints are `one_digest` and `one_monthly`.
    Letter.objects.bulk_create([letter], ignore_conflicts=True)


def next_first(now: datetime, zone: str) -> datetime:
    """Return the morning of the next 1st after `now` where the connector lives."""
    here = ZoneInfo(zone)
    first = now.astimezone(here).date().replace(day=limits.MONTHLY_LETTER_DAY)
    morning = datetime.combine(first, limits.DIGEST_AT, tzinfo=here)
    if morning > now:
        return morning
    return datetime.combine((first + timedelta(days=32)).replace(day=first.day), limits.DIGEST_AT, tzinfo=here)


def digests_of(connectors: Iterable[str]) -> QuerySet[Letter]:
    """Return the digests of these connectors."""
    return Letter.objects.filter(kind="digest", connector__in=connectors)


def one_digest(letter_id: str, now: datetime) -> None:
    """Let the digest that has just left be the only one of the day: it told what others waited to tell.

    Others wait where the worker slept through their mornings, or where the relay put them off; another worker may hold
    one, which then does not pass its point of no return. What is told next is what came after the last was due.
    """
    left = Letter.objects.filter(pk=letter_id)
    waiting = digests_of(left.values_list("connector_id", flat=True))
    late = waiting.filter(Q(due_at__lte=now) | Q(epoch__gt=0), state__in=[LetterState.QUEUED, LetterState.CLAIMED])
    due = [at for at in late.values_list("due_at", flat=True) if at <= now]
    if late.update(state=LetterState.DROPPED, at=now) and due:
        left.update(due_at=max(due))


def _links(row: Introduction, letter: Letter, side: str) -> dict[str, str]:
    """Make the pages that a letter leads to: one token for the page, for an ask one more that only stops (E9)."""
    purpose = _purpose(letter.kind, side)
    tokens = {"page": _link(row, purpose, side, letter.due_at)}
    if letter.kind in AT_MOST_ONCE:
        tokens["stop"] = _link(row, "stop", side, letter.due_at)
    return tokens


def _purpose(kind: str, side: str) -> str:
    if kind == "verify":
        return "verify"
    if side == "requester" or kind in FOLLOW_UP:
        return "requester"
    return "quiet" if kind == "introduction" else "target"


def _link(row: Introduction, purpose: str, side: str, due: datetime) -> str:
    token = new_token()
    age = {
        "verify": limits.VERIFY_LINK_AGE,
        "requester": limits.REQUESTER_LINK_AGE,
        "target": limits.ASK_AGE + limits.ANSWER_MARGIN + limits.TARGET_LINK_GRACE,
        "quiet": limits.WISHES_LINK_AGE,
        "stop": limits.WISHES_LINK_AGE,
    }[purpose]
    hashed, ends = token_hash(token), due + age
    prepared.insert(Link(token_hash=hashed, purpose=purpose, introduction=row, side=side, expires_at=ends))
    return token


def renew_links(row: Introduction, before: protocol.Introduction | None, snapshot: protocol.Introduction) -> None:
    """Keep the target's page open a month past the deadline, or past the date that *later* named.

    Without `before` it is looked after even where nothing that matters here has changed.
    """
    watched = ("answer_until", "come_back", "introduced_at")
    if before is not None and all(getattr(before, name) == getattr(snapshot, name) for name in watched):
        return
    ends = [at for at in (snapshot.answer_until, snapshot.come_back) if at is not None]
    # Only the page of the side that answers: how long the first side's stays open tells nothing of the second's
    # answer. And one query, whether an ask was handed over or not: nobody can count the difference (DIFF).
    until = max(ends) + limits.TARGET_LINK_GRACE if ends else row.opened_at
    queries.keep_open(row.pk, [str(snapshot.side)], until)
    if snapshot.introduced_at is not None:
        # One quiet line, "tell Cora how it went", stays for a year and is never asked for.
        until = snapshot.introduced_at + limits.WISHES_LINK_AGE
        queries.keep_open(row.pk, ["target", "first", "second"], until)


def call_back(row: Introduction, act: Act, now: datetime) -> None:
    """Keep letters from leaving that the new state no longer wants. What has passed the point is gone."""
    if act in _CALLED_BACK:
        queries.call_back(row.pk, *_CALLED_BACK[act], now)
