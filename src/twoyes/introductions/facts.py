"""What a letter may say, gathered for its reader and nobody else (S1, E1, E4)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from twoyes.introductions import queries, takes
from twoyes.introductions.mailing import GUARDED
from twoyes.introductions.models import Introduction, JournalEntry, Letter
from twoyes.introductions.protocol import record
from twoyes.introductions.protocol.snapshot import Introduction as Snapshot
from twoyes.introductions.protocol.snapshot import Origin, State
from twoyes.introductions.records import DigestLine, Frozen, LetterFacts
from twoyes.lib import clock, limits, sealing, zones
from twoyes.lib.errors import Refused
from twoyes.lib.prepared import prepared
from twoyes.people import front as people

# Only these letters carry the addresses of both sides, each the one that its owner agreed to give.
_REVEALING = ("introduction",)
_TO_ASKER = ("requester", "first")
# The answers with which somebody may send a line to whoever asked.
_TOLD_WITH = ("no", "never", "later")
# What the desk keeps to itself never stands in a letter to anybody else.
_OPEN_WORDS = tuple(
    "about_me why_them why_now benefit ask format minutes by_when homework how_we_know link may_pass_on wish".split()
)


def facts(letter_id: str) -> LetterFacts:
    """Return the facts of a letter that is about to leave. Raises `Refused` `no_recipient` when nobody is left."""
    letter = queries.letter_with_introduction(letter_id)[0]
    if letter.introduction is None:
        return _to_connector_alone(letter)
    left_behind: dict[str, str] = sealing.get_json(letter, "extra") or {}
    name = left_behind.get("connector_name", "")
    known = letter_facts(letter.introduction, letter.kind, letter.side, name_left_behind=name)
    if left_behind.get("to"):
        # The first side of an offer stood in the book that went with the account.
        known = _with(known, recipient=left_behind["to"], recipient_name=left_behind["to_name"])
    if not known.recipient:
        raise Refused("no_recipient", _("Nobody is left to write to."))
    tokens = sealing.get_json(letter, "token") or {}
    text = sealing.get_json(letter, "text")
    return _with(
        known,
        letter=letter.pk,
        message_id=letter.message_id,
        token=tokens.get("page", ""),
        stop_token=tokens.get("stop", ""),
        frozen=Frozen(**text, sha256=letter.text_sha256) if text else None,
        came=left_behind.get("came", ""),
        **(_trouble(letter.introduction) if letter.kind == "trouble" else {}),
    )


def letter_facts(
    row: Introduction,
    kind: str,
    side: str,
    approval: Mapping[str, str] | None = None,
    *,
    name_left_behind: str = "",
) -> LetterFacts:
    """Return the facts of one kind of letter to one side, as they stand now.

    A connector whose account is gone is known by `name_left_behind` alone, which their last letters keep (A29).
    """
    connector, address = people.connector_who_writes(row.connector_id) or (None, "")
    if connector is None or (connector.removed_at is not None and not name_left_behind):
        raise Refused("no_recipient", _("The connector is gone."))
    # In the post room nothing leaves by any way: it is there for trying.
    way = connector.way if kind in GUARDED and not settings.POST_ROOM else ""
    snapshot = record.from_json(row.snapshot) if row.snapshot else Snapshot()
    if way == "draft" and approval is None and kind in {"ask", "introduction"} and not snapshot.as_draft:
        # What was approved to be sent is sent: its dates, and what its page says, leave no time for a draft.
        way = ""
    said: dict[str, str] = sealing.get_json(row, "words") or {}
    answers: dict[str, str] = sealing.get_json(row, "answer_words") or {}
    base = LetterFacts(
        kind=kind,
        side=side,
        connector_name=connector.name or name_left_behind,
        connector_handle=connector.handle,
        connector_address=address,
        introduction=row.pk,
        origin=row.origin,
        # A draft of an introduction is one letter to both, in the language of who sends it.
        language=row.language if side == "requester" and way != "draft" else connector.language,
        zone=row.zone if side == "requester" else connector.zone,
        whom=said.get("target", ""),
        words={name: said.get(name, "") for name in _OPEN_WORDS},
        approval={
            **(approval if approval is not None else sealing.get_json(row, "approval") or {}),
            "ask_days": str(snapshot.terms.ask_length.days),
        },
        consolation=_consolation(row, snapshot, answers),
        introduced=snapshot.introduced_at is not None,
        notable=takes.noted(snapshot, clock.now()) if kind == "reply_copy" else (),
        hears_by=snapshot.face.hears_by,
        answer_until=snapshot.answer_until,
        outcome=snapshot.outcome,
        missed_at=snapshot.missed_at,
        counts_from=_counts_from(snapshot),
        proposed=zones.proposed(clock.now(), zone_of_other(row, answers)) if kind == "reply_now" else (),
        standing=snapshot.standing,
        about=str(snapshot.side) if side == "connector" else "",
        connector=connector.id,
        way=way,
    )
    return _for_side(base, row, said, answers)


def _for_side(base: LetterFacts, row: Introduction, said: Mapping[str, str], answers: Mapping[str, str]) -> LetterFacts:
    cards = _Cards(row)
    asker_name, asker_address = _asker(cards, answers)
    target_name, target_address = _target(cards, answers)
    writer = target_name if row.writer in {"second", "target"} else asker_name
    both: dict[str, Any] = {"requester_name": asker_name, "writer_name": writer}
    if base.side == "connector":
        return _with(
            base,
            **both,
            recipient=base.connector_address,
            recipient_name=base.connector_name,
            target_name=target_name,
            answer_words={**without_agreed(answers), "outcome": base.outcome},
            words=dict(said),
        )
    revealing = base.kind in _REVEALING
    if base.side in _TO_ASKER:
        # "Did they get in touch?" is asked where only the details went over: the name is not theirs to know.
        offered = row.origin == "offered"
        name = target_name if revealing or base.introduced or (offered and base.kind == "ask") else ""
        return _with(
            base,
            **both,
            # Who said yes first waits: a name from the connector's book would vanish with an erasure (quiet-no).
            whom="" if offered and not name else base.whom,
            # An ask goes to the card; an address that was given with an earlier yes is for what follows it.
            recipient=cards.first[1] if base.kind == "ask" else asker_address,
            recipient_name=asker_name,
            target_name=name,
            target_address=target_address if revealing else "",
            requester_address=asker_address if revealing else "",
            answer_words=_in_writing(answers) if revealing else {},
            approval=base.approval if revealing or row.origin == "offered" else _manner(base),
        )
    details = base.kind == "details"
    return _with(
        base,
        **both,
        recipient=target_address if revealing else cards.target[1] or (given_for_details(answers) if details else ""),
        recipient_name=target_name,
        target_name=target_name,
        target_address=target_address if revealing else "",
        requester_address=asker_address if revealing or details else "",
        consolation={},
        words={**base.words, "phone": said.get("phone", "")} if revealing or details else base.words,
        answer_words=_in_writing(answers) if revealing else {},
    )


def _counts_from(snapshot: Snapshot) -> datetime | None:
    """Return when a word that is owed begins to count; None where none is."""
    since = snapshot.face.since if snapshot.state is State.AWAITING_OUTCOME else None
    return since + limits.HEARD_FIRST if since is not None else None


def zone_of_other(row: Introduction, answers: Mapping[str, str]) -> str:
    """Return the zone that the other named beside their yes, for whoever writes first; or ""."""
    return answers.get("first_zone" if row.writer == "second" else "zone", "")


def _manner(base: LetterFacts) -> dict[str, str]:
    """Return whether the connector stays in the thread, for the letter that says how to write first (F1, F2)."""
    return {"mode": base.approval.get("mode", "")} if base.kind == "reply_now" else {}


def _in_writing(answers: Mapping[str, str]) -> dict[str, str]:
    """Return who of the two said yes to an exchange in writing only: the one who was asked, or who was asked first."""
    return {name: answers.get(name, "") for name in ("written_only", "first_written_only")}


def _consolation(row: Introduction, snapshot: Snapshot, answers: Mapping[str, str]) -> dict[str, str]:
    """Return the connector's words of comfort, with the target's own where they ticked that these be told.

    What stood beside an answer that is not given any more, or beside a yes, is told to nobody (A7).
    """
    words: dict[str, str] = sealing.get_json(row, "consolation") or {}
    ticked = answers.get("tell") == "my_words" and snapshot.answer in _TOLD_WITH
    told = answers.get("comment", "") if ticked else ""
    return {**words, "their_words": told} if told else words


class _Cards:
    """The name and the address on both cards, each read once and not before somebody asks."""

    def __init__(self, row: Introduction) -> None:
        self.row = row

    @cached_property
    def first(self) -> tuple[str, str]:
        return self._read(self.row.first_id)

    @cached_property
    def target(self) -> tuple[str, str]:
        return self._read(self.row.target_id)

    def _read(self, card_id: str | None) -> tuple[str, str]:
        return people.addressee(self.row.connector_id, card_id) if card_id else ("", "")


def _asker(cards: _Cards, answers: Mapping[str, str]) -> tuple[str, str]:
    if cards.row.first_id:
        name, address = cards.first
        return name, _agreed(answers, "first_") or address
    person: dict[str, str] = sealing.get_json(cards.row, "requester") or {}
    return person.get("name", ""), person.get("email", "")


def _target(cards: _Cards, answers: Mapping[str, str]) -> tuple[str, str]:
    name, address = cards.target
    return name, (_agreed(answers, "") or address) if cards.row.target_id else ""


def _agreed(answers: Mapping[str, str], side: str) -> str:
    """Return the address that was named beside the box of their yes; what a card says since is another (A21)."""
    return answers.get(f"{side}address") or answers.get(f"{side}agreed", "")


def approval_words(row: Introduction, clean: Mapping[str, str]) -> dict[str, str]:
    """Return the connector's words as an approval keeps them.

    An offer's own stand beside those of a later approval, whose reason is for the one who is asked then.
    """
    if row.origin != Origin.OFFERED:
        return dict(clean)
    before: dict[str, str] = sealing.get_json(row, "approval") or {}
    reason = clean.get("why_target", "")
    told = {f"why_{record.from_json(row.snapshot).side}": reason} if reason else {}
    return {**before, **clean, **told}


def given_for_details(answers: Mapping[str, str]) -> str:
    """Return the address that somebody without one on their card gave, so that details can be sent to them; or ""."""
    return answers.get("details_agreed", "")


def without_agreed(answers: Mapping[str, str]) -> dict[str, str]:
    """Return the words of an answer as the connector may read them: addresses of their cards stand on no page."""
    return {name: words for name, words in answers.items() if not name.endswith("agreed")}


def _trouble(row: Introduction) -> dict[str, str]:
    """Return the code of what went wrong last, and on whose way, for the connector's letter."""
    last = JournalEntry.objects.filter(
        introduction=row, event__in=["failed", "unknown", "dsn", "blocked", "bounced", "not_after"]
    )
    entry = last.order_by("-seq").first()
    if entry is None:
        return {}
    cause, side = entry.data.get("cause"), entry.data.get("side")
    code = f"{entry.event}_{cause}" if isinstance(cause, str) else entry.event
    return {"trouble": code, **({"about": side} if isinstance(side, str) else {})}


def _to_connector_alone(letter: Letter) -> LetterFacts:
    connector = people.connector_by_id(letter.connector_id)
    if connector is None or connector.removed_at is not None:
        raise Refused("no_recipient", _("The connector is gone."))
    extra: dict[str, str] = sealing.get_json(letter, "extra") or {}
    if letter.kind in {"login_code", "login_changed"} and not extra.get("to"):
        raise Refused("no_recipient", _("Nobody has an account under this address."))
    address = extra.get("to") or people.connector_address(letter.connector_id)
    return LetterFacts(
        kind=letter.kind,
        side="connector",
        connector_name=connector.name,
        connector_handle=connector.handle,
        connector_address=address,
        letter=letter.pk,
        message_id=letter.message_id,
        language=connector.language,
        zone=connector.zone,
        recipient=address,
        recipient_name=connector.name,
        code=extra.get("code", ""),
        came=extra.get("came", ""),
        waiting=_digest_lines(letter) if letter.kind == "digest" else (),
        **(_told(letter, connector) if letter.kind == "monthly" else {}),
    )


def _told(letter: Letter, connector: people.ConnectorView) -> dict[str, Any]:
    """Return what was told in the month before. Raises `Refused` `nothing_to_say` where nothing of it is left."""
    from twoyes.introductions import monthly

    since = monthly.month_before(letter.due_at, connector.zone)
    news = tuple(monthly.became(letter.connector_id, since, letter.due_at))
    if not news:
        raise Refused("nothing_to_say", _("There is nothing to tell any more."))
    return {"news": news, "month": since}


def _digest_lines(letter: Letter) -> tuple[DigestLine, ...]:
    """Return what waits, and what is new since the last digest left."""
    from twoyes.introductions import pages

    # Since the last one was due, not since it left: what came in between must not fall through.
    # The first of all has none before it, and tells what happened while it waited to leave.
    since = next(iter(_last_digest(letter.connector_id)), letter.at - _BEFORE_THE_FIRST)
    return tuple(pages.digest_lines(letter.connector_id, min(since, letter.at), clock.now()))


_BEFORE_THE_FIRST = timedelta(days=7)


@prepared
def _last_digest(connector_id: str) -> QuerySet[Letter, datetime]:
    sent = Letter.objects.filter(connector_id=connector_id, kind="digest", state="sent")
    return sent.order_by("-at").values_list("due_at", flat=True)[:1]


def _with(known: LetterFacts, **changes: Any) -> LetterFacts:
    return replace(known, **changes)


def preview_facts(
    row: Introduction, kind: str, side: str, approval: Mapping[str, str], target: people.Card | None
) -> LetterFacts:
    """Return the facts of a letter that is not approved yet, for the text above the button (N4).

    In a later chapter of an offer the two people stand, and what goes to the "target" goes to whoever invited it.
    """
    if row.origin == Origin.OFFERED and side == "target":
        return letter_facts(row, kind, str(record.from_json(row.snapshot).side), approval_words(row, approval))
    known = letter_facts(row, kind, side, approval)
    if target is None or side == "connector":
        return known
    return _with(known, target_name=target.name, recipient_name=target.name)
