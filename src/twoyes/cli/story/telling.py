"""Tells the story: everybody acts through the verbs that the doors press, on a clock that begins two months ago."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

from django.conf import settings

from twoyes.care import front as care
from twoyes.cli import acts, beginning
from twoyes.cli.house import Desk
from twoyes.cli.story.plots import GONE, PLOTS
from twoyes.introductions import front as introductions
from twoyes.introductions.front import Actor, Role
from twoyes.lib import clock, env
from twoyes.mail import front as mail
from twoyes.people import front as people

_LINK = re.compile(r"^https?://\S+/([vtr])/(\S+)$", re.MULTILINE)
_PURPOSES = {"v": "verify", "t": "target", "r": "requester"}
_BEFORE = timedelta(days=1)
_BOOK = Path(__file__).with_name("story.toml")
_REQUEST = ("why_them", "why_now", "benefit", "ask", "format", "minutes", "homework")
_COMES_BACK = timedelta(days=45)

type Table = dict[str, Any]
type Progress = Callable[[int, int], None]


def tell(progress: Progress, *, until: datetime | None = None) -> None:
    """Tell the whole story into an empty store, up to now; `progress` hears of each step (done, of).

    Raises Refused where a verb does, which means that the story is wrong, not the reader.
    """
    _Telling(tomllib.loads(_BOOK.read_text("utf-8")), until or datetime.now(UTC)).run(progress)


@dataclass(frozen=True, slots=True)
class _Step:
    """Something that somebody does at an instant, in the introduction with this number."""

    at: datetime
    number: int
    act: str


@dataclass(frozen=True, slots=True)
class _Gone:
    """A relay that takes everything but what goes to mailboxes that are not there any more."""

    relay: mail.Transport
    gone: frozenset[str]

    def send(self, envelope: mail.Envelope, *, point_of_no_return: Callable[[], None]) -> mail.Verdict:
        """See `Transport.send`."""
        if envelope.recipient in self.gone:
            return mail.Verdict("refused", 550, "5.1.1 There is no such mailbox", before_dot=True)
        return self.relay.send(envelope, point_of_no_return=point_of_no_return)


@dataclass
class _Telling:
    book: Table
    until: datetime
    desks: dict[str, people.ConnectorView] = field(default_factory=dict)
    cards: dict[tuple[str, str], str] = field(default_factory=dict)
    made: dict[int, str] = field(default_factory=dict)

    def run(self, progress: Progress) -> None:
        introductions_ = self.book["introductions"]
        steps = sorted(
            (
                _Step(self.until - timedelta(days=one["began"]) + after, number, act)
                for number, one in enumerate(introductions_)
                for after, act in PLOTS[one["plot"]]
            ),
            key=lambda step: (step.at, step.number),
        )
        clock.begin_at(steps[0].at - _BEFORE)
        self._furnish()
        gone = frozenset(_address(one["mentor"]) for one in introductions_ if one["plot"] == GONE)
        relay = _Gone(mail.transport_for(settings.EMAIL_URL, data_dir=env.data_dir()), gone)
        for done, step in enumerate(steps):
            progress(done, len(steps))
            mail.tick(max(step.at, clock.now()), relay)
            self._act(step)
            mail.tick(transport=relay)
        mail.tick(max(self.until, clock.now()), relay)
        progress(len(steps), len(steps))

    # ------------------------------------------------------------------ who is there

    def _furnish(self) -> None:
        for handle, one in self.book["staff"].items():
            self.desks[handle] = people.add_connector(_address(handle), handle=handle, **one)
        for kind in ("founders", "erased", "mentors"):
            for who, one in self.book[kind].items():
                for owner in {one["staff"], one.get("also", one["staff"])}:
                    self._add_card(owner, who, one)

    def _add_card(self, owner: str, who: str, one: Table) -> None:
        card = people.add_card(
            self.desks[owner].id,
            name=one["name"],
            organisation=one["organisation"],
            position=one.get("position", "Founder"),
            addresses=[_address(who)],
        )
        self.cards[owner, who] = card.id

    # ------------------------------------------------------------------ what they do

    def _act(self, step: _Step) -> None:
        one: Table = self.book["introductions"][step.number]
        owner = one.get("staff") or self._founder(one)["staff"]
        if step.act in {"request", "draft", "offer", "record"}:
            self.made[step.number] = getattr(self, f"_{step.act}")(one, owner)
            return
        introduction = self.made[step.number]
        desk = self._desk(owner)
        if step.act in _AT_THE_DESK:
            said = next(act for act in acts.ACTS if act.name == _AT_THE_DESK[step.act])
            card = self.cards.get((owner, one.get("mentor", "")), "")
            fields = {**dict.fromkeys(said.options, ""), **_said(one, *said.options), "target": card}
            said.do(desk, introduction, fields)
        elif step.act == "erase":
            care.erase(_address(one["founder"]), actor=desk.actor, now=desk.now)
        else:
            self._by_letter(introduction, one, step.act)

    def _by_letter(self, introduction: str, one: Table, act: str) -> None:
        """Do what somebody does on the page that their letter leads to."""
        now = clock.now()
        if act == "verify":
            introductions.verify(*_page(introduction, "verify"), now=now)
        elif act in _ANSWERS:
            fields = {"confirm": "yes", **_ANSWERS[act]}
            if act == "later":
                fields["until"] = f"{now + _COMES_BACK:%Y-%m-%d}"
            introductions.answer(*_page(introduction, "ask"), fields, now=now)
        else:
            key = introductions.requester_key(*_page(introduction, "received"), now)
            asker = Actor(Role.REQUESTER, key, "story")
            if act == "report_outcome":
                introductions.report_outcome(introduction, one["outcome"], one["words"], actor=asker, now=now)
            else:
                verbs = {"withdraw": introductions.withdraw, "says_wrote": introductions.says_wrote}
                verbs[act](introduction, actor=asker, now=now)

    # ------------------------------------------------------------------ how it begins

    def _request(self, one: Table, owner: str) -> str:
        return introductions.request(self.desks[owner].id, self._words(one), now=clock.now(), door="story").id

    def _draft(self, one: Table, owner: str) -> str:
        desk = self._desk(owner)
        return introductions.draft(desk.connector.id, self._words(one), actor=desk.actor, now=desk.now).id

    def _offer(self, one: Table, owner: str) -> str:
        desk = self._desk(owner)
        fields = {
            **_said(one, "because", "why_first", "why_second", "vouch"),
            "first": self.cards[owner, one["first"]],
            "second": self.cards[owner, one["second"]],
            "writes_first": "second",
            "vouch_level": "vouch",
        }
        texts = beginning.offered_texts(desk, fields)
        return introductions.offer(desk.connector.id, fields, frozen=texts, actor=desk.actor, now=desk.now).id

    def _record(self, one: Table, owner: str) -> str:
        desk = self._desk(owner)
        two = {side: self.cards[owner, one[side]] for side in ("first", "second")}
        fields = {**two, "on": "", "because": one["because"]}
        return introductions.record(desk.connector.id, fields, actor=desk.actor, now=desk.now).id

    def _words(self, one: Table) -> dict[str, str]:
        founder, mentor = self._founder(one), self.book["mentors"][one["mentor"]]
        return {
            **_said(one, *_REQUEST),
            "name": founder["name"],
            "email": _address(one["founder"]),
            "target": f"{mentor['name']}, {mentor['organisation']}",
            "about_me": founder["about"],
            "how_we_know": founder["knows"],
            "may_pass_on": "yes",
        }

    def _founder(self, one: Table) -> Table:
        founders: Table = {**self.book["founders"], **self.book["erased"]}
        found: Table = founders[one["founder"]]
        return found

    def _desk(self, handle: str) -> Desk:
        connector = self.desks[handle]
        return Desk(connector, Actor(Role.CONNECTOR, connector.actor_id, "story"), clock.now())


_AT_THE_DESK = {
    "approve": "approve",
    "decline": "decline",
    "return_": "return",
    "talk": "talk",
    "pass_on": "pass-on",
}
_ANSWERS = {
    "yes": {"answer": "yes"},
    "yes_first": {"answer": "yes"},
    "no": {"answer": "no"},
    "later": {"answer": "later", "still_looking": "yes"},
    "their_details": {"answer": "their_details"},
}


def _address(who: str) -> str:
    return f"{who}@harbour.example"


def _said(one: Mapping[str, str], *names: str) -> dict[str, str]:
    return {name: one[name] for name in names if name in one}


def _page(introduction: str, kind: str) -> tuple[str, str]:
    """Return the page that the first letter of this kind leads to, as its reader would find it."""
    for path in mail.posted_letters(env.data_dir()):
        envelope = mail.read_posted(path) if path.stem.endswith(f"-{kind}") else None
        if envelope is not None and envelope.introduction == introduction:
            body = message_from_bytes(envelope.message, policy=policy.default).get_body(("plain",))
            found = _LINK.search("\n".join(body.get_content().splitlines()) if body is not None else "")
            page = introductions.open_link(_PURPOSES[found[1]], found[2], clock.now()) if found else None
            if found is not None and page is not None:
                return page, found[2]
    raise LookupError(f"no letter {kind} of {introduction} leads to a page")
