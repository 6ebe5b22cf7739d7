"""One life of a request, lived again and again: the same script, the same seeds, another secret each time.

Chance begins anew at each instant, from the instant alone: what Rita's rows draw is the same in every world,
whatever else was drawn in between.
"""

from __future__ import annotations

import copy
import random
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.http import HttpResponse
from django.test.utils import CaptureQueriesContext

from tests.diff.normal import Normal, Seen
from tests.support.cast import APPROVAL, REQUEST, RITA, frozen
from tests.support.posted import Posted
from tests.web.browsing import Browser, forms_of
from twoyes.introductions import front as introductions
from twoyes.introductions.models import Introduction
from twoyes.introductions.protocol import record
from twoyes.lib import chance, store

# The one link of a letter, alone on its line.
_PAGE = re.compile(rb"/r/([a-z2-7]{26})\r\n")
# All that somebody who asked can post, shown or not.
ACTS = ("withdraw", "confirm", "wrote", "outcome", "revise")
PUBLIC = ("/", "/@cora", "/@cora/received", "/healthz", "/readyz", "/desk/", "/check", "/metrics")


class Streams(random.Random):
    """Chance from a seed, with a stream of its own for spans of time: how many ids were drawn before moves no date."""

    def __init__(self, seed: str) -> None:
        super().__init__(seed)
        self._spans = random.Random(f"{seed} spans")

    def uniform(self, a: float, b: float) -> float:
        return self._spans.uniform(a, b)


@dataclass
class Trace:
    """All that Rita could see, press and read in one world, with the instant of each."""

    looks: list[tuple[datetime, Seen]] = field(default_factory=list)
    letters: list[tuple[datetime, str, str, bytes]] = field(default_factory=list)
    normal: Normal = field(default_factory=Normal)

    def unlike(self, other: Trace) -> str:
        """Say what differs first; "" where nothing does."""
        for (at, mine), (other_at, theirs) in zip(self.looks, other.looks, strict=False):
            if at != other_at or mine.unlike(theirs):
                return f"at {at}: {mine.unlike(theirs)}"
        if self.letters != other.letters:
            pairs = zip([*self.letters, None], [*other.letters, None], strict=False)
            return f"letters: {next((a, b) for a, b in pairs if a != b)}"
        return "" if len(self.looks) == len(other.looks) else "another number of pages"


@dataclass
class Life:
    """Rita's request in one world: everybody, her browser, and what she saw so far."""

    posted: Posted
    rita: Browser
    introduction: str = ""
    pages: list[str] = field(default_factory=list)
    side: str = "target"
    trace: Trace = field(default_factory=Trace)

    # ------------------------------------------------------------------ time and chance

    @contextmanager
    def chances(self, what: str = "") -> Iterator[None]:
        """Let chance begin anew, from the instant and from what is done then."""
        reset = chance._source.set(Streams(f"{self.posted.now.isoformat()} {what}"))
        try:
            with self.posted.time():
                yield
        finally:
            chance._source.reset(reset)

    def until(self, at: datetime, relay: str = "sent") -> None:
        """Go on to an instant, from deadline to deadline, and read what comes; `relay` is its word to asks."""
        while self.posted.now < at:
            due = introductions.next_due(self.posted.now)
            self.posted.now = min(due, at) if due is not None else at
            if introductions.is_due(self.posted.now):
                with self.chances("due"):
                    introductions.due(self.posted.now)
                self.deliver(relay)

    def deliver(self, result: str = "sent") -> None:
        """Let letters leave; Rita reads hers, and opens the page that each leads to."""
        before = len(self.posted.taken)
        with self.chances("deliver"):
            self.posted.deliver(result)
        for envelope in self.posted.taken[before:]:
            if envelope.recipient == RITA:
                self.trace.letters.append((self.posted.now, *self.trace.normal.letter(envelope)))
                for token in _PAGE.findall(envelope.message):
                    self.look([self.rita.get(f"/r/{token.decode()}").headers["Location"]])

    # ------------------------------------------------------------------ what Rita does

    def asks(self, fields: Mapping[str, str] | None = None) -> None:
        """Send the form as a person would, prove the address, and open her page."""
        posted, rita = self.posted, self.rita
        with self.chances("form"):
            form = rita.form("/@cora", "request")
        posted.now += timedelta(minutes=3)
        self.press(form.action, {**form.values, **REQUEST, **(fields or {})})
        self.deliver()
        newest = Introduction.objects.filter(requester_key__gt="").latest("opened_at")
        self.introduction = newest.pk
        at = rita.get(f"/v/{posted.key(newest.pk, 'verify')}").headers["Location"]
        form = rita.form(at, "verify")
        self.press(form.action, form.values)
        self.deliver()
        self.pages = [rita.open_as(newest.pk, "requester"), "/r/"]

    def note(self, response: HttpResponse, queries: int = 0) -> None:
        request = response.wsgi_request  # type: ignore[attr-defined]
        look = self.trace.normal.seen(f"{request.method} {request.path}", response, queries)
        self.trace.looks.append((self.posted.now, look))

    def look(self, paths: Sequence[str]) -> HttpResponse:
        """Open pages; return the last."""
        answers = []
        for path in paths:
            with CaptureQueriesContext(connection) as asked:
                answers.append(self.rita.get(path))
            self.note(answers[-1], len(asked))
        return answers[-1]

    def press_all(self, page: HttpResponse, *, forged: bool) -> None:
        """Press each button of a page, and with `forged` those that it does not show, each in a world thrown away."""
        forms = {form.action: form.values for form in forms_of(page)}
        hidden = {f"{self.pages[0]}{act}": {"seq": "1", "outcome": "met", **REQUEST} for act in ACTS if forged}
        for action, values in {**hidden, **forms}.items():
            with self.thrown_away():
                self.press(action, values)
                if action in forms:
                    self.look(self.pages[:1])

    def press(self, action: str, values: Mapping[str, str]) -> None:
        with self.chances(action), CaptureQueriesContext(connection) as asked:
            response = self.rita.post(action, values)
        self.note(response, len(asked))

    @contextmanager
    def thrown_away(self) -> Iterator[None]:
        """Undo in the store, in the browser and in time whatever happens in the block, but keep what was seen."""
        now, cookies, taken = self.posted.now, copy.deepcopy(self.rita.client.cookies), len(self.posted.taken)
        outside, tom = store.generation_file().read_bytes(), self.posted.tom
        with transaction.atomic():
            yield
            transaction.set_rollback(True)
        # What is kept outside the store would rightly take a store that went back for a restored one.
        store.generation_file().write_bytes(outside)
        self.posted.now, self.posted.tom = now, tom
        del self.posted.taken[taken:]
        self.rita.client.cookies = cookies

    # ------------------------------------------------------------------ what Cora does

    def approve(self) -> None:
        """Approve Rita's request: from here on her date is fixed."""
        fields, desk = {**APPROVAL, "target": self.posted.tom.id}, self.posted.desk
        with self.chances("approval"):
            introductions.approve(self.introduction, fields, frozen=frozen(), actor=desk, now=self.posted.now)

    @property
    def hears_by(self) -> datetime:
        """The day that was promised to Rita."""
        at = record.from_json(Introduction.objects.get(pk=self.introduction).snapshot).hears_by
        assert at is not None
        return at


def schedule(begin: datetime, end: datetime, *, special: Sequence[datetime], number: int = 200) -> list[datetime]:
    """Return exactly `number` instants: each special one with the seconds beside it, the rest evenly between."""
    second = timedelta(seconds=1)
    chosen = {at + step for at in special for step in (-second, timedelta(), second) if begin <= at + step <= end}
    assert len(chosen) < number, "too many special instants"
    missing = number - len(chosen)
    step = (end - begin) / (missing + 1)
    # An odd number of microseconds keeps the even ones from meeting the special ones.
    even = {begin + step * (one + 1) + timedelta(microseconds=7) for one in range(missing)}
    assert len(chosen | even) == number
    return sorted(chosen | even)
