"""What people called spam to their mail provider, beside what was sent to them; and when asks stop for it (C31)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from twoyes.introductions import engine, mailing, pairs, queries
from twoyes.introductions.models import Complaint, Letter, SendAttempt
from twoyes.lib import limits
from twoyes.lib.errors import Refused
from twoyes.people import front as people

ASKED = ("target", "first", "second")


@dataclass(frozen=True, slots=True)
class Complaints:
    """How many complaints there were within `COMPLAINTS_COUNTED`, to how many `letters` that were handed over.

    Letters to people who were asked alone: who wrote to us first can have any number of letters, and complain of each.
    `released` of the complaints are known to the operator, who let asks go on.
    """

    complaints: int = 0
    released: int = 0
    letters: int = 0

    @property
    def rate(self) -> float:
        """In percent."""
        return 100 * self.complaints / max(self.letters, self.complaints, 1)

    @property
    def stop_asks(self) -> bool:
        """At one in a thousand, and at no fewer than the least; after a release at the next one from three on."""
        news = self.complaints - self.released
        line = limits.COMPLAINTS_MOST if self.released else limits.COMPLAINTS_STOP
        return news > 0 and self.complaints >= limits.COMPLAINTS_LEAST and self._is_at(line)

    @property
    def may_be_released(self) -> bool:
        """Not where providers would shut us out for it; of few letters no number tells that, and a person may."""
        return self.letters < limits.COMPLAINTS_TELLING or not self._is_at(limits.COMPLAINTS_MOST)

    def _is_at(self, line: int) -> bool:
        return 1000 * self.complaints >= line * self.letters


def complaints(now: datetime) -> Complaints:
    """Return how it stands at `now`."""
    found = dict(queries.complaints(now - limits.COMPLAINTS_COUNTED))
    return Complaints(sum(found.values()), found.get(True, 0), _letters(now).count())


def asks_stopped(now: datetime) -> bool:
    """Say whether no ask may leave; letters are counted where there were complaints enough, and as many as tell it."""
    found = dict(queries.complaints(now - limits.COMPLAINTS_COUNTED))
    many = sum(found.values())
    if many < limits.COMPLAINTS_LEAST:
        return False
    # This is looked up before each ask and on each desk: of more letters so many complaints are no reason to stop.
    telling = 1000 * many // limits.COMPLAINTS_STOP + 1
    return Complaints(many, found.get(True, 0), _letters(now)[:telling].count()).stop_asks


def _letters(now: datetime) -> QuerySet[SendAttempt]:
    sent = SendAttempt.objects.filter(phase="sent", way=None, at__gt=now - limits.COMPLAINTS_COUNTED)
    return sent.filter(letter__kind__in=mailing.GUARDED, letter__side__in=ASKED)


def count(letter: Letter, now: datetime) -> None:
    """Count a complaint of somebody who was asked: each person is one, of however many letters they complain.

    They are locked by now.
    """
    row = letter.introduction
    assert row is not None, "somebody was asked by it"
    if _is_counted(people.linked(pairs.asked_keys(row, letter.side)), now):
        return
    # The constraint is `complaint_once`.
    Complaint.objects.bulk_create([Complaint(introduction=row, side=letter.side, at=now)], ignore_conflicts=True)


def _is_counted(keys: Collection[str], now: datetime) -> bool:
    lately = Complaint.objects.filter(at__gt=now - limits.COMPLAINTS_COUNTED).select_related("introduction")
    return any(not {*keys}.isdisjoint(pairs.asked_keys(one.introduction, one.side)) for one in lately)


@engine.verb
def release_asks(now: datetime) -> int:
    """Let asks leave again that stopped after complaints; how many complaints the operator took note of.

    Raises Refused `asks_leave` where they do, `complaints` where there are so many that nobody may let them go.
    """
    found = complaints(now)
    if not found.stop_asks:
        raise Refused("asks_leave", _("Asks have not stopped after complaints. Nothing was changed."))
    if not found.may_be_released:
        sentence = _(
            "Too many of the last letters were called spam, and providers would shut this house out. "
            "Asks go on by themselves when fewer were."
        )
        raise Refused("complaints", sentence)
    lately = Complaint.objects.filter(at__gt=now - limits.COMPLAINTS_COUNTED, released=False)
    return lately.update(released=True)
