"""Letters that become drafts in their connector's own mailbox, who sends them or does not.

The point of no return precedes the APPEND, and what a crash leaves in doubt is looked up there. An ask that is not
found stays unknown, so that it is never laid down twice. That it went is noticed among what was sent.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import groupby

from django.conf import settings

from twoyes.introductions import front as introductions
from twoyes.introductions.front import Draft, LetterFacts
from twoyes.lib import addresses, faults, limits
from twoyes.lib.errors import Refused
from twoyes.lib.logs import describe
from twoyes.mail import ours
from twoyes.mail.outgoing.mailbox import Mailbox, Marks, Shut, opened
from twoyes.mail.outgoing.transport import Abort, Envelope, Verdict, aborted, cross, too_late
from twoyes.people import front as people

log = logging.getLogger(__name__)

# Seconds for one look into all mailboxes: the worker has letters to care for.
_BUDGET = 30.0
_NEVER = datetime.min.replace(tzinfo=UTC)


def marks_of(facts: LetterFacts, since: datetime) -> Marks:
    """Return what a letter is known again by in the mailbox of its connector, from the day before `since` on."""
    day = (since - timedelta(days=1)).date()
    if facts.kind != "introduction":
        return Marks(facts.message_id, facts.token, since=day)
    aliased = settings.INBOX_URLS and not introductions.hands_off(facts.approval)
    alias = addresses.wire(ours.thread_address(facts.introduction)) if aliased else ""
    return Marks(facts.message_id, alias=alias, to=(facts.requester_address, facts.target_address), since=day, at=since)


@dataclass(frozen=True, slots=True)
class DraftsTransport:
    """Lays letters into somebody's Drafts; see `Transport`. `laid`: another envelope of this letter was laid there."""

    own: people.OwnWay
    marks: Marks
    laid: bool = False

    def send(self, envelope: Envelope, *, point_of_no_return: Callable[[], None]) -> Verdict:
        """See `Transport.send`: what is there already is not laid down again, so that doubt never makes two."""
        try:
            with opened(self.own) as mailbox:
                there = self.laid or mailbox.where(self.marks)
                faults.point("after_354")
                until = cross(point_of_no_return)
                if there:
                    return Verdict("drafted", 0, "In Drafts already.", before_dot=False)
                return too_late() if time.monotonic() > until else mailbox.put(envelope.message)
        except Shut as shut:
            return Verdict("temporary", 0, shut.text, before_dot=True, halt=shut.halt)
        except Abort:
            return aborted()


@dataclass
class Looking:
    """Looks after the drafts of all connectors; a mailbox that lets nobody in is left alone for a while (C10)."""

    not_before: dict[str, datetime] = field(default_factory=dict)
    last: datetime | None = None
    looked: dict[str, datetime] = field(default_factory=dict)
    clock: Callable[[], float] = time.monotonic

    def round(self, now: datetime) -> None:
        """Do it if it is time: settle what is in doubt, notice what went, take back what may not go any more.

        Begins with nobody's mailbox after `_BUDGET` seconds; who was not looked after comes first the next time.
        """
        if self.last is not None and self.last <= now < self.last + limits.DRAFTS_LOOK:
            return
        self.last = now
        found = [(draft, True) for draft in introductions.drafts_in_doubt(now)]
        found += [(draft, False) for draft in introductions.drafts(now)]
        until = self.clock() + _BUDGET
        whose = groupby(sorted(found, key=_owner), key=_owner)
        for connector, theirs in sorted(((who, list(all_of)) for who, all_of in whose), key=self._longest_ago):
            if self.not_before.get(connector, now) > now:
                continue
            if self.clock() > until:
                return
            self.looked[connector] = now
            if not self._well(connector, theirs, now):
                self.not_before[connector] = now + limits.AUTH_RETRY

    def _longest_ago(self, one: tuple[str, list[tuple[Draft, bool]]]) -> datetime:
        return self.looked.get(one[0], _NEVER)

    def _well(self, connector: str, theirs: list[tuple[Draft, bool]], now: datetime) -> bool:
        try:
            return _look(connector, theirs, now)
        except Exception as error:  # noqa: BLE001 - one mailbox must not end the look into those of others
            log.error("The drafts of a connector could not be looked after: %s.", describe(error))
            return False


def _owner(found: tuple[Draft, bool]) -> str:
    return found[0].connector


def _look(connector: str, theirs: list[tuple[Draft, bool]], now: datetime) -> bool:
    """Look after the drafts of one connector; False where their mailbox cannot be looked into."""
    own = people.own_way(connector)
    if own is None or own.kind != introductions.DRAFT:
        # Another way was chosen since: what lies in that mailbox is its owner's to see to.
        return False
    try:
        with opened(own) as mailbox:
            for draft, in_doubt in theirs:
                if in_doubt:
                    _settle(mailbox, draft, same=draft.mailbox == own.key, now=now)
                else:
                    _see_to(mailbox, draft, now)
    except Shut as shut:
        log.warning("The drafts of a connector cannot be looked after: %s", shut.text)
        return False
    return True


def _settle(mailbox: Mailbox, draft: Draft, *, same: bool, now: datetime) -> None:
    """Look whether a letter in doubt is there. `same`: this is the mailbox into which it was to be laid."""
    claimed = draft.claimed
    there = same and mailbox.where(_marks(draft))
    # Not there may mean carried away, by hand. Only an introduction may be made twice, in one mailbox, where its owner
    # sees both; an ask stays spent, and so does what may lie in a mailbox that is no longer named.
    missing = "temporary" if same and claimed.kind == "introduction" else "unknown"
    state = introductions.settle(claimed, "drafted" if there else missing, reply="looked up", now=now)
    log.info("Letter %s (%s) was in doubt: %s.", claimed.letter, claimed.kind, state)


def _see_to(mailbox: Mailbox, draft: Draft, now: datetime) -> None:
    claimed, marks = draft.claimed, _marks(draft)
    if mailbox.where(marks, likely=True) == "sent":
        introductions.draft_went(draft, now)
        log.info("Letter %s (%s) was sent by its connector.", claimed.letter, claimed.kind)
    elif not draft.wanted:
        mailbox.take_back(marks)
        introductions.draft_taken_back(draft, now)


def _marks(draft: Draft) -> Marks:
    try:
        return marks_of(introductions.facts(draft.claimed.letter), draft.at)
    except Refused:
        # Erased since: its Message-ID is all that is left to know it by.
        return Marks(draft.message_id)
