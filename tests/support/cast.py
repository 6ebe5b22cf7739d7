"""The cast on its stage: Rita requests, Cora connects, Tom is the target, Otto is an outsider.

A test takes the fixture `cast` and asks for an introduction in the state that it needs; the verbs are driven as the
doors drive them, and letters leave through the outbox itself. Time stands at `cast.now` and goes on by `pass_time`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from django.db.models import QuerySet

from tests.support.scenes import Fresh, scene, stage
from twoyes.introductions import front as introductions
from twoyes.introductions.models import Introduction, Letter, Link
from twoyes.introductions.protocol import Actor, Role, State
from twoyes.introductions.records import Frozen, LetterFacts
from twoyes.lib import addresses, clock, sealing, store
from twoyes.lib.errors import Refused
from twoyes.lib.models import Installation
from twoyes.lib.prepared import prepared
from twoyes.lib.tokens import token_hash
from twoyes.people import front as people

# A Monday morning.
START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
RITA, CORA, TOM, OTTO = "rita@asks.example", "cora@connects.example", "tom@target.example", "otto@outside.example"

REQUEST: Mapping[str, str] = {
    "name": "Rita Holm",
    "email": RITA,
    "target": "Tom Target of Blade Works",
    "about_me": "I lead blade maintenance at Nordsjo Drift and have worked on turbines for fourteen years.",
    "why_them": "His 2024 paper on leading edge erosion describes the damage that we log every week.",
    "why_now": "Our inspection season starts in May and the drones are booked.",
    "benefit": "He gets three years of inspection data from 212 turbines, cleaned and labelled, to publish on.",
    "ask": "One video call of 20 minutes about which columns of the data he needs.",
    "format": "video",
    "minutes": "20",
    "by_when": "before the middle of May",
    "homework": "I read his three papers and ran his model on our log of 2023.",
    "how_we_know": "Cora and I worked together on Borkum for two years.",
    "link": "nordsjo-drift example page",
    "phone": "",
    "may_pass_on": "yes",
    "language": "en",
}
APPROVAL: Mapping[str, str] = {
    "vouch": "Worked with her for two years on Borkum: careful, punctual, asks good questions.",
    "vouch_level": "vouch",
    "why_requester": "Tom knows this damage better than anybody.",
    "why_target": "Her team logs every week what your paper describes.",
    "personal_line": "I hope the move to Gdansk went well.",
    "channel": "relay",
    "mode": "thread",
}
OFFER: Mapping[str, str] = {
    "writes_first": "first",
    "because": "You both look at how blades wear at sea.",
    "why_first": "Tom has the model that your log asks for.",
    "why_second": "Rita has the log that your model asks for.",
    "vouch": "I worked with both of you and would again.",
    "vouch_level": "vouch",
    "channel": "relay",
}


def frozen(words: str = "the ask") -> Frozen:
    """Return an approved text with the right hash; `{page}` stands alone on its line, as in every letter."""
    subject, text, html = (
        f"About {words}",
        f"This is {words}.\n\n{{page}}\n",
        f'<p>{words} <a href="{{page}}">Read</a></p>\n',
    )
    sha256 = hashlib.sha256(f"{subject}\0{text}\0{html}".encode()).hexdigest()
    return Frozen(subject, text, html, sha256)


@prepared
def _letters(introduction: str, kind: str) -> QuerySet[Letter]:
    return Letter.objects.filter(introduction_id=introduction, kind=kind).order_by("-due_at")


@prepared
def _page(hashed: str) -> QuerySet[Link, str]:
    return Link.objects.filter(token_hash=hashed).values_list("pk", flat=True)


@prepared
def _state(introduction: str) -> QuerySet[Introduction, str]:
    return Introduction.objects.filter(pk=introduction).values_list("state", flat=True)


@dataclass
class Cast:
    """Everybody, the time, and what was handed to the relay so far (`sent`, oldest first).

    Each method named like a state makes an introduction that has just reached it and returns its id. Keyword
    arguments replace fields of Rita's request.
    """

    cora: people.ConnectorView
    otto: people.ConnectorView
    tom: people.Card
    rita: people.Card
    now: datetime = START
    sent: list[LetterFacts] = field(default_factory=list)
    fresh: Fresh | None = field(default=None, repr=False)

    # ------------------------------------------------------------------ time and letters

    @contextmanager
    def time(self) -> Iterator[datetime]:
        """Let the product's clock stand at `now` inside the block."""
        with clock.frozen(self.now):
            yield self.now

    def pass_time(self, span: timedelta) -> list[str]:
        """Go on, deadline by deadline, letting due letters leave; return what fired."""
        until, fired = self.now + span, []
        while True:
            at = introductions.next_due(self.now)
            self.now = at if at is not None and at < until else until
            fired += introductions.due(self.now)
            self.deliver()
            if self.now == until:
                return fired

    def deliver(self, result: str = "sent", *, code: int = 250) -> list[str]:
        """Let every due letter past the point of no return and settle it; return `kind:side` of those that left.

        A letter that is stopped stands back, as in the worker. `result` is the relay's last word, for all.
        """
        left = []
        while (claimed := introductions.claim(self.now)) is not None:
            try:
                facts = introductions.facts(claimed.letter)
            except Refused:
                introductions.settle(claimed, "refused", reply="no recipient", now=self.now)
                continue
            try:
                introductions.point_of_no_return(claimed, facts.recipient, self.now)
            except introductions.Blocked as blocked:
                introductions.stand_back(claimed, blocked, self.now)
                if blocked.cause in {"kill_switch", "generation", "address"}:
                    break
                continue
            introductions.settle(claimed, result, code=code, now=self.now)
            self.sent.append(facts)
            left.append(f"{claimed.kind}:{claimed.side}")
        return left

    # ------------------------------------------------------------------ who acts

    @property
    def desk(self) -> Actor:
        """Cora at her desk."""
        return Actor(Role.CONNECTOR, self.cora.actor_id, "test")

    def asker(self, introduction: str) -> Actor:
        """Rita, with the address that she proved."""
        return Actor(Role.REQUESTER, Introduction.objects.get(pk=introduction).requester_key, "test")

    def key(self, introduction: str, kind: str, *, side: str = "", of: str = "page") -> str:
        """Return the token in the newest letter of this kind; `of="stop"` is the one-press objection's."""
        letters = [one for one in _letters(introduction, kind) if one.token and side in {"", one.side}]
        return str((sealing.get_json(letters[0], "token") or {})[of])

    def page(self, introduction: str, side: str = "target") -> tuple[str, str]:
        """Return id and token of the page that a side's letter leads to: requester, target, first or second."""
        token = self.key(introduction, "received") if side == "requester" else self.key(introduction, "ask", side=side)
        return _page(token_hash(token))[0], token

    def state(self, introduction: str) -> State:
        """Return the state as the store has it."""
        return State(_state(introduction)[0])

    # ------------------------------------------------------------------ before the ask

    @scene
    def unverified(self, **fields: str) -> str:
        """Rita sent the form and has not proved her address."""
        made = introductions.request(self.cora.id, {**REQUEST, **fields}, now=self.now, door="test")
        return made.id

    @scene
    def draft(self, **fields: str) -> str:
        """Cora noted what Rita said on the phone; Rita is asked to prove her address."""
        made = introductions.draft(self.cora.id, {**REQUEST, **fields}, actor=self.desk, now=self.now)
        return made.id

    @scene
    def waiting(self, **fields: str) -> str:
        """Rita's request is on Cora's desk. An address that proved itself before needs no second letter."""
        key = addresses.key(fields.get("email", RITA))
        if Introduction.objects.filter(requester_key=key).exclude(state=State.UNVERIFIED).exists():
            return self._proved(key, fields)
        introduction = self.unverified(**fields)
        token = self.key(introduction, "verify")
        link = _page(token_hash(token))[0]
        introductions.verify(link, token, now=self.now)
        self.deliver()
        return introduction

    def _proved(self, key: str, fields: Mapping[str, str]) -> str:
        words = {**REQUEST, **fields}
        made = introductions.request(self.cora.id, words, now=self.now, door="test", proved=key)
        self.deliver()
        return made.id

    @scene
    def returned(self, **fields: str) -> str:
        """Cora gave it back with help."""
        introduction = self.waiting(**fields)
        help_ = {"codes": "no_why_now", "words": "Say why it has to be this spring."}
        introductions.return_(introduction, help_, actor=self.desk, now=self.now)
        self.deliver()
        return introduction

    @scene
    def talking(self, **fields: str) -> str:
        """Cora wants to talk first."""
        introduction = self.waiting(**fields)
        introductions.talk(introduction, {"times": "Tuesday at ten"}, actor=self.desk, now=self.now)
        self.deliver()
        return introduction

    @scene
    def declined(self, **fields: str) -> str:
        """Cora said a kind no."""
        introduction = self.waiting(**fields)
        words = {"reason": "I know him too little.", "instead": "Write to the journal.", "stay_in_touch": "Come by."}
        introductions.decline(introduction, words, actor=self.desk, now=self.now)
        self.deliver()
        return introduction

    @scene
    def lapsed(self, **fields: str) -> str:
        """Nobody decided for two weeks."""
        introduction = self.waiting(**fields)
        self.pass_time(timedelta(days=15))
        return introduction

    # ------------------------------------------------------------------ the ask and its answers

    @scene
    def asking(self, *, approval: Mapping[str, str] | None = None, **fields: str) -> str:
        """Cora approved; the ask to Tom is due and has not left."""
        introduction = self.waiting(**fields)
        words = {**APPROVAL, "target": self.tom.id, **(approval or {})}
        introductions.approve(introduction, words, frozen=frozen(), actor=self.desk, now=self.now)
        return introduction

    @scene
    def asked(self, *, approval: Mapping[str, str] | None = None, **fields: str) -> str:
        """The ask was handed to the relay; Tom can answer."""
        introduction = self.asking(approval=approval, **fields)
        self.deliver()
        return introduction

    def answer(self, introduction: str, answer: str, *, side: str = "target", **fields: str) -> None:
        """Press an answer on the page of this side; a yes comes with its ticked box."""
        link, token = self.page(introduction, side)
        introductions.answer(link, token, {"answer": answer, "confirm": "yes", **fields}, now=self.now)

    @scene
    def refused(self, **fields: str) -> str:
        """Tom said no."""
        introduction = self.asked(approval=None, **fields)
        self.answer(introduction, "no")
        return introduction

    @scene
    def silent(self, **fields: str) -> str:
        """Tom said nothing for as long as the ask ran, which is a no as well."""
        introduction = self.asked(approval=None, **fields)
        self.pass_time(timedelta(days=10, hours=1))
        return introduction

    @scene
    def deferred(self, **fields: str) -> str:
        """Tom may be asked again in forty days."""
        introduction = self.asked(approval=None, **fields)
        self.answer(introduction, "later", until=f"{self.now + timedelta(days=40):%Y-%m-%d}")
        return introduction

    @scene
    def passed(self, **fields: str) -> str:
        """Tom asked for Rita's details and got them."""
        introduction = self.asked(approval=None, **fields)
        self.answer(introduction, "their_details")
        self.deliver()
        return introduction

    @scene
    def passed_on(self, **fields: str) -> str:
        """Cora passed Rita's details on, with her permission; nobody asks for an introduction."""
        introduction = self.waiting(**fields)
        words = {"target": self.tom.id, "personal_line": "For you to decide."}
        introductions.pass_on(introduction, words, frozen=frozen("details"), actor=self.desk, now=self.now)
        self.deliver()
        return introduction

    @scene
    def withdrawn(self, **fields: str) -> str:
        """Rita took it back while Tom was asked."""
        introduction = self.asked(approval=None, **fields)
        introductions.withdraw(introduction, actor=self.asker(introduction), now=self.now)
        return introduction

    @scene
    def undeliverable(self, **fields: str) -> str:
        """The relay refused the ask."""
        introduction = self.asking(approval=None, **fields)
        self.deliver("refused", code=550)
        return introduction

    # ------------------------------------------------------------------ afterwards

    @scene
    def agreed(self, **fields: str) -> str:
        """Tom said yes; the ten minutes of the hold have just begun."""
        introduction = self.asked(approval=None, **fields)
        self.answer(introduction, "yes")
        return introduction

    @scene
    def introduced(self, **fields: str) -> str:
        """Both have each other's address."""
        introduction = self.agreed(**fields)
        self.pass_time(timedelta(minutes=11))
        return introduction

    @scene
    def connected(self, **fields: str) -> str:
        """Rita wrote first, and says so."""
        introduction = self.introduced(**fields)
        introductions.says_wrote(introduction, actor=self.asker(introduction), now=self.now)
        return introduction

    @scene
    def awaiting_outcome(self, **fields: str) -> str:
        """Two weeks on, Rita was asked what became of it."""
        introduction = self.connected(**fields)
        self.pass_time(timedelta(days=14, hours=1))
        return introduction

    @scene
    def closed(self, **fields: str) -> str:
        """They met, and Rita said so."""
        introduction = self.awaiting_outcome(**fields)
        asker = self.asker(introduction)
        introductions.report_outcome(introduction, "met", "A good talk.", actor=asker, now=self.now)
        self.deliver()
        return introduction

    @scene
    def unreported(self, **fields: str) -> str:
        """Rita was asked twice and said nothing."""
        introduction = self.awaiting_outcome(**fields)
        self.pass_time(timedelta(days=29))
        return introduction

    # ------------------------------------------------------------------ nobody asked

    @scene
    def offered(self, **fields: str) -> str:
        """Cora offers Rita and Tom to each other; Rita, who has more to lose, is asked first and can answer."""
        words = {**OFFER, "first": self.rita.id, "second": self.tom.id, **fields}
        texts = frozen("the offer to Rita"), frozen("the offer to Tom")
        made = introductions.offer(self.cora.id, words, frozen=texts, actor=self.desk, now=self.now)
        self.deliver()
        return made.id

    @scene
    def offered_second(self, **fields: str) -> str:
        """Rita said yes to Cora's offer, the hold is over, and Tom can answer."""
        introduction = self.offered(**fields)
        self.answer(introduction, "yes", side="first")
        self.pass_time(timedelta(minutes=11))
        return introduction

    @scene
    def recorded(self) -> str:
        """Cora introduced them elsewhere and notes it."""
        words = {"first": self.rita.id, "second": self.tom.id, "on": "", "because": "At the fair."}
        return introductions.record(self.cora.id, words, actor=self.desk, now=self.now).id


def on_stage() -> Cast:
    """Put the four into an empty store, with Tom and Rita as cards in Cora's book, on a Monday at nine (UTC)."""
    Installation.the()
    store.bump_generation()
    cora = people.add_connector(CORA, name="Cora Lund", handle="cora")
    otto = people.add_connector(OTTO, name="Otto Outsider", handle="otto")
    tom = people.add_card(cora.id, name="Tom Target", organisation="Blade Works", addresses=[TOM])
    rita = people.add_card(cora.id, name="Rita Holm", organisation="Nordsjo Drift", addresses=[RITA])
    return Cast(cora, otto, tom, rita)


@pytest.fixture
def cast(db: None, monkeypatch: pytest.MonkeyPatch) -> Cast:
    """The four, on Monday 2 March 2026 at nine (UTC)."""
    return stage(on_stage, monkeypatch)
